"""Called by Alembic; the connection comes from `gateway.storage.schema`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON

import gateway.by_hand.tables
import gateway.duty.tables
import gateway.inbox.tables
import gateway.photos.tables
import gateway.sealing.tables
import gateway.tables  # noqa: F401 - they add the gateway's tables to the metadata
from core.tables import UtcDateTime, metadata


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from core.tables import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from core.tables import Json")
        return "Json"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
