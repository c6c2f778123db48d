"""The Indonesian words of the reports: for officials, never sent to a citizen."""

from collections.abc import Mapping

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip

OUTCOMES: Mapping[str, str] = {
    "new": "Laporan baru",
    "addition": "Tambahan",
    "answer": "Jawaban",
    "service": "Layanan",
    "duplicate": "Ganda",
    "spam": "Spam",
    "not_for_us": "Bukan untuk layanan ini",
    "automatic": "Balasan otomatis",
    "unclear": "Tidak dimengerti",
    "receipt": "Tanda terima",
}
"""What became of a message; docs/glossary.md, *outcome*."""

REASONS: Mapping[str, str] = {
    "tuntas": "Tuntas",
    "otomatis": "Otomatis, belum diperiksa",
    "dibatalkan": "Dibatalkan pelapor",
    "bukan-kewenangan": "Bukan kewenangan, diteruskan",
    "belum-jelas": "Belum jelas",
    "tidak-ditemukan": "Tidak ditemukan",
    "bukan-laporan": "Bukan laporan",
    "digabung": "Digabung",
}

STATES: Mapping[str, str] = {
    "menunggu": "Menunggu",
    "proses": "Proses",
    "disposisi": "Disposisi",
    "koordinasi": "Koordinasi",
    "selesai": "Selesai",
}

CLOCKS: Mapping[str, str] = {
    "triage": "Penerusan oleh penanggung jawab kanal",
    "response": "Tanggapan pertama",
    "completion": "Penyelesaian",
    "verification": "Verifikasi dan validasi",
    "decision": "Putusan tiket",
    "clarification": "Klarifikasi kepada pelapor",
    "asking": "Pertanyaan kepada pelapor",
}

TICKETS: Mapping[str, str] = {
    "pindah-skpd": "Pindah SKPD",
    "salah-koordinasi": "Salah Koordinasi",
    "pindah-kelurahan": "Pindah Kelurahan",
    "tidak-jelas": "Laporan Tidak Jelas",
    "tidak-ditemukan": "Laporan Tidak Ditemukan",
}

TICKET_OUTCOMES: Mapping[str, str] = {
    "approved": "Disetujui",
    "refused": "Ditolak",
    "answered": "Dijawab",
    "unanswered": "Tidak dijawab",
    "lapsed": "Gugur",
}

SIGNALS: Mapping[str, str] = {
    "reuse": "Foto dipakai ulang",
    "time": "Waktu",
    "place": "Tempat",
    "editing": "Penyuntingan",
    "metadata": "Tanpa data kamera",
}


def label(words: Mapping[str, str], key: str) -> str:
    """The word for *key*; the key itself where there is none yet, so that nothing goes missing."""
    return words.get(key, key)
