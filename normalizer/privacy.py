"""What identifies a person, and how it is taken out: the only redaction of the program.

Places stay, they are the matter of the report. Every pattern begins at a boundary and repeats only
within fixed bounds, so the time stays linear however long the text is; where it could begin with
many words it looks at one letter first.
"""

import re
from collections.abc import Callable

from normalizer import wordlists
from normalizer.text import fold_word

_SEP = r"[ .\-]?"  # "0812 3456.789-0": one sign between two figures


def _digits(least: int, most: int) -> str:
    return rf"\d(?:{_SEP}\d){{{least - 1},{most - 1}}}(?!\d)"


_MAIL = re.compile(
    r"(?<![\w.+\-])[\w.+\-]{1,64}\s?(?:@|\[at\]|\(at\))\s?"
    r"[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}",
    re.IGNORECASE,
)
# Sixteen figures are a NIK or a family card; with one lost or added they are still meant as one
# where the word stands before them.
_IDENTITY = re.compile(rf"(?<!\d){_digits(16, 16)}")
_NAMED_IDENTITY = re.compile(
    r"\b(?=[nk])(?:nik|ktp|kk|kartu keluarga|no\.? ?kk)\b"
    r"(?:\s{0,2}(?:saya|kami|no\.?|nomor|nmr|[:=.#])){0,3}\s{0,2}"
    rf"(?P<number>{_digits(12, 18)})",
    re.IGNORECASE,
)
# Six figures in a row, or what some type for one: without them there is no number to look for.
_FIGURES = re.compile(rf"\d(?:{_SEP}[\doO]){{5}}")
_MOBILE = re.compile(
    r"(?=[(+06o])(?<![\d,])(?!08[.:]\d\d(?!\d))"  # "08.00-17.00" are hours
    r"(?:\(?\+?62\)?|0|(?<!\w)o)[ .\-()]{0,2}"  # some type the letter O
    rf"8(?:{_SEP}[\do]){{7,11}}(?!\d)",
    re.IGNORECASE,
)
_LANDLINE = re.compile(
    r"(?=[(+06])(?<![\d,])\(?(?:\+?62[ .\-]?|0)(?:2[1-9]|[3-79]\d)\d?\)?[ .\-]{0,2}" + _digits(6, 8)
)
_ACCOUNT = re.compile(
    r"\b(?=[rnabmdvk])(?:rek|rekening|no\.? ?rek(?:ening)?|norek|a/c"
    r"|bank|bca|bri|bni|mandiri|bsi|dki|va|kartu)\b"
    rf"[^\d\n]{{0,25}}?(?P<number>{_digits(8, 18)})",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?<![\dA-Za-z.,\-])\d{10,20}(?![\d.,])")
_OURS = (  # prefix, date, serial: a complaint number is public
    r"[A-Za-z]{2}[\s.\-#:]?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4,6}(?!\d)"
)
_NUMBER_OF_OURS = re.compile(_OURS)

_CODE = re.compile(
    r"(?P<lead>\b(?:kode|code)(?:\s\w{1,10}){0,2}\s{0,2}[:=]?\s{0,2})\d{6}(?!\d)", re.IGNORECASE
)
_CODE_BESIDE = re.compile(rf"(?P<lead>\b{_OURS}\W{{1,4}})\d{{6}}(?!\d)")

# Regions of number plates, in capitals ("RT 05 RW" is none); in small letters only behind "plat".
_PLATE = re.compile(
    r"(?<![A-Za-z\d])(?:A[ABDEG]?|B[ABDEGHKLMNP]?|D[ABCDKR]?|EA?|K[BHT]?|[FGHLMNPRSTWZ])[ \-]?"
    r"\d{3,4}[ \-]?(?!RT|RW|NO|KM|JL|GG)[A-Z]{1,3}(?![A-Za-z\d])"
)
_NAMED_PLATE = re.compile(
    r"\b(?=[np])(?P<lead>(?:(?:no\.? ?)?(?:plat|pelat)|nopol|no\.? ?pol|nomor polisi)\b\.?"
    r"(?:\s?(?:nomor|no)\b\.?)?(?:\s?(?:mobil|motor|kendaraan|nya))?\s?[:=]?\s?)"
    r"[a-z]{1,2}[ \-]?\d{1,4}(?:[ \-]?[a-z]{1,3})?(?![a-z\d])",
    re.IGNORECASE,
)

