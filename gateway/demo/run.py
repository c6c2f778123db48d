"""`kanal demo`: the real gateway, a stand-in of its provider, and a page for phone and officer."""

import secrets
import shutil
from pathlib import Path

import click

from core.access import OfficerRole
from core.complaint import UnitId
from gateway.app import create_app
from gateway.bootstrap import Parts, build
from gateway.configuration import settings as configuration
from gateway.configuration.settings import Environment
from gateway.demo.page import DemoPage
from gateway.demo.provider import Account, Network, Sender, Timing, serve_provider
from gateway.processes.serve import listen, serve
from gateway.web.access import create_token

SMS_NUMBER = "+62811000112"
WHATSAPP_NUMBER = "+62811000113"

_ACCOUNT_SID = "AC00000000000000000000000000000000"
_MARK = ".kanal-demo"

_CONFIG = """\
# Written by `kanal demo` at every start.
public_base_url = "{base}"
service_name = "Pemprov DKI Jakarta"
sending = "on"

[quiet_hours]
enabled = false

[limits]
answers_per_hour = 60

[[accounts]]
id = "sms"
connector = "twilio-sms"
name = "SMS"
[accounts.settings]
account_sid = "{sid}"
auth_token = "{token}"
from = "{sms}"
api_base_url = "{provider}"

[[accounts]]
id = "whatsapp"
connector = "twilio-whatsapp"
name = "WhatsApp"
[accounts.settings]
account_sid = "{sid}"
auth_token = "{token}"
from = "{whatsapp}"
api_base_url = "{provider}"
"""


async def run(host: str, port: int) -> None:
    """Serve the demo until Ctrl-C. It starts from nothing each time."""
    folder = Environment.read().data_dir / "demo"
    listener = listen(host, port)
    base = f"http://127.0.0.1:{port}"
    token = secrets.token_hex(16)
    account = Account(
        _ACCOUNT_SID,
        token,
        senders=(
            Sender(SMS_NUMBER, f"{base}/webhooks/sms"),
            Sender(f"whatsapp:{WHATSAPP_NUMBER}", f"{base}/webhooks/whatsapp"),
        ),
    )
    network = Network(account, timing=Timing(sent_s=0.2, delivered_s=0.5, read_s=None))
    async with serve_provider(network) as provider:
        environment = _fresh_environment(folder)
        assert environment.config is not None  # noqa: S101 - set just above
        environment.config.write_text(
            _CONFIG.format(
                base=base, sid=_ACCOUNT_SID, token=token, sms=SMS_NUMBER,
                whatsapp=WHATSAPP_NUMBER, provider=provider,
            ),
            encoding="utf-8",
        )  # fmt: skip
        parts = await build(configuration.load(environment.config), environment)
        try:
            app = create_app(parts)
            page = DemoPage(network, await _officer_token(parts))
            page.install(app)
            click.echo(f"The demo runs on {base}/  (Ctrl-C ends it)")
            await serve(parts, app, listener, on_stop=page.hints.end)
        finally:
            await parts.close()


def _fresh_environment(folder: Path) -> Environment:
    """An empty folder; one that holds anything but an earlier demo is left alone."""
    if folder.exists() and not (folder / _MARK).exists():
        raise click.ClickException(f"{folder} is not of an earlier demo: move it away")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    return Environment(
        config=folder / "kanal.toml",
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kanal.db'}",
        redis_url=None,
        keys_file=folder / "keys.json",
    )


async def _officer_token(parts: Parts) -> str:
    async with parts.database.write() as conn:
        return await create_token(
            conn, parts.keys, unit=UnitId("biro-pemerintahan"), role=OfficerRole.SYSTEM_ADMIN,
            now=parts.clock(), new_id=parts.new_id,
        )  # fmt: skip
