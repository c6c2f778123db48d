"""init, check, doctor."""

import dataclasses
import json
import re
import tomllib
from pathlib import Path

import click

from gateway.cli.common import environment as place
from gateway.cli.common import refuse
from gateway.configuration import boundaries
from gateway.configuration.settings import SettingsInvalid, parse
from gateway.doctor import examine, flow, installation
from gateway.doctor.findings import Finding, State, worst
from gateway.sealing import keys
from gateway.storage.ids import now

_TEMPLATE = """\
# kanal: what this installation does. Secrets stand in the environment, as ${{VARIABLE}}.
# `kanal check` says exactly what is wrong with it.

public_base_url = {url}        # as providers and citizens see it, without a slash at the end
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

# What officers write down: `POST /api/v1/visits`, channels/counter/README.md.
# [[accounts]]
# id = "pendopo"
# connector = "counter"
# name = "Pendopo Balai Kota"
# pendopo = true
"""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[\w.~%/-]*)?")
_EXAMPLE = "https://kanal.example.go.id"
_ELSEWHERE = "let this user write there, or set KANAL_CONFIG and KANAL_KEYS_FILE to another place"


@click.command()
@click.option("--url", help="Public address of this gateway, https://kanal.example.go.id.")
@click.option(
    "--other-numbers/--no-other-numbers",
    default=None,
    help="Whether another system (the old CRM, JAKI) issues numbers of the same form.",
)
def init(url: str | None, other_numbers: bool | None) -> None:
    """Write kanal.toml (with sending off) and the key file. Nothing existing is overwritten.

    Asks for what it is not told.
    """
    environment = place()
    path = environment.config or Path("kanal.toml")
    if path.exists():
        refuse(f"{path} exists already; edit it, then run `kanal check`")
    try:
        if url is None:
            url = str(click.prompt("Public address of this gateway", default=_EXAMPLE))
        if other_numbers is None:
            other_numbers = click.confirm(
                "Does another system issue numbers of the form JK2611190041", default=False
            )
    except click.Abort:
        click.echo()
        missing = "--url" if url is None else "--other-numbers or --no-other-numbers"
        refuse(f"nothing is written: nobody answered; say {missing}")
    content = _TEMPLATE.format(
        url=json.dumps(url, ensure_ascii=False), first=5001 if other_numbers else 1
    )
    _refuse_invalid(url, content)
    is_new = not environment.keys_file.exists()
    try:
        if is_new:
            keys.create(environment.keys_file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    except OSError as error:
        refuse(f"{error.filename} cannot be written: {error.strerror}; {_ELSEWHERE}")
    click.echo(f"Wrote {path}: sending is off until you change it.")
    if not is_new:
        click.echo(f"Kept {environment.keys_file}.")
        return
    click.echo(
        f"Wrote {environment.keys_file}. Keep a copy in a safe place: without it, whatever is "
        "sealed in the database can never be read again."
    )


def _refuse_invalid(url: str, content: str) -> None:
    """Nothing is written that `kanal check` would not take, or that no provider could call."""
    try:
        parse(tomllib.loads(content), "--url")
        is_address = _ADDRESS.fullmatch(url) is not None
    except (SettingsInvalid, tomllib.TOMLDecodeError):
        is_address = False
    if not is_address:
        refuse("--url: not an address; write it as https://kanal.example.go.id")


@click.command()
def check() -> None:
    """Say exactly what is wrong with the configuration and what it stands on."""
    environment = place()
    seen = examine.place(environment, now)
    found = list(installation.findings(seen))
    for finding in found:
        if finding.state is State.NOTE:
            click.secho(f"note: {finding.sentence}", fg="yellow")
    problems = [f.sentence for f in found if f.state is State.WRONG]
    try:
        click.echo(boundaries.described(boundaries.load(environment.data_dir)))
    except boundaries.BoundariesBroken as error:
        problems.append(str(error))
    if problems or seen.settings is None:
        refuse(*problems)
    if seen.keys is not None and seen.keys.marks:
        click.echo(f"Sealing keys: {installation.described(seen.keys)}.")
    names = ", ".join(f"{a.id} ({a.connector})" for a in seen.settings.accounts) or "none yet"
    click.secho(f"All is well. Accounts: {names}.", fg="green")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines: one JSON object.")
def doctor(as_json: bool) -> None:
    """Look at an installation, running or stopped, and say what is wrong and what to do.

    One line per finding: ok, note or wrong. Exit code 1 when something is wrong. Nothing is
    changed. Run it where `kanal serve` runs, because it looks at the spool there.
    """
    environment = place()
    seen = examine.place(environment, now)
    found = [*installation.findings(seen), *installation.serving(seen)]
    if seen.settings is not None:
        waiting, problem = examine.flow(environment, seen, now)
        found += flow.findings(waiting, seen.settings) if waiting is not None else problem
    click.echo(_as_json(found) if as_json else "\n".join(map(_line, found)))
    if worst(found) is State.WRONG:
        raise SystemExit(1)


_COLOURS = {State.OK: "green", State.NOTE: "yellow", State.WRONG: "red"}


def _line(finding: Finding) -> str:
    state = click.style(f"{finding.state:5}", fg=_COLOURS[finding.state])
    return f"{state}  {finding.about:13}  {finding.sentence}"


def _as_json(found: list[Finding]) -> str:
    lines = [dataclasses.asdict(finding) for finding in found]
    return json.dumps({"state": worst(found), "findings": lines}, ensure_ascii=False, indent=1)
