"""What a counter will enter: a complaint of somebody who has no address."""

from core import commands
from core.complaint import ComplaintDraft, ComplaintId, Kind, Place, UnitId
from core.messages import AccountId
from core.number import ComplaintNumber
from core.routing import Channel
from gateway.audit import trail
from gateway.configuration.holidays import deadlines
from tests.house import House


async def at_the_counter(
    house: House, serial: int = 1, account: str = "chat", owner: str = "biro-pemerintahan",
    *, confidential: bool = False,
) -> str:  # fmt: skip
    """Its number."""
    parts = house.parts
    number = ComplaintNumber(f"JK261119{serial:04d}")
    change = commands.file_complaint(
        ComplaintDraft(
            Kind.PUBLIC_SPACE, "saluran-mampet", Place("Gang Manggis", "31.73.05.1001"),
            confidential=confidential,
        ),
        complaint_id=ComplaintId(parts.new_id()),
        number=number,
        account=AccountId(account),
        channel=Channel(UnitId(owner)),
        origin_key=f"counter:{serial}",
        reporter="",
        at=house.clock(),
        recorded_at=house.clock(),
        new_id=parts.new_id,
        deadlines=deadlines(parts.settings, account),
    )  # fmt: skip
    async with parts.database.write() as conn:
        await trail.write(conn, [change], parts.keys.code_hash, parts.new_id)
    return number
