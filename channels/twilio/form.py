"""The form that Twilio posts: read once, in the one way that fits both signature and content."""

from functools import lru_cache
from urllib.parse import parse_qsl

from channels.text import clean

MAX_FIELDS = 1000
"""Twilio sends about twenty. A bound, because a short body can hold very many names."""


class Form(dict[str, list[str]]):
    """Every value of every name, blank ones too, decoded and otherwise as they came."""

    def getall(self, name: str) -> list[str]:
        """All values of *name*; `RequestValidator` takes this method before any other."""
        return self[name]

    def text(self, name: str) -> str:
        """The first value of *name*, cleaned; empty where there is none."""
        values = self.get(name)
        return clean(values[0]) if values else ""


@lru_cache(maxsize=256)
def read(body: bytes) -> Form:
    """Decode *body*. Bytes that are no UTF-8 become U+FFFD.

    Remembered for a moment: the signature is read on arrival, the content with all that came in
    the same moment.

    Raises:
        ValueError: More than `MAX_FIELDS` fields.
    """
    form = Form()
    # Blank values count in the signature: a photo without words has ``Body=``.
    pairs = parse_qsl(
        body.decode("utf-8", "replace"),
        keep_blank_values=True,
        errors="replace",
        max_num_fields=MAX_FIELDS,
    )
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form
