"""A real browser without a screen: Chromium, driven over WebDriver on loopback.

The machine's own ``chromium`` and ``chromedriver``; no library of ours. Scripts are switched off,
as on the phones that matter most.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 30.0
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which WebDriver hands out elements (W3C WebDriver, 11)."""

PROGRAMS = (("chromium", "google-chrome"), ("chromedriver",))


class NoBrowserError(Exception):
    """There is no browser on this machine, or it does not start."""


class Browser:
    """One window of the width of a phone.

    Args:
        session: its address at the driver.
    """

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client = client
        self._session = session

    def open(self, url: str) -> None:
        """Go to a page and wait until it is there."""
        self._ask("POST", "/url", url=url)

    def see(self, script: str) -> Any:
        """The value of a JavaScript expression; the page itself may run none."""
        return self._ask("POST", "/execute/sync", script=f"return {script}", args=[])

    def type(self, css: str, text: str) -> None:
        """Type into the element that ``css`` finds, as from an input method."""
        self.see(f"document.querySelector({css!r}).focus()")
        self._command("Input.insertText", text=text)

    def press(self, css: str) -> None:
        """Press the element that ``css`` finds with a finger, and wait for the page it leads to."""
        # The driver's own click waits for scripts of the page, of which there are none.
        before = self.see("performance.timeOrigin")
        self.see(f"document.querySelector({css!r}).scrollIntoView()")
        box = self.see(f"document.querySelector({css!r}).getBoundingClientRect().toJSON()")
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._command("Input.dispatchTouchEvent", type="touchStart", touchPoints=[place])
        self._command("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        until = time.monotonic() + PATIENCE
        while self.see("performance.timeOrigin") == before:
            assert time.monotonic() < until, "no page came"

    def spoken(self, css: str) -> str:
        """What a screen reader calls an element."""
        return str(self._ask("GET", f"/element/{self._find(css)}/computedlabel"))

    def tab(self) -> str:
        """Press the tabulator; the id, or else the name, of the element that has the focus."""
        keys = [{"type": "keyDown", "value": "\ue004"}, {"type": "keyUp", "value": "\ue004"}]
        self._ask("POST", "/actions", actions=[{"type": "key", "id": "keys", "actions": keys}])
        return str(self.see("document.activeElement.id || document.activeElement.tagName"))

    def picture(self, file: Path) -> None:
        """Keep what the whole page looks like, for somebody to see."""
        height = int(self.see("document.documentElement.scrollHeight"))
        width = int(self.see("innerWidth"))
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = self._command("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def _find(self, css: str) -> str:
        return str(self._ask("POST", "/element", using="css selector", value=css)[_ELEMENT])

    def _command(self, name: str, **params: Any) -> Any:
        return self._ask("POST", "/goog/cdp/execute", cmd=name, params=params)

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        sent = {"json": body} if method == "POST" else {}
        answer = self._client.request(method, f"{self._session}{path}", **sent)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value


@contextmanager
def running_browser(*, width: int = 360, type_size: int = 16) -> Iterator[Browser]:
    """A browser of its own, gone afterwards.

    Args:
        width: of the window in CSS pixels.
        type_size: what its user has set as the usual size, in CSS pixels.

    Raises NoBrowserError with what to install.
    """
    program, driver = (_program(names) for names in PROGRAMS)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    folder = tempfile.mkdtemp(prefix="desk-app-browser-")
    process = subprocess.Popen(
        [driver, f"--port={port}", "--silent"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": folder, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
    )
    retrying = httpx.HTTPTransport(retries=8)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, transport=retrying
        ) as client:
            answer = client.post("/session", json=_wanted(program, folder, width, type_size))
            if answer.status_code != 200:
                raise NoBrowserError(answer.json()["value"]["message"].splitlines()[0])
            session = f"/session/{answer.json()['value']['sessionId']}"
            try:
                yield Browser(client, session)
            finally:
                client.delete(session)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _wanted(program: str, folder: str, width: int, type_size: int) -> dict[str, Any]:
    options = {
        "binary": program,
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            f"--user-data-dir={folder}/profile",
        ],
        "prefs": {
            "webkit.webprefs.default_font_size": type_size,
            "profile.managed_default_content_settings.javascript": 2,
        },
        "mobileEmulation": {
            "deviceMetrics": {"width": width, "height": 740, "pixelRatio": 2, "mobile": True}
        },
    }  # fmt: skip
    return {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}


def _program(names: tuple[str, ...]) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise NoBrowserError(f"{names[0]} is missing: install chromium and chromium-driver")
    return found
