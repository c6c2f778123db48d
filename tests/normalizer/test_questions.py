"""Which questions of agencies leave by themselves, and which a person looks at first."""

import pytest

from normalizer.questions import Fault, fault_of


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("Di depan bangunan apa, dan biasanya jam berapa?", None),
        ("Boleh kirim foto lubangnya dari dekat, pak?", None),
        ("RT/RW berapa dan patokannya apa?", None),
        ("", Fault.EMPTY),
        ("???", Fault.EMPTY),
        ("lokasi?", Fault.EMPTY),
        ("mohon koordinasi pelapor untuk lokasi tepatnya", Fault.INTERNAL),
        ("bukan tupoksi kami, di mana lokasinya?", Fault.INTERNAL),
        ("Telepon petugas kami di 0812-3456-7890 ya", Fault.PERSONAL),
        ("Laporan ngawur, lokasinya di mana sebenarnya?", Fault.RUDE),
        ("Di mana tempatnya? " * 30, Fault.LONG),
    ],
)
def test_what_is_wrong_with_a_question(question: str, fault: Fault | None) -> None:
    assert fault_of(question) is fault
