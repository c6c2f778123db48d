"""A difference hash: 64 bits of how brightness changes along the rows of a tiny picture.

Scaling, another compression and small corrections change few bits. Two pictures within `NEAREST`
bits share at least one of seven parts (`parts_of`), by which a database finds candidates.
"""

from itertools import pairwise

from PIL import Image, ImageOps

NEAREST = 6
"""Bits by which two pictures may differ and still be nearly the same."""

_SIDE = 8
_WIDTHS = (9, 9, 9, 9, 9, 9, 10)
_PLAIN = 8


def fingerprint(picture: Image.Image) -> int | None:
    """The bits, as a signed number of 64 bits; None for what is nearly one tone (night, fog, a wall
    of one colour), where everything would resemble everything."""
    picture.draft("L", (_SIDE * 32, _SIDE * 32))
    upright = ImageOps.exif_transpose(picture).convert("L")
    grey = upright.resize((_SIDE + 1, _SIDE), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(_SIDE):
        line = grey[row * (_SIDE + 1) : (row + 1) * (_SIDE + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right)
    if not _PLAIN <= bits.bit_count() <= _SIDE * _SIDE - _PLAIN:
        return None
    return int.from_bytes(bits.to_bytes(8), signed=True)


def distance(one: int, other: int) -> int:
    """In how many bits they differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def parts_of(bits: int) -> tuple[int, ...]:
    """Seven numbers, one for each part of *bits*, no two parts alike in their range."""
    left = bits & (1 << 64) - 1
    parts = []
    for index, width in enumerate(_WIDTHS):
        parts.append(index << max(_WIDTHS) | left & (1 << width) - 1)
        left >>= width
    return tuple(parts)
