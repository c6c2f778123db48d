"""The conversation with an address that somebody entered by hand, made where nobody has written."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.complaint import NewId
from core.messages import AccountId, Address
from gateway.sealing.keys import Keys
from gateway.tables import address, conversation


async def thread_of(
    conn: AsyncConnection, keys: Keys, account: AccountId, who: Address, new_id: NewId,
    name: str = "",
) -> int:  # fmt: skip
    """Its id. *name* is what is known of the person, where the address is new."""
    dialect: Any = sqlite if conn.dialect.name == "sqlite" else postgresql
    lookup = keys.lookup(who)
    row = {
        "id": new_id(), "kind": who.kind, "scope": who.scope, "lookup": lookup,
        "key_id": keys.current,
        "value_sealed": keys.seal(who.value.encode(), "address.value"),
        "name_sealed": keys.seal(name.encode(), "address.name") if name else None,
    }  # fmt: skip
    await conn.execute(dialect.insert(address).values(row).on_conflict_do_nothing())
    address_id = await conn.scalar(select(address.c.id).where(address.c.lookup == lookup))
    queue_key = keys.queue_key(account, who)
    thread: dict[str, Any] = {
        "id": new_id(), "account_id": account, "address_id": address_id, "queue_key": queue_key,
        "dialogue": {}, "version": 0,
    }  # fmt: skip
    await conn.execute(dialect.insert(conversation).values(thread).on_conflict_do_nothing())
    found = select(conversation.c.id).where(conversation.c.queue_key == queue_key)
    return int((await conn.scalars(found)).one())
