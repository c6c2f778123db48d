"""Numbers in figures and in words: "3", "tiga", "dua belas", "se-" in "seminggu"."""

UNITS = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11,
}  # fmt: skip
"""The words that a number begins with, and what they count."""

_MOST = 4  # figures


def number_at(forms: tuple[str, ...], k: int) -> tuple[int, int] | None:
    """The whole number at token *k* and the token behind it."""
    if k >= len(forms):
        return None
    form = forms[k]
    if form.isdecimal():
        return (int(form), k + 1) if len(form) <= _MOST else None
    if form == "seperempat":
        return 15, k + 1
    value = UNITS.get(form)
    if value is None:
        return None
    after = forms[k + 1] if k + 1 < len(forms) else ""
    if after == "belas" and value < 10:
        return value + 10, k + 2
    if after == "puluh" and value < 10:
        more = UNITS.get(forms[k + 2], 0) if k + 2 < len(forms) else 0
        return (value * 10 + more, k + 3) if 0 < more < 10 else (value * 10, k + 2)
    return value, k + 1
