"""init, check."""

import asyncio
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from gateway import keys, schema
from gateway.cli.common import configuration, refuse
from gateway.cli.common import environment as place
from gateway.inbound.spool import Spool
from gateway.keys import KeysInvalid
from gateway.lines import close_lines, open_lines
from gateway.outgoing import GuardedFetcher
from gateway.settings import Environment, Sending, Settings

_TEMPLATE = """\
# kanal: what this installation does. Secrets stand in the environment, as ${{VARIABLE}}.
# `kanal check` says exactly what is wrong with it.

public_base_url = "{url}"        # as providers and citizens see it, without a slash at the end
sending = "off"                  # off | allowlist | on. Off: everything runs, nothing leaves.

[numbers]
prefix = "JK"
first_serial = {first}           # 5001 where another system issues numbers of the same form

[emergency]
checked_on = ""                  # the day on which somebody called the numbers below, YYYY-MM-DD
general = "112"
women_and_children = "129"
women_and_children_chat = "08111129129"

# One official channel each. channels/twilio/README.md says what to enter at the provider.
# [[accounts]]
# id = "sms"                     # permanent: POST /webhooks/sms, inbound and status callbacks
# connector = "twilio-sms"
# name = "SMS 08111272206"
# owner = "biro-pemerintahan"
# [accounts.settings]
# account_sid = "AC..."
# auth_token = "${{TWILIO_AUTH_TOKEN}}"
# from = "+62..."
"""


@click.command()
@click.option(
    "--url", prompt="Public address of this gateway", default="https://kanal.example.go.id"
)
@click.option(
    "--other-numbers/--no-other-numbers",
    prompt="Does another system issue numbers of the form JK2611190041",
    default=False,
    help="Whether another system (the old CRM, JAKI) issues numbers of the same form.",
)
def init(url: str, other_numbers: bool) -> None:
    """Write kanal.toml (with sending off) and the key file. Nothing existing is overwritten."""
    environment = place()
    path = environment.config or Path("kanal.toml")
    if path.exists():
        refuse(f"{path} exists already; edit it, then run `kanal check`")
    path.write_text(_TEMPLATE.format(url=url, first=5001 if other_numbers else 1), "utf-8")
    click.echo(f"Wrote {path}: sending is off until you change it.")
    if environment.keys_file.exists():
        click.echo(f"Kept {environment.keys_file}.")
    else:
        keys.create(environment.keys_file)
        click.echo(
            f"Wrote {environment.keys_file}. Keep a copy in a safe place: without it, whatever is "
            "sealed in the database can never be read again."
        )


@click.command()
def check() -> None:
    """Say exactly what is wrong with the configuration and what it stands on."""
    settings, environment = configuration()
    problems = [*_database(environment), *_keys(environment), *_folders(environment)]
    problems += asyncio.run(_accounts(settings))
    for remark in _remarks(settings):
        click.secho(f"note: {remark}", fg="yellow")
    if problems:
        refuse(*problems)
    names = ", ".join(f"{a.id} ({a.connector})" for a in settings.accounts) or "none yet"
    click.secho(f"All is well. Accounts: {names}.", fg="green")


def _database(environment: Environment) -> list[str]:
    try:
        found = schema.version(environment.database_url)
    except DBAPIError as error:
        return [f"KANAL_DATABASE_URL: the database does not answer ({type(error.orig).__name__})"]
    except Exception as error:  # noqa: BLE001 - an address SQLAlchemy cannot even read
        return [f"KANAL_DATABASE_URL: not a database address ({type(error).__name__})"]
    embedded = environment.database_url.startswith("sqlite")
    if found is schema.Version.NEWER:
        return ["the database is of a newer version: start that version of kanal"]
    if found in {schema.Version.EMPTY, schema.Version.OLDER} and not embedded:
        return [f"the database is {found.value}: run `kanal db upgrade`"]
    return []


def _keys(environment: Environment) -> list[str]:
    if not environment.keys_file.exists():
        return []
    try:
        keys.load(environment.keys_file)
    except KeysInvalid as error:
        return [str(error)]
    mode = environment.keys_file.stat().st_mode & 0o077
    return [f"{environment.keys_file}: others may read it; chmod 600 it"] if mode else []


def _folders(environment: Environment) -> list[str]:
    try:
        Spool.create(environment.data_dir / "spool").close()
    except OSError as error:
        return [f"{environment.data_dir}: cannot be written ({error.strerror}); set KANAL_DATA_DIR"]
    return []


async def _accounts(settings: Settings) -> list[str]:
    fetcher = GuardedFetcher()
    try:
        await close_lines(open_lines(settings, fetcher))
    except Exception as error:  # noqa: BLE001 - whatever a stranger's connector raises
        return [f"an account's connector cannot be built: {type(error).__name__}: {error}"]
    finally:
        await fetcher.close()
    return []


def _remarks(settings: Settings) -> list[str]:
    remarks = []
    if not settings.accounts:
        remarks.append("there is no [[accounts]] yet: nothing can come in")
    if settings.sending is not Sending.ON:
        remarks.append(f"sending is {settings.sending}: notices are held in the ledger")
    if not settings.emergency.checked_on:
        remarks.append("[emergency] checked_on is empty: call the numbers, then enter the day")
    if not settings.base_url.startswith("https://"):
        remarks.append("public_base_url is not https: providers refuse that outside this machine")
    return remarks
