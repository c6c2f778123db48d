"""What a file says about itself is read from real files; what it cannot say is absent."""

import io
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, PngImagePlugin

from core.number import WIB
from gateway.photos.capture import examine
from gateway.photos.fingerprint import NEAREST, distance, fingerprint, parts_of
from gateway.photos.pictures import NotAPicture
from gateway.photos.signals import Capture
from tests.pictures import DATE, exif, photo, scene

NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=WIB)
HERE = (-6.1915, 106.7694)
_XMP = b'<x:xmpmeta><d s="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>'


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_time_place_and_program_are_read(kind: str) -> None:
    written = exif(NOON, HERE, "Snapseed 2.0")
    found = examine(photo(kind=kind, exif=written)).capture
    assert found.taken_at == NOON
    assert found.software == "Snapseed 2.0"
    assert found.point is not None
    assert (found.point.lat, found.point.lon) == pytest.approx(HERE, abs=1e-5)
    assert found.described
    assert not found.generated


def test_an_offset_counts_and_a_senseless_one_does_not() -> None:
    in_makassar = examine(photo(exif=exif(NOON, offset="+08:00"))).capture
    assert in_makassar.taken_at == NOON.replace(hour=11)
    odd = examine(photo(exif=exif(NOON, offset="soon"))).capture
    assert odd.taken_at == NOON


def test_what_is_not_there_or_nonsense_is_absent() -> None:
    assert examine(photo()).capture == Capture()
    broken = exif(NOON, HERE)
    broken.get_ifd(0x8769)[DATE] = "yesterday"
    broken.get_ifd(0x8825)[2] = (6.0, 11.0)
    assert examine(photo(exif=broken)).capture == Capture(described=True)
    cut = photo(exif=exif(NOON, HERE)).replace(b"Exif\0\0MM\0*", b"Exif\0\0MM\0\xff")
    assert examine(cut).capture.taken_at is None
    nowhere = examine(photo(exif=exif(at=(0.0, 0.0)))).capture
    assert nowhere.point is None


def test_a_picture_that_calls_itself_generated_is_believed() -> None:
    assert examine(photo(xmp=_XMP)).capture.generated
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "Stable Diffusion")
    assert examine(photo(kind="PNG", pnginfo=text)).capture.software == "Stable Diffusion"


def test_what_is_kept_has_no_metadata() -> None:
    kept = examine(photo(exif=exif(NOON, HERE, "Snapseed"), xmp=_XMP)).picture
    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif()
    assert b"Snapseed" not in kept
    assert b"cv.iptc.org" not in kept


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", photo()[:200], b"\xff\xd8\xff" * 99])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        examine(content)


def test_a_picture_meant_to_exhaust_memory_is_refused() -> None:
    bomb = photo(Image.new("1", (10_000, 10_000)), "PNG")
    assert len(bomb) < 100_000
    with pytest.raises(NotAPicture, match="too many pixels"):
        examine(bomb)


def test_alike_is_what_was_scaled_compressed_or_corrected() -> None:
    first = scene(1, (1600, 1200))
    bits = fingerprint(first)
    assert bits is not None
    for again in (
        photo(first.resize((400, 300))),
        photo(first, quality=20),
        photo(first, "WEBP"),
        photo(ImageEnhance.Brightness(first).enhance(1.1)),
    ):
        looks = examine(again).looks
        assert looks is not None
        assert distance(bits, looks) <= NEAREST
    others = [fingerprint(scene(seed)) for seed in range(2, 60)]
    assert all(other is not None and distance(bits, other) > NEAREST for other in others)


@pytest.mark.parametrize("tone", ["black", "white", "grey"])
def test_what_is_one_tone_resembles_nothing(tone: str) -> None:
    assert examine(photo(Image.new("RGB", (300, 200), tone))).looks is None


@given(
    bits=st.integers(-(2**63), 2**63 - 1),
    flipped=st.sets(st.integers(0, 63), max_size=NEAREST),
)
def test_what_is_near_shares_a_part(bits: int, flipped: set[int]) -> None:
    other = bits
    for bit in flipped:
        other ^= 1 << bit if bit < 63 else -(1 << 63)
    assert distance(bits, other) == len(flipped)
    assert set(parts_of(bits)) & set(parts_of(other))
    assert len(set(parts_of(bits))) == 7
