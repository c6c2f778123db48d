"""What the writer of a mail wrote themselves: before the quoted mail, the signature, the footer.

Works on any text; a chat message rarely has such a mark and then is its own part. Whatever is cut
stays in the text that is kept and shown.
"""

import re

# A line that begins what another mail said, as the programs write it in both languages.
_QUOTED = re.compile(
    r"^(?:"
    r"-{2,}\s?(?:original message|pesan asli|forwarded message|pesan terusan|pesan yang diteruskan)"
    r"|_{10,}\s?$"
    r"|(?:on|pada)\b.{8,120}\b(?:wrote|menulis)\s?:"
    r"|(?:pada|on)\s.{6,80}<[^<>\n]{3,80}>\s?(?:menulis|wrote)?\s?:"
    r"|(?:dari|from)\s?:.{1,120}\n(?:.{1,120}\n){0,2}?(?:dikirim|tanggal|sent|date|kepada|to)\s?:"
    r"|begin forwarded message"
    r"|> ?\S"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^(?:-- ?$"
    r"|(?:sent from my|dikirim dari|dikirim melalui|get outlook for|kirim dari) .{1,60}$"
    r"|(?:disclaimer|pernyataan penyangkalan)\b"
    r"|(?:this e?-?mail (?:and|is)|e-?mail ini (?:dan|bersifat))\b)",
    re.IGNORECASE | re.MULTILINE,
)
# Quoted lines with a mark on each, and the line above that says whose they are.
_MARKED = re.compile(
    r"^(?:(?:on|pada)\b.{8,160}:\n{1,2})?(?:>.*(?:\n|$))+", re.IGNORECASE | re.MULTILINE
)
_FORWARDED = re.compile(
    r"^(?:-{2,}\s?(?:forwarded message|pesan terusan|pesan yang diteruskan)|begin forwarded)",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^(?:dari|from|kepada|to|cc|tanggal|date|dikirim|sent|perihal|subjek|subject)\s?:.{0,200}$",
    re.IGNORECASE,
)
_READ = 20_000  # characters: marks beyond are not looked for


def own_part(text: str) -> str:
    """The part of a *cleaned* text that its sender wrote; all of it where that would be nothing.

    Who forwards without a word of their own means what is forwarded: then that is read, without
    its header.
    """
    head = text[:_READ]
    if "\n" not in head:
        return text
    quoted, signed = _QUOTED.search(head), _SIGNATURE.search(head)
    cuts = [match.start() for match in (quoted, signed) if match]
    if not cuts:
        return text
    own = text[: min(cuts)].rstrip()
    if any(char.isalnum() for char in own):
        marked = quoted is not None and _MARKED.match(head, quoted.start()) is not None
        return f"{own}\n{below}" if marked and (below := _below(head[len(own) :])) else own
    return _forwarded(text) if _FORWARDED.match(text) else _unquoted(text)


def _below(rest: str) -> str:
    """What is written between and below quoted lines that are marked one by one."""
    lines = _MARKED.sub("", rest)
    signed = _QUOTED.search(lines) or _SIGNATURE.search(lines)
    return (lines[: signed.start()] if signed else lines).strip()


def _forwarded(text: str) -> str:
    """What stands behind the header of a forwarded mail."""
    lines = text.split("\n")[1:]
    while lines and (_HEADER.match(lines[0]) or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines) or text


def _unquoted(text: str) -> str:
    """Nothing but quotation: what is answered in between, else all of it."""
    lines = [line for line in text.split("\n") if not line.startswith(">")]
    between = "\n".join(line for line in lines if not _QUOTED.match(line)).strip()
    return between or text