_NAME = r"[A-Z][\w'’.]{1,30}(?: [A-Z][\w'’.]{0,30}){0,3}"
_SAYS_NAME = re.compile(
    r"\b(?=[nap])(?P<lead>"
    r"(?:nama (?:saya|sy|pelapor|lengkap|anak saya|suami saya|istri saya)\s?[:=]?"
    r"|nama\s?[:=]|atas nama|a\.?n\.|perkenalkan,?(?: saya)?)\s?)"
    rf"(?-i:(?P<name>{_NAME}))",
    re.IGNORECASE,
)
# Officers write it: "Pelapor Ibu Siti sudah dihubungi".
_CALLED = re.compile(
    r"\b(?=p)(?P<lead>(?:pelapor|pengadu)(?: (?:a\.?n\.?|bernama|yaitu|adalah))?:?"
    r"(?: (?:pak|bu|bapak|ibu|sdr\.?|sdri\.?|saudara|saudari|mas|mbak))?,? )"
    rf"(?-i:(?P<name>{_NAME}))",
    re.IGNORECASE,
)
_SAYS_NAME_SMALL = re.compile(
    r"(?P<lead>\bnama (?:saya|sy|lengkap|pelapor)\s?[:=]?\s?)"
    r"(?P<name>[a-z]{3,20}(?: [a-z]{3,20}){0,1})"
)
# "Saya Budi dari Cawang": what follows must fit, or every title-cased text would lose its verbs.
_I_AM = re.compile(
    r"\b(?=[samit])(?P<lead>(?:saya|sy|aku|my name is|i am|i'm|this is)(?: adalah)?,? )"
    r"(?-i:(?P<name>[A-Z][a-z'’]{2,30}(?: [A-Z][a-z'’.]{0,30}){0,3}))"
    r"(?=\s?(?:[,.(\n]|$"
    r"|(?:dari|warga|tinggal|alamat|selaku|umur|usia|mau|ingin|rt|hp|wa|ketua|from)\b))",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?P<lead>(?:^|\n|[.,] ?)(?:ttd|hormat (?:saya|kami)|salam(?: hormat)?|regards|wassalam)"
    r"[,.:]?\s{1,3}(?:rt \d{1,3}\s{1,3})?)"
    rf"(?-i:(?P<name>{_NAME}))",
    re.IGNORECASE,
)
# "saya warga RT 05" tells who writes; "di wilayah saya RT 05" tells where it is, and stays.
_MY_RT = re.compile(
    r"\b(?=[sak])(?<!wilayah )(?<!lingkungan )(?<!kampung )(?<!daerah )(?<!tempat )(?<!gang )"
    r"(?P<lead>(?:saya|sy|aku)"
    r"(?: (?:ini|adalah|sbg|sebagai|selaku|warga|tinggal|ketua|dari|di|bertempat)){0,4}"
    r"|kami(?: (?:ini|adalah|selaku|sebagai|sbg|dari))?"
    r"(?: (?:warga|ketua|pengurus|tinggal)(?: di| dari)?)),?"
    r" rt[. ]{0,2}\d{1,3}(?:[ ,/]{1,3}(?:rw[. ]{0,2})?\d{1,3})?",
    re.IGNORECASE,
)
_MY_HOUSE = re.compile(
    r"\b(?=[ratkw])"
    r"(?P<lead>(?:rumah|rmh|alamat|kontrakan|kos|kost|toko|warung) (?:saya|sy|kami|ku))"
    r"(?: (?:di|ada|itu|yang|yg)){0,2} (?:blok \w{1,4} )?"
    r"(?:no|nomor|nmr)\b[. :]{0,2}\d{1,4}[a-z]?\b",
    re.IGNORECASE,
)
_AFRAID_OF = re.compile(
    r"\b(?=t)(?<!jangan )(?<!usah )takut (?:sama|ama|dg|dgn|dengan|ke|dimarahi|diancam|ketahuan)"
    r"(?: (?:pak|bu|bapak|ibu|ketua|oknum))?"
    r" (?P<whom>rt|rw|lurah|tetangga|pengurus|bos|preman|dia|mereka)\b",
    re.IGNORECASE,
)

