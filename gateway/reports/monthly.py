"""The monthly report as tables. A further table is one more line in `monthly`. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.clocks import RULE
from core.complaint import ClockKind, ClosingReason, State
from gateway.reports.books import By, Cohort
from gateway.reports.figures import Figures, Named, Names, Print
from gateway.reports.labels import (
    CLOCKS,
    MONTHS,
    OUTCOMES,
    REASONS,
    STATES,
    TICKET_OUTCOMES,
    TICKETS,
    label,
)
from gateway.reports.measures import Measure
from gateway.reports.messages import OUTCOMES as OUTCOME_KEYS
from gateway.reports.messages import MessageBook
from gateway.reports.month import Period
from gateway.reports.table import Cell, Column, Report, Table
from gateway.reports.tickets import OUTCOMES as TICKET_OUTCOME_KEYS

FEWEST = 5
"""Fewer confidential complaints than this in a quarter are not told apart."""


def monthly(figures: Figures, names: Names, stamp: Print) -> Report:
    """The tables of *figures*, the summary first."""
    tables = [
        _summary(figures, stamp),
        *_messages(figures, names),
        _cohorts("pengaduan-per-kanal", "Pengaduan per kanal", "Kanal", names.account,
                 figures.books.cohorts[By.ACCOUNT], figures.books.total),
        _cohorts("pengaduan-per-unit", "Pengaduan per unit", "Unit", names.unit,
                 figures.books.cohorts[By.UNIT], figures.books.total),
        _cohorts("pengaduan-per-kategori", "Pengaduan per kategori", "Kategori", names.category,
                 figures.books.cohorts[By.CATEGORY], figures.books.total),
        _cohorts("pengaduan-per-status", "Pengaduan per status", "Status",
                 lambda key: label(STATES, key), figures.books.cohorts[By.STATE],
                 figures.books.total, [s.value for s in State]),
        _stocks("mutasi-per-kanal", "Mutasi pengaduan terbuka per kanal", "Kanal", By.ACCOUNT,
                figures, names.account),
        _stocks("mutasi-per-unit", "Mutasi pengaduan terbuka per unit", "Unit", By.UNIT,
                figures, names.unit),
        _later(figures),
        _clocks(figures),
        _clocks_by("waktu-per-unit", "Ketepatan waktu per unit", "Unit", figures.measures.units,
                   names.unit),
        _clocks_by("waktu-per-kanal", "Ketepatan waktu per kanal", "Kanal",
                   figures.measures.accounts, names.account),
        _tickets(figures, names),
        _pauses(figures, names),
    ]  # fmt: skip
    part = f"-{stamp.of}" if stamp.of else ""
    title = f"Laporan bulanan pengaduan {figures.period.month.title}"
    return Report(f"laporan-{figures.period.month.name}{part}", title, tables)


def _summary(figures: Figures, stamp: Print) -> Table:
    period, total = figures.period, figures.books.total
    rows: list[Sequence[Cell]] = [
        ("Bulan", period.month.title),
        ("Cakupan", stamp.of_name or "Seluruh kanal dan unit"),
        ("Data sampai", period.until),
        ("Pembukuan", _closed(period)),
        ("Dibuat", stamp.made_at),
        *_received(figures.messages),
        ("Pengaduan masuk", total.filed),
        ("Pelapor", total.reporters),
        ("Masih terbuka pada akhir bulan", total.open),
        *((f"Berakhir: {label(REASONS, key)}", total.ended[key]) for key in _reasons()),
        *_reserved(figures, stamp),
        ("Kepala rantai audit", stamp.audit_head or "tidak dicatat"),
    ]
    note = (
        "Bulan dihitung menurut waktu Jakarta (WIB). Hanya yang berakhir 'Tuntas' dihitung selesai "
        "ditangani. Pelapor adalah alamat yang berbeda, dan setiap kunjungan di loket. Pengaduan "
        "rahasia dan yang menyangkut petugas tidak masuk tabel mana pun; jumlahnya hanya per "
        f"triwulan, mulai {FEWEST}."
    )
    columns = [Column("item", "Hal"), Column("value", "Nilai")]
    return Table("ringkasan", "Ringkasan", note, columns, rows)


def _received(messages: Mapping[str, MessageBook] | None) -> Sequence[Sequence[Cell]]:
    return [("Pesan diterima", sum(b.received for b in messages.values()))] if messages else []


def _closed(period: Period) -> str:
    if period.final:
        return "ditutup: angka bulan ini tidak berubah lagi"
    return "SEMENTARA: bulan ini belum ditutup"


def _reserved(figures: Figures, stamp: Print) -> Sequence[Sequence[Cell]]:
    """Of the whole city and of a quarter, and no small number: it must not point at anybody."""
    if stamp.of:
        return []
    said: Cell = "hanya pada akhir triwulan"
    if figures.reserved is not None:
        said = figures.reserved if figures.reserved >= FEWEST else f"kurang dari {FEWEST}"
    return [("Pengaduan rahasia dan yang menyangkut petugas (triwulan)", said)]


def _messages(figures: Figures, names: Names) -> Sequence[Table]:
    if figures.messages is None or figures.messages_later is None:
        return ()
    outcomes = [Column(o, label(OUTCOMES, o)) for o in OUTCOME_KEYS]
    lines: list[Sequence[Cell]] = [
        (key, names.account(key), *_message_book(book))
        for key, book in sorted(figures.messages.items(), key=lambda kv: names.account(kv[0]))
    ]
    book = Table(
        "pesan-per-kanal",
        "Pesan masuk per kanal",
        "Setiap pesan dan tanda terima yang diterima dalam bulan ini, satu kali, menurut hasilnya "
        "pada akhir bulan. Diterima = semua hasil + tak terbaca + menunggu; selisih harus 0. "
        "Kanal rahasia tidak dicantumkan.",
        [
            *_keyed("Kanal"), Column("received", "Diterima"), *outcomes,
            Column("unparsed", "Tak terbaca"), Column("waiting", "Menunggu"),
            Column("difference", "Selisih"),
        ],
        [*lines, ("", "Jumlah", *_message_book(_summed(figures.messages)))],
    )  # fmt: skip
    later = Table(
        "pesan-bulan-lalu",
        "Pesan bulan sebelumnya yang baru ditangani",
        "Diterima dalam bulan-bulan sebelumnya, dan pada akhirnya masih menunggu, tak terbaca atau "
        "belum tersimpan di basis data; hasilnya dicatat di bulan ini.",
        [*_keyed("Kanal"), *outcomes],
        [
            (key, names.account(key), *(counts[o] for o in OUTCOME_KEYS))
            for key, counts in sorted(figures.messages_later.items())
        ],
    )
    return book, later


def _message_book(book: MessageBook) -> Sequence[int]:
    became = [book.outcomes[o] for o in OUTCOME_KEYS]
    return [book.received, *became, book.unparsed, book.waiting, book.difference]


def _summed(books: Mapping[str, MessageBook]) -> MessageBook:
    total = MessageBook()
    for book in books.values():
        total.received += book.received
        total.outcomes += book.outcomes
        total.unparsed += book.unparsed
        total.waiting += book.waiting
    return total


def _cohorts(
    key: str,
    title: str,
    heading: str,
    named: Named,
    found: Mapping[str, Cohort],
    total: Cohort,
    order: Sequence[str] | None = None,
) -> Table:
    keys = order or sorted(found, key=named)
    lines: list[Sequence[Cell]] = [(k, named(k), *_cohort(found.get(k, Cohort()))) for k in keys]
    return Table(
        key,
        title,
        "Pengaduan yang masuk dalam bulan ini, sebagaimana keadaannya pada akhir bulan. Masuk = "
        "terbuka + semua yang berakhir; selisih harus 0. Pelapor: alamat yang berbeda, dan setiap "
        "kunjungan di loket; dapat muncul di lebih dari satu baris.",
        [
            *_keyed(heading), Column("filed", "Masuk"), Column("open", "Terbuka"),
            *(Column(r, label(REASONS, r)) for r in _reasons()),
            Column("reporters", "Pelapor"), Column("difference", "Selisih"),
        ],
        [*lines, ("", "Jumlah", *_cohort(total))],
    )  # fmt: skip


def _cohort(book: Cohort) -> Sequence[int]:
    ended = [book.ended[r] for r in _reasons()]
    return [book.filed, book.open, *ended, book.reporters, book.difference]


def _reasons() -> Sequence[str]:
    return [r.value for r in ClosingReason]


def _stocks(key: str, title: str, heading: str, by: By, figures: Figures, named: Named) -> Table:
    stocks = figures.books.stocks[by]
    return Table(
        key,
        title,
        "Sisa awal + baru + alihan masuk + dibuka lagi = berakhir + alihan keluar + sisa akhir; "
        "selisih harus 0. Sisa akhir adalah sisa awal bulan berikutnya.",
        [
            *_keyed(heading), Column("opening", "Sisa awal"), Column("new", "Baru"),
            Column("came", "Alihan masuk"), Column("reopened", "Dibuka lagi"),
            Column("ended", "Berakhir"), Column("left", "Alihan keluar"),
            Column("closing", "Sisa akhir"), Column("difference", "Selisih"),
        ],
        [
            (k, named(k), s.opening, s.new, s.came, s.reopened, s.ended, s.left, s.closing,
             s.difference)
            for k, s in sorted(stocks.items(), key=lambda kv: named(kv[0]))
        ],
    )  # fmt: skip


def _later(figures: Figures) -> Table:
    return Table(
        "perubahan-kemudian",
        "Perubahan kemudian",
        "Apa yang terjadi dalam bulan ini pada pengaduan dari bulan-bulan sebelumnya. Pembukuan "
        "bulan-bulan itu tidak diubah.",
        [
            *_keyed("Bulan masuk"), *(Column(r, label(REASONS, r)) for r in _reasons()),
            Column("reopened", "Dibuka lagi"), Column("open", "Masih terbuka"),
        ],
        [
            (name, _month(name), *(line.ended[r] for r in _reasons()), line.reopened, line.open)
            for name, line in sorted(figures.books.later.items())
        ],
    )  # fmt: skip


def _month(name: str) -> str:
    year, number = name.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"


_MEASURED = (
    Column("met", "Tepat waktu"), Column("missed", "Terlambat"), Column("void", "Gugur"),
    Column("overdue", "Terlewat bulan ini"), Column("median_hours", "Median (jam)"),
    Column("p90_hours", "P90 (jam)"),
)  # fmt: skip
_CLOCK_NOTE = (
    "Batas waktu yang berakhir dalam bulan ini. Gugur: tidak ada lagi yang harus dilakukan, "
    "misalnya pengaduan dibatalkan atau ditutup tanpa hasil. Terlewat bulan ini: jatuh tempo "
    "dalam bulan ini sementara masih berjalan. Median dan P90 (peringkat terdekat) dari yang "
    "tepat waktu dan yang terlambat."
)


def _clocks(figures: Figures) -> Table:
    kinds = [k.value for k in ClockKind]
    return Table(
        "waktu",
        "Ketepatan waktu",
        _CLOCK_NOTE,
        [*_keyed("Batas waktu"), Column("rule", "Aturan"), *_MEASURED],
        [
            (k, label(CLOCKS, k), _rule(ClockKind(k)), *_measured(figures.measures.kinds[k]))
            for k in kinds
        ],
    )


def _rule(kind: ClockKind) -> str:
    """A decree; what is a choice of ours says so."""
    rule = RULE[kind]
    return "pilihan sendiri" if rule.startswith("docs/") else rule


def _clocks_by(
    key: str, title: str, heading: str, found: Mapping[tuple[str, str], Measure], named: Named
) -> Table:
    return Table(
        key,
        title,
        _CLOCK_NOTE,
        [
            *_keyed(heading), Column("kind", "Batas waktu"), *_MEASURED,
        ],
        [
            (k, named(k), label(CLOCKS, kind), *_measured(measure))
            for (k, kind), measure in sorted(found.items(), key=lambda kv: (named(kv[0][0]), kv[0]))
        ],
    )  # fmt: skip


def _measured(m: Measure) -> Sequence[Cell]:
    return [m.met, m.missed, m.void, m.overdue, m.hours(0.5), m.hours(0.9)]


def _tickets(figures: Figures, names: Names) -> Table:
    return Table(
        "tiket-per-unit",
        "Tiket per unit",
        "Tiket yang diajukan unit. Sisa awal + diajukan = semua yang diputus + sisa akhir; selisih "
        "harus 0. Gugur: unit itu tidak lagi memegang pengaduannya.",
        [
            *_keyed("Unit"), Column("kind", "Jenis tiket"), Column("opening", "Sisa awal"),
            Column("filed", "Diajukan"),
            *(Column(o, label(TICKET_OUTCOMES, o)) for o in TICKET_OUTCOME_KEYS),
            Column("closing", "Sisa akhir"), Column("difference", "Selisih"),
        ],
        [
            (unit, names.unit(unit), label(TICKETS, kind), book.opening, book.filed,
             *(book.decided[o] for o in TICKET_OUTCOME_KEYS), book.closing, book.difference)
            for (unit, kind), book in sorted(
                figures.tickets.items(), key=lambda kv: (names.unit(kv[0][0]), kv[0])
            )
        ],
    )  # fmt: skip


def _pauses(figures: Figures, names: Names) -> Table:
    return Table(
        "jeda-per-unit",
        "Jeda batas waktu per unit",
        "Batas waktu penyelesaian berhenti selama pelapor ditanya atas permintaan unit. Dihitung "
        "dalam bulan tiketnya diputus. Tidak dihitung: tiketnya kemudian ditolak, sehingga waktu "
        "berjalan seolah tidak pernah berhenti.",
        [
            *_keyed("Unit"), Column("kind", "Jenis tiket"), Column("pauses", "Jeda"),
            Column("hours", "Jam"), Column("longest_hours", "Terlama (jam)"),
            Column("uncounted", "Tidak dihitung"), Column("running", "Masih berjalan"),
        ],
        [
            (unit, names.unit(unit), label(TICKETS, kind), book.counted, _hours(book.held),
             _hours(book.longest), book.uncounted, book.running)
            for (unit, kind), book in sorted(
                figures.pauses.items(), key=lambda kv: (names.unit(kv[0][0]), kv[0])
            )
        ],
    )  # fmt: skip


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 1)


def _keyed(heading: str) -> Sequence[Column]:
    return [Column("key", "Kode"), Column("name", heading)]
