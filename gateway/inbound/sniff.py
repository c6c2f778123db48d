"""What a file is, by its first bytes. The sender's claim decides nothing.

A closed list: what chat, SMS and mail bring as evidence, and nothing that a browser would run.
"""

from collections.abc import Mapping

# Signatures: Gary Kessler's list of file signatures and the formats' own specifications.
_AT_START: Mapping[bytes, str] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
    b"OggS": "audio/ogg",
    b"#!AMR": "audio/amr",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf1": "audio/aac",
    b"\xff\xf9": "audio/aac",
    b"BEGIN:VCARD": "text/vcard",
}

_BRANDS: Mapping[bytes, str] = {
    b"M4A ": "audio/mp4",
    b"heic": "image/heic",
    b"mif1": "image/heic",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
    b"3gp6": "video/3gpp",
    b"qt  ": "video/quicktime",
}


def media_type(content: bytes) -> str | None:
    """The type of *content*, or None for whatever we do not keep."""
    for start, found in _AT_START.items():
        if content.startswith(start):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    return None
