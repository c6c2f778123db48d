"""What the provider remembers: messages, their media, and who talked to whom. In memory."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from gateway.demo.provider.messages import Channel, Media, Message, number_of


class Ledger:
    """Messages in the order they were made, each found by sid or by conversation.

    With *keep_last* only so many messages stay, the oldest leave first with their media: a long
    benchmark does not fill the memory.
    """

    def __init__(self, keep_last: int | None = None) -> None:
        self._keep_last = keep_last
        self._messages: dict[str, Message] = {}
        self._conversations: dict[tuple[str, Channel], deque[str]] = {}
        self._media: dict[str, Media] = {}
        self._stored: dict[str, Media] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, message: Message, media: tuple[Media, ...] = ()) -> None:
        """Remember a new message and its files."""
        self._messages[message.sid] = message
        self._conversations.setdefault((message.number, message.channel), deque()).append(
            message.sid
        )
        for item in media:
            self._media[item.sid] = item
            self._stored[item.token] = item
        if self._keep_last is not None and len(self._messages) > self._keep_last:
            self._forget_oldest()

    def put(self, message: Message) -> None:
        """Replace a known message by its new version."""
        self._messages[message.sid] = message

    def find(self, sid: str) -> Message | None:
        """The message, unless there is none or it was forgotten."""
        return self._messages.get(sid)

    def newest_first(self, sender: str = "", recipient: str = "") -> Iterator[Message]:
        """Every message between the two addresses; an empty one stands for anybody."""
        for message in self._candidates(sender, recipient):
            if sender in ("", message.sender) and recipient in ("", message.recipient):
                yield message

    def conversation(self, number: str, channel: Channel) -> tuple[Message, ...]:
        """What passed between a phone and the account, oldest first."""
        sids = self._conversations.get((number, channel), ())
        return tuple(self._messages[sid] for sid in sids)

    def numbers(self) -> tuple[str, ...]:
        """Every phone that has a conversation."""
        return tuple(dict.fromkeys(number for number, _ in self._conversations))

    def find_media(self, sid: str) -> Media | None:
        """A file by its sid."""
        return self._media.get(sid)

    def stored(self, token: str) -> Media | None:
        """A file by its place in storage."""
        return self._stored.get(token)

    def delete_media(self, sid: str) -> bool:
        """Delete a file for good; False where there is none."""
        media = self._media.pop(sid, None)
        if media is None:
            return False
        del self._stored[media.token]
        message = self._messages.get(media.message_sid)
        if message is not None:
            left = tuple(item for item in message.media if item != sid)
            self._messages[message.sid] = replace(message, media=left)
        return True

    def _candidates(self, sender: str, recipient: str) -> Iterator[Message]:
        # A list call mostly names the phone: its few messages instead of everything there is.
        for address in (recipient, sender):
            sids = self._conversations.get((number_of(address), Channel.of(address)))
            if address and sids is not None:
                return (self._messages[sid] for sid in reversed(sids))
        return reversed(self._messages.values())

    def _forget_oldest(self) -> None:
        oldest = self._messages.pop(next(iter(self._messages)))
        key = (oldest.number, oldest.channel)
        sids = self._conversations[key]
        sids.popleft()
        if not sids:
            del self._conversations[key]
        for sid in oldest.media:
            media = self._media.pop(sid)
            del self._stored[media.token]
