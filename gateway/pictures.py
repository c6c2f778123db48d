"""A photo as it may be shown: turned upright, no larger than a screen, and without its metadata.

EXIF holds the place where the picture was taken, the phone, sometimes a name. Drawing the picture
anew leaves all of that behind, and whatever else was hidden in the file.
"""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

_EDGE = 1600
_MOST_PIXELS = 60_000_000
_QUALITY = 82


class NotAPicture(Exception):
    """The content cannot be drawn."""


def viewable(content: bytes) -> bytes:
    """*content* as a JPEG for the screen. Takes tens of milliseconds: call it in a thread.

    Raises:
        NotAPicture: It is none, a broken one, or one that is meant to exhaust memory.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise NotAPicture("too many pixels")
            picture.draft("RGB", (_EDGE, _EDGE))
            drawn = ImageOps.exif_transpose(picture).convert("RGB")
            drawn.thumbnail((_EDGE, _EDGE))
            out = io.BytesIO()
            drawn.save(out, "JPEG", quality=_QUALITY)
            return out.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("too many pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError) as error:
        raise NotAPicture("cannot be drawn") from error
