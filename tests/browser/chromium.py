"""A real Chromium, driven through its DevTools protocol: no driver has to be installed for it.

https://chromedevtools.github.io/devtools-protocol/ (read 2026-11). Only what the tests use.
"""

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.leftovers import bound
from tests.servers import ended

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--remote-debugging-port=0",
)  # fmt: skip
_PATIENCE_S = 60.0
_KEYS = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "Tab": 9}


def find_chromium() -> str | None:
    """Where the browser is: KANAL_CHROMIUM, else what the path offers."""
    named = os.environ.get("KANAL_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One tab. *complaints* are the errors that the browser has noticed on it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.complaints: list[str] = []
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._count = 0
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop listening."""
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser something."""
        self._count += 1
        answer = self._answers[self._count] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._count, "method": method, "params": params})
        async with asyncio.timeout(_PATIENCE_S):
            return await answer

    async def open(self, url: str, *, width: int = 1366, height: int = 768) -> None:
        """Go to *url* in a window of that size."""
        for domain in ("Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.call("Page.bringToFront")
        await self.resize(width, height)
        # Without animations: what is clicked stands still.
        calm = [{"name": "prefers-reduced-motion", "value": "reduce"}]
        await self.call("Emulation.setEmulatedMedia", features=calm)
        await self.call("Page.navigate", url=url)

    async def resize(self, width: int, height: int) -> None:
        """Change the window."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is awaited."""
        answer = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']['exception']}")
        return answer["result"].get("value")

    async def until(self, expression: str, patience_s: float = _PATIENCE_S) -> Any:
        """Wait for *expression* to be something true."""
        ends = asyncio.get_running_loop().time() + patience_s
        while not (value := await self.evaluate(expression)):
            if asyncio.get_running_loop().time() > ends:
                raise AssertionError(f"never became true: {expression}")
            await asyncio.sleep(0.1)
        return value

    async def text(self, selector: str) -> str:
        """What stands in the first element of *selector*, as soon as there is one."""
        found = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"{found} !== null")
        return str(await self.evaluate(f"{found}.innerText"))

    async def says(self, selector: str, words: str) -> None:
        """Wait until the first element of *selector* holds *words*."""
        found = f"document.querySelector({json.dumps(selector)})?.innerText"
        await self.until(f"({found} ?? '').includes({json.dumps(words)})")

    async def click(self, selector: str) -> None:
        """A real click into the middle of the first visible *selector*, once it rests."""
        place = f"""(async () => {{
          const middle = () => {{
            const found = [...document.querySelectorAll({json.dumps(selector)})]
              .find((e) => e.getClientRects().length);
            found?.scrollIntoView({{block: "nearest"}});
            const box = found?.getBoundingClientRect();
            return box && {{found, at: [box.x + box.width / 2, box.y + box.height / 2]}};
          }};
          const before = middle();
          await new Promise(requestAnimationFrame);
          const now = middle();
          const rests = now && now.found === before?.found && `${{now.at}}` === `${{before.at}}`;
          return rests ? now.at : null;
        }})()"""
        x, y = await self.until(place)
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    async def write(self, selector: str, text: str) -> None:
        """Type *text* into a field, over what it holds."""
        await self.click(selector)
        await self.evaluate("document.activeElement.select()")
        await self.call("Input.insertText", text=text)

    async def press(self, key: str) -> None:
        """One key."""
        code = {"key": key, "code": key, "windowsVirtualKeyCode": _KEYS[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **code, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **code)

    async def _listen(self) -> None:
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                answer = self._answers.pop(said["id"])
                if "error" in said:
                    answer.set_exception(AssertionError(said["error"]["message"]))
                else:
                    answer.set_result(said["result"])
            else:
                self._note(said["method"], said["params"])

    def _note(self, method: str, params: dict[str, Any]) -> None:
        match method:
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                self.complaints.append(
                    details.get("exception", {}).get("description", details["text"])
                )
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                said = [str(a.get("value", a.get("description"))) for a in params["args"]]
                self.complaints.append(" ".join(said))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                entry = params["entry"]
                self.complaints.append(f"{entry['text']} {entry.get('url', '')}")


class Browser:
    """A running browser."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Page]:
        """A fresh tab in front of all others, gone when the block is left."""
        async with self._http.put("/json/new?about:blank") as response:
            tab = await response.json()
        async with self._http.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
            page = Page(socket)
            try:
                yield page
            finally:
                await page.close()
        async with self._http.get(f"/json/close/{tab['id']}"):
            pass


@asynccontextmanager
async def chromium(program: str, profile: Path) -> AsyncIterator[Browser]:
    """A fresh browser, gone when the block is left."""
    process = await asyncio.create_subprocess_exec(
        *bound(program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = await _debugging_port(profile / "DevToolsActivePort")
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            yield Browser(http)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await ended(process)


async def _debugging_port(file: Path) -> int:
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
                return int(file.read_text().splitlines()[0])
            await asyncio.sleep(0.05)
