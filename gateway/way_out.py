"""The guarded way out, opened when somebody first goes out.

Most commands never do, and its library is a sixth of their start. A process whose connectors speak
HTTP has loaded it with them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.outgoing import GuardedFetcher


class WayOut:
    """Implements `channels.contract.Fetcher`. Close it when the program ends."""

    def __init__(self) -> None:
        self._fetcher: GuardedFetcher | None = None

    async def get(
        self, url: str, *, max_bytes: int, trusted_origin: str, auth: tuple[str, str] | None
    ) -> tuple[str, bytes]:
        """See the protocol."""
        if self._fetcher is None:
            from gateway.outgoing import GuardedFetcher  # noqa: PLC0415 - as said above

            self._fetcher = GuardedFetcher()
        return await self._fetcher.get(
            url, max_bytes=max_bytes, trusted_origin=trusted_origin, auth=auth
        )

    async def close(self) -> None:
        """Let go of connections."""
        if self._fetcher is not None:
            await self._fetcher.close()
