"""What the tests of sending share: the ledger of deliveries, a receipt, a request for help."""

from typing import Any

from sqlalchemy import select

from gateway.tables import delivery
from tests.house import House


async def deliveries(house: House) -> list[Any]:
    async with house.parts.database.read() as conn:
        return list((await conn.execute(select(delivery).order_by(delivery.c.id))).all())


async def receipt(house: House, token: str, status: str, **more: Any) -> None:
    event = {"id": f"{token}:{status}", "type": "receipt", "status": status, "token": token}
    await house.deliver([event | more])


async def ask_for_help(house: House, who: str = "ani") -> None:
    await house.say(who, "BANTUAN")
    await house.settle()