_EVERYDAY = (
    "function", "everyday", "name_too", "time", "number", "greeting", "announce", "asking",
    "thanks", "vocative", "polite", "beside_thanks", "private", "english", "name_goes_on",
)  # fmt: skip


def redact(text: str) -> str:
    """*text* without what identifies a person, a neutral mark in each place.

    Takes out phone, identity, account and plate numbers, e-mail addresses, tracking codes, names
    given in introducing oneself, the reporter's own RT or house number, and whom they fear.
    """
    small = text.lower()
    numbers = _FIGURES.search(text) is not None
    out = text
    if "@" in small or "at]" in small or "at)" in small:
        out = _MAIL.sub("[email]", out)
    if numbers:
        out = _CODE.sub(_after_lead("[kode]"), out)
        out = _CODE_BESIDE.sub(_after_lead("[kode]"), out)
    out = _NAMED_PLATE.sub(_after_lead("[pelat]"), out)
    out = _PLATE.sub("[pelat]", out)
    if numbers:
        out = _without_numbers(out)
    out = _MY_RT.sub(_after_lead(" [alamat]"), out)
    out = _MY_HOUSE.sub(_after_lead(" [nomor]"), out)
    for pattern in (_SAYS_NAME, _SAYS_NAME_SMALL, _I_AM, _SIGNED, _CALLED):
        out = pattern.sub(_name_only, out)
    return _AFRAID_OF.sub("[…]", out) if "takut" in small else out


def feared(text: str) -> str:
    """Whom the reporter fears, in their own word: what they said of that `redact` takes out."""
    found = _AFRAID_OF.search(text)
    return found["whom"].lower() if found else ""


def _without_numbers(text: str) -> str:
    """*text* without identity, telephone and account numbers, and other long ones."""
    out = _NAMED_IDENTITY.sub(_number_only("[nomor identitas]"), text)
    out = _IDENTITY.sub("[nomor identitas]", out)
    for pattern in (_MOBILE, _LANDLINE):
        out = pattern.sub(_unless_ours("[nomor telepon]", out), out)
    out = _ACCOUNT.sub(_number_only("[nomor rekening]"), out)
    return _LONG_NUMBER.sub(_unless_ours("[nomor]", out), out)


def holds_identity_number(text: str) -> bool:
    """Whether a NIK or the number of a family card stands there."""
    if _FIGURES.search(text) is None:
        return False
    return _NAMED_IDENTITY.search(text) is not None or any(
        _is_identity(match[0]) for match in _IDENTITY.finditer(text)
    )


def _is_identity(number: str) -> bool:
    """Sixteen digits that begin with a province and hold a day and month (women: day + 40)."""
    digits = re.sub(r"\D", "", number)
    day, month = int(digits[6:8]) % 40, int(digits[8:10])
    return 11 <= int(digits[:2]) <= 97 and 1 <= day <= 31 and 1 <= month <= 12


def _after_lead(mark: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{match['lead']}{mark}"


def _number_only(mark: str) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        start, end = (at - match.start() for at in match.span("number"))
        return match[0][:start] + mark + match[0][end:]

    return replace


def _unless_ours(mark: str, text: str) -> Callable[[re.Match[str]], str]:
    """All but complaint numbers, also those with a blank in them ("JK 2611190041")."""

    def replace(match: re.Match[str]) -> str:
        around = text[max(0, match.start() - 3) : match.end()]
        return match[0] if _NUMBER_OF_OURS.search(around) else mark

    return replace


def _name_only(match: re.Match[str]) -> str:
    """Mask the words that are names: "Saya Budi Santoso", not "Saya Mau Lapor"."""
    words = match["name"].split(" ")
    kept = next((k for k, word in enumerate(words) if _is_everyday(word)), len(words))
    return " ".join([f"{match['lead']}[nama]", *words[kept:]]) if kept else match[0]


def _is_everyday(word: str) -> bool:
    form = fold_word(word.strip(".,'’"))
    known = form.isdecimal() or form in {"rt", "rw"}
    return known or any(form in wordlists.group(name) for name in _EVERYDAY)
