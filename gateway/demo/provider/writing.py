"""What a person types, and the messages that a channel makes of it. Pure."""

from dataclasses import dataclass, field, replace

from gateway.demo.provider.messages import Button, Channel, File, Point

MAX_MMS_FILES = 10


class NotPossible(ValueError):
    """A phone cannot do that; says why."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person sends off at once; on WhatsApp it may become several messages."""

    text: str = field(default="", repr=False)
    files: tuple[File, ...] = ()
    location: Point | None = None
    quotes: str = ""
    button: Button | None = None


def split(writing: Writing, channel: Channel) -> tuple[Writing, ...]:
    """The messages that *writing* becomes: on WhatsApp one per file, the text with the first, and
    the location by itself. Pure.

    Raises:
        NotPossible: The channel does not carry that.
    """
    if channel is Channel.SMS:
        if writing.location or writing.button or writing.quotes:
            raise NotPossible("SMS carries text and files only")
        if len(writing.files) > MAX_MMS_FILES:
            raise NotPossible(f"MMS carries at most {MAX_MMS_FILES} files")
    parts: list[Writing] = []
    if channel is Channel.SMS and writing.files:
        parts.append(writing)
    elif writing.files:
        captions = (writing.text, *("" for _ in writing.files[1:]))
        parts += [
            Writing(text, (file,), quotes=writing.quotes)
            for text, file in zip(captions, writing.files, strict=True)
        ]
    elif writing.button:
        parts.append(replace(writing, text=writing.button.text, location=None))
    elif writing.text:
        parts.append(replace(writing, location=None))
    if writing.location:
        parts.append(Writing(location=writing.location, quotes=writing.quotes))
    if not parts:
        raise NotPossible("there is nothing to send")
    return tuple(parts)
