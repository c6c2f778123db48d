"""What is said around a report changes neither its unit nor whether it is a danger."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from normalizer.reading import Reading
from normalizer.understand import understand
from tests.eval.measures import Count

_CASES = Path(__file__).parent / "cases"
_SAYS = Path(__file__).parent.parent / "eval" / "own.toml"
_FRAMES = (
    "Selamat pagi, saya ingin melaporkan {}, mohon segera ditindaklanjuti, terima kasih",
    "min {} dong", "{} di jl mawar 3 no 5 rt 4 rw 2 kel tebet timur", "depan sekolah kami {}",
    "{}. sudah lapor berkali-kali tapi tidak ada respon", "Mohon bantuan petugas terkait. {}",
    "tolong lah pak gubernur, {}", "{}, sangat mengganggu pengguna jalan dan warga sekitar",
    "{}, membahayakan pengendara motor dan pejalan kaki", "lampiran foto: {}",
    "kami warga rt 5 mengeluhkan {} yang sudah berlangsung lama",
)  # fmt: skip
_AROUND_A_CRY = (
    "pak tolong {}", "{} di jl mawar 3 rt 4 rw 2 kel tebet timur", "{}!!! tolong segera",
    "assalamualaikum mau lapor, {}", "{}, saya warga sekitar", "{} mohon segera ditindaklanjuti",
    "Selamat malam, mohon bantuannya, {}. Terima kasih", "dekat stasiun tebet, {}",
    "halo admin jaki, {} ya",
)  # fmt: skip


def _reports() -> Sequence[tuple[str, str]]:
    """What is said and its unit, of every third case."""
    cases = tomllib.loads((_CASES / "agencies.toml").read_text(encoding="utf-8"))["case"]
    return [(case["say"], case["unit"]) for case in cases if case.get("unit")][::3]


def _unit(reading: Reading) -> str:
    hint = reading.notes.get("unit_hint", ("",))[0]
    return reading.problem.unit if reading.problem else hint


def test_a_report_in_a_frame_keeps_its_unit_and_is_no_danger() -> None:
    units, dangers = Count(), Count()
    for say, unit in _reports():
        for frame in _FRAMES:
            text = frame.format(say)
            reading = understand(text)
            units.add(_unit(reading) == unit, f"{unit} <- {_unit(reading)}: {text}")
            dangers.add(reading.danger is None, text)
    assert units.of > 1000
    assert units.right / units.of >= 0.97, "\n".join([str(units), *units.errors[:40]])
    assert dangers.of - dangers.right <= dangers.of / 500, "\n".join(dangers.errors)


def test_a_cry_for_help_stays_one_in_a_frame_and_others_none() -> None:
    lists = tomllib.loads(_SAYS.read_text(encoding="utf-8"))
    for group, is_danger, least in (("danger", True, 0.985), ("no_danger", False, 0.996)):
        said = [say for says in lists[group].values() for say in says][::4]
        count = Count()
        for say in said:
            if (understand(say).danger is not None) is not is_danger:
                continue
            for frame in _AROUND_A_CRY:
                text = frame.format(say)
                count.add((understand(text).danger is not None) is is_danger, text)
        assert count.of > 2000
        assert count.right / count.of >= least, "\n".join([str(count), *count.errors[:40]])
