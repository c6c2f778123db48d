"""Whose address counts: the one that a trusted proxy reports, and nobody else's word."""

from ipaddress import ip_network

import httpx
import pytest
from fastapi import FastAPI, Request

from gateway.configuration.settings import Settings
from gateway.processes.serve import configured

CITIZEN = "203.0.113.7"


async def seen_from(host: str, **given: object) -> str:
    app = FastAPI()

    @app.get("/")
    async def who(request: Request) -> str:
        return request.client.host if request.client else ""

    config = configured(app, Settings.model_validate(given))
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=(host, 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://kanal") as client:
        return str((await client.get("/", headers={"X-Forwarded-For": CITIZEN})).json())


@pytest.mark.parametrize(
    ("host", "given", "seen"),
    [
        ("127.0.0.1", {}, CITIZEN),
        ("172.18.0.5", {}, "172.18.0.5"),
        ("172.18.0.5", {"trusted_proxies": ["172.16.0.0/12"]}, CITIZEN),
        ("198.51.100.1", {"trusted_proxies": ["172.16.0.0/12"]}, "198.51.100.1"),
        ("127.0.0.1", {"trusted_proxies": []}, "127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_speaks_for_others(
    host: str, given: dict[str, list[str]], seen: str
) -> None:
    assert await seen_from(host, **given) == seen


def test_a_network_with_host_bits_is_refused() -> None:
    assert (
        ip_network("172.16.0.0/12")
        in Settings(trusted_proxies=(ip_network("172.16.0.0/12"),)).trusted_proxies
    )
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings.model_validate({"trusted_proxies": ["172.16.0.1/12"]})
