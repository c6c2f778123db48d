"""Text as it may enter the house: what every connector does to the words it parses."""


def clean(text: str) -> str:
    """*text* without NUL and with U+FFFD for every lone surrogate; everything else stays.

    PostgreSQL stores no NUL and UTF-8 no lone surrogate: either one spoils the whole batch it is
    written with. The raw message keeps both.
    """
    text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
