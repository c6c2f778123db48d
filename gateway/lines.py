"""An account with its connector: what the rest of the gateway speaks through."""

from collections.abc import Mapping
from dataclasses import dataclass

from channels import registry
from channels.contract import Channel, Context, Fetcher, WebhookReceiver
from core.messages import AccountId
from gateway.configuration.settings import Account, Settings


@dataclass(frozen=True, slots=True)
class Line:
    """One account, ready to be used."""

    account: Account
    channel: Channel
    webhook_url: str
    receiver: WebhookReceiver | None = None
    """The channel, if its provider calls us: asked once, because asking a protocol is slow."""

    def callback_url(self, token: str) -> str | None:
        """Where receipts for the delivery *token* shall go."""
        return f"{self.webhook_url}?t={token}" if self.channel.capabilities.receipts else None


def open_lines(settings: Settings, fetcher: Fetcher) -> Mapping[AccountId, Line]:
    """Build the connector of every account. Nothing is asked of any provider yet."""
    lines: dict[AccountId, Line] = {}
    for account in settings.accounts:
        connector = registry.load(account.connector)
        account_id = AccountId(account.id)
        url = f"{settings.base_url}/webhooks/{account.id}"
        context = Context(account=account_id, webhook_url=url, fetcher=fetcher)
        channel = connector.create(context, connector.settings.model_validate(account.settings))
        receiver = channel if isinstance(channel, WebhookReceiver) else None
        lines[account_id] = Line(account, channel, url, receiver)
    return lines


async def close_lines(lines: Mapping[AccountId, Line]) -> None:
    """Let every connector go."""
    for line in lines.values():
        await line.channel.close()
