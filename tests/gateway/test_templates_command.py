"""`kanal templates` at the stand-in of the provider."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.demo.provider import Account, Network, Sender, serve_provider
from gateway.outbound.envelopes import LANGUAGES, PURPOSES, wanted
from tests.gateway.test_cli import Done, kanal, write

SID, TOKEN, NUMBER = "AC" + 32 * "0", "s3cr3t", "+62811000113"
ALL = {(purpose, language) for purpose in PURPOSES for language in LANGUAGES}

CONFIG = f"""
[[accounts]]
id = "sms"
connector = "twilio-sms"
name = "SMS"
settings = {{ account_sid = "{SID}", auth_token = "{TOKEN}", from = "{NUMBER}" }}

[[accounts]]
id = "wa"
connector = "twilio-whatsapp"
name = "WhatsApp"
[accounts.settings]
account_sid = "{SID}"
auth_token = "{TOKEN}"
from = "{NUMBER}"
api_base_url = "%s"
%s
"""


@pytest.fixture
def network() -> Network:
    return Network(Account(SID, TOKEN, senders=(Sender(f"whatsapp:{NUMBER}"),)))


@pytest.fixture
async def provider(network: Network) -> AsyncIterator[str]:
    async with serve_provider(network) as base:
        yield base


async def run(folder: Path, provider: str, *arguments: str, templates: str = "") -> Done:
    write(folder, CONFIG % (provider, templates))
    return await asyncio.to_thread(kanal, folder, "templates", *arguments)


def names(network: Network) -> list[str]:
    return [content.approval.name for content in network.contents.all() if content.approval]


async def test_what_is_missing_is_created_once(
    network: Network, provider: str, tmp_path: Path
) -> None:
    missing = await run(tmp_path, provider, "status")
    assert missing.returncode == 0, "nothing is broken by what is not used"
    assert missing.stdout.count("missing") == len(ALL)
    assert "sms" not in missing.stdout, "free text may always leave there"

    said = await run(tmp_path, provider, "push", "--dry-run")
    assert said.stdout.count("would be created and submitted") == len(ALL)
    assert wanted("status", "id").body in said.stdout
    assert network.contents.all() == []

    done = await run(tmp_path, provider, "push")
    assert done.returncode == 0
    assert sorted(names(network)) == sorted(wanted(*one).name for one in ALL)
    assert {c.approval.category for c in network.contents.all() if c.approval} == {"UTILITY"}
    (status,) = [
        c for c in network.contents.all() if c.friendly_name == wanted("status", "id").name
    ]
    assert status.body == wanted("status", "id").body
    assert status.types["twilio/quick-reply"]["actions"] == [
        {"title": "Lihat keterangan", "id": "lihat"}
    ]
    again = await run(tmp_path, provider, "push")
    assert "created" not in again.stdout
    assert len(network.contents.all()) == len(ALL)
    assert again.stdout.count("waiting") == len(ALL)


async def test_what_is_approved_is_shown_as_it_is_to_be_entered(
    network: Network, provider: str, tmp_path: Path
) -> None:
    await run(tmp_path, provider, "push")
    sids = {c.friendly_name: c.sid for c in network.contents.all()}
    approved, refused = sids[wanted("status", "id").name], sids[wanted("result", "id").name]
    network.contents.decide(approved)
    network.contents.decide(refused, "rejected", "INCORRECT_CATEGORY")
    shown = (await run(tmp_path, provider, "status")).stdout
    entered = f'[accounts.settings.templates.status]\nid = "{approved}"'
    assert entered in shown
    assert "templates.result" not in shown
    assert "INCORRECT_CATEGORY" in shown
    ready = await run(tmp_path, provider, "status", templates=entered)
    assert ready.returncode == 0
    assert "[accounts.settings" not in ready.stdout
    assert network.contents.is_approved(approved)


async def test_what_is_configured_and_cannot_be_sent_is_an_error(
    network: Network, provider: str, tmp_path: Path
) -> None:
    entered = f'[accounts.settings.templates.status]\nid = "HX{32 * "0"}"'
    unknown = await run(tmp_path, provider, "status", templates=entered)
    assert unknown.returncode == 1
    assert "this account has no HX" in unknown.stdout

    await run(tmp_path, provider, "push")
    sids = {c.friendly_name: c.sid for c in network.contents.all()}
    sid = sids[wanted("question", "id").name]
    network.contents.decide(sid)
    entered = f'[accounts.settings.templates.result]\nid = "{sid}"'
    other = await run(tmp_path, provider, "status", templates=entered)
    assert other.returncode == 1, "its text has one place where a result needs two"
    assert "{{1}}, {{2}}" in other.stdout


async def test_what_was_created_and_not_submitted_is_submitted(
    network: Network, provider: str, tmp_path: Path
) -> None:
    await run(tmp_path, provider, "push")
    (first, *_) = network.contents.all()
    network.contents.forget_approval(first.sid)
    shown = (await run(tmp_path, provider, "push")).stdout
    assert f"{first.sid}, approval asked for" in shown
    assert "created" not in shown
    assert len(network.contents.all()) == len(ALL)


async def test_a_refusal_ends_with_its_sentence(provider: str, tmp_path: Path) -> None:
    (tmp_path / "kanal.toml").write_text((CONFIG % (provider, "")).replace(TOKEN, "wr0ng"))
    done = await asyncio.to_thread(kanal, tmp_path, "templates", "push")
    assert done.returncode == 1
    assert "HTTP 401, code 20003" in done.stderr
    assert "wr0ng" not in done.stderr + done.stdout


async def test_an_account_without_a_window_has_no_use_for_them(
    provider: str, tmp_path: Path
) -> None:
    done = await run(tmp_path, provider, "status", "--account", "sms")
    assert done.returncode == 1
    assert "account 'sms'" in done.stderr
