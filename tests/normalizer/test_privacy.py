"""The only redaction of the program: what must go, and what must stay."""

import pytest

from normalizer.privacy import holds_identity_number, redact


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("hub 0812-3456-7890 ya", "hub [nomor telepon] ya"),
        ("wa 0812 3456 7890", "wa [nomor telepon]"),
        ("wa.me/6281234567890", "wa.me/[nomor telepon]"),
        ("+62 812 3456 7890", "[nomor telepon]"),
        ("hp0812.3456.7890", "hp[nomor telepon]"),
        ("0 8 1 2 3 4 5 6 7 8 9 0", "[nomor telepon]"),
        ("O8123456789", "[nomor telepon]"),
        ("telp (021) 555 1234", "telp [nomor telepon]"),
        ("NIK saya 3173051212900001", "NIK saya [nomor identitas]"),
        ("kk 3173 0512 1290 0001", "kk [nomor identitas]"),
        ("nik 31730512129000", "nik [nomor identitas]"),
        ("surel budi.s+x@kantor.example.id", "surel [email]"),
        ("mobil B 1573 WKM di situ", "mobil [pelat] di situ"),
        ("plat b 1573 wkm", "plat [pelat]"),
        ("nopol AB1234XY", "nopol [pelat]"),
        ("rek bca 1234567890", "rek bca [nomor rekening]"),
        ("no 123456789012", "no [nomor]"),
        ("JK2611190041 kode 482913", "JK2611190041 kode [kode]"),
        ("jk2611190041 482913", "jk2611190041 [kode]"),
        ("nama saya Budi Santoso, mau lapor", "nama saya [nama], mau lapor"),
        ("nama saya siti mau lapor", "nama saya [nama] mau lapor"),
        ("Nama: AHMAD FAUZI", "Nama: [nama]"),
        ("Saya Budi dari Cawang", "Saya [nama] dari Cawang"),
        ("my name is John, from Kemang", "my name is [nama], from Kemang"),
        ("Pelapor Ibu Siti sudah dihubungi", "Pelapor Ibu [nama] sudah dihubungi"),
        ("Pelapor Tidak ada di tempat", "Pelapor Tidak ada di tempat"),
        ("terima kasih.\nHormat saya, Rina Wati", "terima kasih.\nHormat saya, [nama]"),
        ("saya warga RT 05 RW 3 resah", "saya warga [alamat] resah"),
        ("saya rt 5", "saya [alamat]"),
        ("rumah saya no 12 rt 4", "rumah saya [nomor] rt 4"),
        ("lapor ya, takut sama RT", "lapor ya, […]"),
    ],
)
def test_what_identifies_a_person_goes(said: str, shown: str) -> None:
    assert redact(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "lampu mati di Jl Panjang No 12 RT 05 RW 03 Kel Kapuk",
        "rumah no 12 rt 4 rw 2 kel cawang bakar sampah",
        "di wilayah kami RT 04 RW 05 sering banjir",
        "Saya Ingin Melaporkan Jalan Rusak",
        "saya mau lapor, nama jalannya Jl Budi Mulia",
        "nama saya tidak ada di daftar",
        "laporan JK2611190041 dan JK 2611190042",
        "-6.1936, 106.7697",
        "jam 08.00-17.00 tanggal 12-03-2026",
        "bayar Rp 1.500.000 per bulan",
        "Blok B 12 RT 05",
        "saya KJP belum cair",
        "jangan takut sama preman",
        "ga usah takut sama preman",
        "email dari dinas belum dibalas",
        "",
    ],
)
def test_what_the_report_is_about_stays(said: str) -> None:
    assert redact(said) == said


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("3173051212900001", True),
        ("3173 0552 1290 0001", True),  # a woman's day of birth counts from 40
        ("nik 3173051212900", True),
        ("ktp saya belum jadi", False),
        ("9999999999999999", False),
        ("rek 1234567890123456", False),
        ("JK2611190041", False),
    ],
)
def test_identity_numbers_are_noticed(said: str, *, holds: bool) -> None:
    assert holds_identity_number(said) is holds


def test_redacting_twice_changes_nothing_more() -> None:
    text = "nama saya Budi, hp 081234567890, nik 3173051212900001, saya warga RT 5"
    assert redact(redact(text)) == redact(text)
