"""Chromium without a window, controlled through its DevTools protocol: a picture is taken when the page is complete.

A page that renders after it has loaded, as Prefect's UI does, is half empty in a picture that Chromium takes by itself.
The protocol is JSON over a WebSocket; Prefect installs the client.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from websockets.sync.connection import Connection

# What hangs takes so long; a busy machine may need minutes.
SECONDS = 600.0
# The page's transitions have ended by then.
SETTLED_SECONDS = 1.5
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0")


def browser() -> str | None:
    """Chromium or a relative, if one is installed."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Page:
    """One page of the browser, of a width in CSS pixels."""

    def __init__(self, connection: Connection, width: int, settled: float) -> None:
        self._connection = connection
        self._width, self._settled = width, settled
        self._number = 0
        # Whatever the machine's time zone is.
        self._ask("Emulation.setTimezoneOverride", timezoneId="UTC")

    def show(self, url: str, *words: str, height: int) -> None:
        """Open an address and wait until the page shows all these words; it is so many CSS pixels high.

        Raises:
            TimeoutError: it does not.
        """
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=self._width, height=height, deviceScaleFactor=1, mobile=False
        )
        self._ask("Page.navigate", url=url)
        self.wait(*words)

    def wait(self, *words: str) -> None:
        """Until the page shows all these words.

        Raises:
            TimeoutError: it does not.
        """
        end = time.monotonic() + SECONDS
        while missing := self._missing(words):
            if time.monotonic() > end:
                raise TimeoutError(f"{self.run('location.href')} does not show {missing}")
            time.sleep(0.05)
        time.sleep(self._settled)

    def _missing(self, words: Sequence[str]) -> list[str]:
        state, shown = "", ""
        # Between two pages there is none to ask.
        with suppress(RuntimeError, TypeError):
            state, shown = self.run("[document.readyState, document.body ? document.body.innerText : '']")
        return [*(word for word in words if word not in shown), *(["the whole page"] * (state != "complete"))]

    def run(self, script: str) -> Any:
        """The value of some JavaScript in the page."""
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def resize(self, width: int) -> None:
        """What is shown from now on is as wide as this, in CSS pixels."""
        self._width = width

    def emulate(self, *, medium: str = "screen", dark: bool = False, scripts: bool = True) -> None:
        """What is shown from now on is for a screen or for print, light or dark, with or without the page's scripts."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        # A page that scrolls smoothly is still on its way when a busy machine looks at it.
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self._ask("Emulation.setEmulatedMedia", media=medium, features=[scheme, still])
        self._ask("Emulation.setScriptExecutionDisabled", value=not scripts)

    def download_to(self, folder: Path) -> None:
        """What is downloaded from now on comes into this folder, under its own name."""
        self._ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def press(self, key: str) -> None:
        """One key, by its name, as Tab or Enter."""
        codes = {"Tab": (9, ""), "Enter": (13, "\r")}
        code, text = codes[key]
        for kind in ("keyDown", "keyUp"):
            shown = {"text": text} if text and kind == "keyDown" else {}
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **shown)

    def forget(self) -> None:
        """Forget what pages have left in the browser, as the reader's language."""
        self._ask("Network.clearBrowserCookies")

    def click(self, selector: str) -> None:
        """A click of the mouse in the middle of the first thing that fits, which is brought into sight."""
        place = "(box => [box.x + box.width / 2, box.y + box.height / 2])(each.getBoundingClientRect())"
        found = f"(each => (each.scrollIntoView({{block: 'center'}}), {place}))(document.querySelector({selector!r}))"
        x, y = self.run(found)
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def write(self, words: str) -> None:
        """Type these words where the focus is."""
        self._ask("Input.insertText", text=words)

    def heard(self) -> list[tuple[str, str]]:
        """What those who hear the page are offered: the role and the name of each thing that has a name."""
        nodes = self._ask("Accessibility.getFullAXTree")["nodes"]
        kept = (each for each in nodes if not each.get("ignored"))
        named = ((str(each["role"]["value"]), str(each.get("name", {}).get("value", ""))) for each in kept)
        return [(role, " ".join(name.split())) for role, name in named if name]

    def paper(self) -> bytes:
        """The page as it is printed, as PDF."""
        # A medium that is emulated would be that of the paper, too.
        self._ask("Emulation.setEmulatedMedia", media="print")
        return base64.b64decode(self._ask("Page.printToPDF")["data"])

    def picture(self) -> bytes:
        """What is shown, as PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=SECONDS))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result


@contextmanager
def page(width: int, *, settled: float = SETTLED_SECONDS) -> Iterator[Page]:
    """A page of a browser of its own; it has settled so many seconds after it shows what is waited for.

    Raises:
        RuntimeError: there is no Chromium.
        TimeoutError: it does not start.
    """
    chromium = browser()
    if chromium is None:
        raise RuntimeError("pictures need Chromium")
    with tempfile.TemporaryDirectory() as profile:
        command = [chromium, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
        try:
            with connect(_address(Path(profile)), max_size=None, open_timeout=SECONDS) as connection:
                yield Page(connection, width, settled)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _address(profile: Path) -> str:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            port = (profile / "DevToolsActivePort").read_text(encoding="ascii").splitlines()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=SECONDS) as answer:
                for target in json.load(answer):
                    if target["type"] == "page":
                        return str(target["webSocketDebuggerUrl"])
        except (OSError, IndexError):
            pass
        time.sleep(0.1)
    raise TimeoutError("Chromium does not start")
