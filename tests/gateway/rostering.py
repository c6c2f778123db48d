"""What the tests of duty share: a roster, and a complaint to be told of."""

from gateway.duty.listing import bring, read
from tests.house import House

LAMP = "lampu jalan mati di jl panjang depan sdn 01 kel kebon jeruk"
FIRE = "ada kebakaran di rumah tetangga kel kebon jeruk tolong masih ada orang"
HEADER = "unit,name,account,address,days,hours,told\n"


async def roster(house: House, *lines: str) -> None:
    file = house.parts.environment.data_dir / "roster.csv"
    file.write_text(HEADER + "\n".join(lines) + "\n")
    await bring(house.parts, read(file, house.parts.lines))


async def filed(house: House, who: str = "ani", text: str = LAMP) -> str:
    await house.say(who, text)
    await house.pause()
    house.heard(who)
    return (await house.complaints())[-1].complaint.number
