"""The OpenAPI document is true: a fuzzer that believes it finds nothing."""

import asyncio
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from core.access import OfficerRole
from core.complaint import UnitId
from gateway.app import create_app
from gateway.processes.serve import listen
from gateway.users.passwords import Cost
from gateway.users.sessions import SignIn
from gateway.web.access import create_token
from gateway.web.once import FORM, HEADER
from tests.house import House, open_house
from tests.leftovers import bound
from tests.servers import ended

_THOROUGH = "KANAL_FUZZ_ALL" in os.environ


async def fuzzed(house: House, base: str, token: str, number: str) -> tuple[int, str]:
    """Run schemathesis against *base*; half of its requests name a complaint that exists."""
    config = house.parts.environment.data_dir / "schemathesis.toml"
    config.write_text(
        # 412: a version that is well-formed and not the present one. 429: too many sign-ins.
        "[checks.positive_data_acceptance]\n"
        'expected-statuses = ["2xx", 401, 403, 404, 409, 412, 429, "5xx"]\n'
        f'[[operations]]\ninclude-path-regex = ".*"\nparameters = {{ number = "{number}" }}\n'
        # What an action means no schema can say: a day in the past, a unit that is none.
        '[[operations]]\ninclude-path-regex = "/actions$"\n'
        "checks.positive_data_acceptance.expected-statuses = "
        '["2xx", "3xx", 401, 403, 404, 409, 412, 422]\n'
        # Every edge of every field of every action is a thousand requests: only when asked for.
        f"phases.coverage.enabled = {str(_THOROUGH).lower()}\n"
        # Nor which numbers there are on which of the installation's channels, nor its counters.
        '[[operations]]\ninclude-path-regex = "/(roster|visits)$"\n'
        "checks.positive_data_acceptance.expected-statuses = "
        '["2xx", 401, 403, 404, 409, 412, 422]\n'
    )
    process = await asyncio.create_subprocess_exec(
        *bound(
            Path(sys.executable).with_name("schemathesis"),
            "--config-file", str(config),
            "run", f"{base}/api/v1/openapi.json", "--header", f"Authorization: Bearer {token}",
            "--checks", "all", "--exclude-checks", "ignored_auth",
            "--max-examples", "10" if _THOROUGH else "3",
            *([] if _THOROUGH else ["--generation-deterministic"]),
            "--workers", "1", "--no-color", "--phases", "examples,coverage,fuzzing",
        ),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    printed = await ended(process, 570)
    return process.returncode or 0, printed


def distinct(app: ASGIApp) -> ASGIApp:
    """Every request is another one: a key that was used for another body is rightly refused. Nine
    of ten lose theirs, because each costs two commits more."""
    numbers = itertools.count()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            number = next(numbers)
            scope["headers"] = [
                (name, f"{number}-".encode() + value if _is_key(name, value) else value)
                for name, value in scope["headers"]
                if number % 10 == 0 or not _is_key(name, value)
            ]
        await app(scope, receive, send)

    return wrapped


def _is_key(name: bytes, value: bytes) -> bool:
    short = len(value) < 245
    return name.decode() == HEADER and short and bool(re.fullmatch(FORM.encode(), value))


async def test_whatever_is_sent_the_answer_is_as_documented(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with open_house(tmp_path, sqlite_url) as house:
        await house.say("+6281234567890", "lampu jalan mati di jl panjang depan sdn 01")
        await house.pause()
        number = (await house.complaints())[0].complaint.number
        async with house.parts.database.write() as conn:
            token = await create_token(
                conn, house.parts.keys, unit=UnitId("biro-pemerintahan"),
                role=OfficerRole.SYSTEM_ADMIN, now=house.clock(), new_id=house.parts.new_id,
            )  # fmt: skip
        app = create_app(house.parts)
        app.state.sign_in = SignIn(house.parts, Cost(2, 1, 1))
        listener = listen("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(distinct(app), log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            code, printed = await fuzzed(house, base, token, number)
        finally:
            server.should_exit = True
            await serving
    assert code == 0, printed
