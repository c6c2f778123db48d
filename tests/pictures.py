"""Photos for tests: drawn from a seed, and written with the metadata that a camera writes."""

import io
import random
from datetime import datetime
from typing import Any

from PIL import Image

DATE, OFFSET, SOFTWARE = 0x9003, 0x9011, 0x0131
_EXIF, _GPS = 0x8769, 0x8825


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Something with light and shade; another one for every seed."""
    dots = random.Random(seed)
    small = Image.new("RGB", (12, 9))
    small.putdata([tuple(dots.randrange(256) for _ in range(3)) for _ in range(12 * 9)])
    return small.resize(size, Image.Resampling.BICUBIC)


def exif(
    taken: datetime | None = None,
    at: tuple[float, float] | None = None,
    software: str = "",
    offset: str = "",
) -> Image.Exif:
    """What a phone writes beside a picture; *at* in degrees, latitude first."""
    made = Image.Exif()
    made[0x0110] = "Phone"
    if software:
        made[SOFTWARE] = software
    if taken is not None:
        made.get_ifd(_EXIF)[DATE] = f"{taken:%Y:%m:%d %H:%M:%S}"
        if offset:
            made.get_ifd(_EXIF)[OFFSET] = offset
    if at is not None:
        lat, lon = at
        made.get_ifd(_GPS).update(
            {1: "S" if lat < 0 else "N", 2: _parts(lat), 3: "W" if lon < 0 else "E", 4: _parts(lon)}
        )
    return made


def photo(picture: Image.Image | None = None, kind: str = "JPEG", **more: Any) -> bytes:
    """The file; *more* as `Image.save` takes it."""
    out = io.BytesIO()
    (picture or scene(1)).save(out, kind, **more)
    return out.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees), 1)
    minutes, rest = divmod(rest * 60, 1)
    return whole, minutes, round(rest * 60, 4)
