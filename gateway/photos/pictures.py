"""A photo as it may be shown: turned upright, no larger than a screen, and without its metadata.

EXIF holds the place where the picture was taken, the phone, sometimes a name. Drawing the picture
anew leaves all of that behind, and whatever else was hidden in the file.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps, UnidentifiedImageError

_EDGE = 1600
_MOST_PIXELS = 60_000_000
_QUALITY = 82
_BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, struct.error, zlib.error,
)  # fmt: skip


class NotAPicture(Exception):
    """The content cannot be drawn."""


@contextmanager
def opened(content: bytes) -> Iterator[Image.Image]:
    """*content* as a picture of a size that can be drawn, for as long as it is looked at.

    Raises:
        NotAPicture: It is none, a broken one, or one that is meant to exhaust memory.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise NotAPicture("too many pixels")
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("too many pixels") from error
    except _BROKEN as error:
        raise NotAPicture("cannot be drawn") from error


def viewable(content: bytes) -> bytes:
    """*content* as a JPEG for the screen. Takes tens of milliseconds: call it in a thread.

    Raises:
        NotAPicture: See `opened`.
    """
    with opened(content) as picture:
        picture.draft("RGB", (_EDGE, _EDGE))
        drawn = ImageOps.exif_transpose(picture).convert("RGB")
        drawn.thumbnail((_EDGE, _EDGE))
        out = io.BytesIO()
        drawn.save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()
