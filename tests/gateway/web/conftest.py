"""The web application over a house, asked through ASGI."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from core.access import OfficerRole
from core.complaint import UnitId
from gateway.app import create_app
from gateway.web.access import create_token
from tests.house import House, open_house


@dataclass
class Web:
    """A house with its application and a client."""

    house: House
    app: FastAPI
    client: httpx.AsyncClient

    async def token(
        self,
        role: OfficerRole = OfficerRole.SYSTEM_ADMIN,
        unit: str = "biro-pemerintahan",
    ) -> dict[str, str]:
        """Headers that carry a fresh token."""
        parts = self.house.parts
        async with parts.database.write() as conn:
            token = await create_token(
                conn, parts.keys, unit=UnitId(unit), role=role, now=parts.clock(),
                new_id=parts.new_id,
            )  # fmt: skip
        return {"Authorization": f"Bearer {token}"}

    async def filed(
        self, text: str = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk",
        who: str = "+6281234567890", account: str = "chat",
    ) -> str:  # fmt: skip
        """Somebody reports; the number."""
        await self.house.say(who, text, account)
        await self.house.pause()
        self.house.heard(who, account)
        return (await self.house.complaints())[-1].complaint.number


@pytest.fixture
async def web(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Web]:
    async with open_house(tmp_path, sqlite_url) as house:
        app = create_app(house.parts)
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=transport, base_url="https://lapor.example.go.id"
            ) as client,
        ):
            yield Web(house, app, client)
