"""The residents' pages in a real browser: a narrow phone, large type, no scripts.

``DESK_APP_PICTURES`` names a folder for pictures of every page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desk_app.core.entries import NewEntry
from desk_app.hub.resident import form
from desk_app.hub.resident.side import change_side
from desk_app.protocol.wire import WireEntry
from tests.helpers.browser import Browser, NoBrowserError, running_browser
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import RunningHub, running_hub

PICTURES = os.environ.get("DESK_APP_PICTURES", "")
TOKEN = "AbCdEf0123456789_-xyzw"
PAGES = {"status": f"/r/east/{TOKEN}", "nothing": "/r/east/x", "form": "/ask/east", "off": "/ask/x"}
LONG_WORDS = "老伴走了，火化证明丢了，社区说要派出所，派出所说要殡仪馆。" * 6

SMALLEST_TYPE = """Math.min(...[...document.querySelectorAll('main *')]
  .filter(e => !e.closest('.trap') && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
  .concat([...document.querySelectorAll('textarea,input:not([type=hidden]),button')])
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""

WIDEST = "document.documentElement.scrollWidth"

WEAKEST = """Math.min(...[...document.querySelectorAll('main *')].map(e => {
  const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = parts(c).map(v => (v /= 255) <= .03928 ? v / 12.92
    : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  let behind = e;
  while (behind && parts(getComputedStyle(behind).backgroundColor)[3] === 0)
    behind = behind.parentElement;
  const [a, b] = [light(getComputedStyle(e).color),
    light(behind ? getComputedStyle(behind).backgroundColor : 'rgb(255,255,255)')];
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); }))"""
"""The weakest contrast of text (WCAG 2.2, 1.4.6)."""

LOWEST_TARGET = """Math.min(...[...document.querySelectorAll(
  'button,textarea,input:not([type=hidden]):not([tabindex])')]
  .map(e => e.getBoundingClientRect().height))"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub with a case in coordination, and its link."""
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        change_side(
            running.open.database, "east", phone="021-62178800、13800001111",
            address="https://example.org", shows_status=True, takes_inquiries=True,
        )  # fmt: skip
        member = running.member("east")
        desk = Desk(member.device)
        case = "case000000000001"
        entries = [
            desk.write(NewEntry(case, "case.opened", {**OPENED, "number": "BCS-1"})),
            desk.write(NewEntry(case, "link.made", {"token": TOKEN})),
            desk.write(NewEntry(case, "stage.entered", {"stage": "coordinate"})),
        ]
        sent = {"entries": [WireEntry.of(entry).model_dump() for entry in entries]}
        httpx.post(
            f"{running.address}/v1/push", json=sent, headers=member.headers
        ).raise_for_status()
        yield running


@pytest.fixture(scope="module", params=[16, 32], ids=["usual type", "type twice as large"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A phone 360 px wide."""
    try:
        with running_browser(width=360, type_size=request.param) as running:
            yield running
    except NoBrowserError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def pictures(browser: Browser, request: pytest.FixtureRequest) -> Iterator[None]:
    """A picture of where a test ended, where somebody asked for them."""
    yield
    if PICTURES:
        name = request.node.name.replace("/", "-").replace(" ", "-")
        browser.picture(Path(PICTURES) / f"{name}.png")


def _is_readable(browser: Browser) -> None:
    usual = browser.see("parseFloat(getComputedStyle(document.documentElement).fontSize)") / 1.25
    assert browser.see(SMALLEST_TYPE) >= 1.25 * usual >= 20
    assert browser.see(WIDEST) <= 360, "it never scrolls sideways"
    assert browser.see(WEAKEST) >= 7
    assert browser.see("document.documentElement.lang") == "zh-CN"


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_large_dark_on_light_and_one_column(
    hub: RunningHub, browser: Browser, page: str
) -> None:
    browser.open(hub.address + PAGES[page])
    _is_readable(browser)
    assert browser.see("document.querySelectorAll('h1').length") == 1
    assert browser.see("document.querySelectorAll('script').length") == 0
    assert browser.see("document.cookie") == ""


@pytest.mark.usefixtures("pictures")
def test_the_status_page_says_where_it_stands_and_rings_the_window(
    hub: RunningHub, browser: Browser
) -> None:
    browser.open(hub.address + PAGES["status"])
    here = browser.see("document.querySelector('[aria-current=step]').innerText")
    assert here.startswith("现在：沟通协调")
    numbers = browser.see("[...document.querySelectorAll('a')].map(a => a.href)")
    assert numbers == ["tel:02162178800", "tel:13800001111"]


@pytest.mark.usefixtures("pictures")
def test_the_form_is_filled_in_by_finger_and_nothing_typed_is_lost(
    hub: RunningHub, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "FASTEST_MS", 0)
    browser.open(hub.address + PAGES["form"])
    assert browser.see(LOWEST_TARGET) >= 44
    assert [browser.spoken(f"#{name}") for name in form.NAMES] == [
        "遇到了什么事？", "怎么称呼您？", "打哪个电话找您？",
    ]  # fmt: skip
    assert [browser.tab() for _ in range(4)] == ["words", "name", "phone", "BUTTON"]
    browser.type("#words", LONG_WORDS)
    browser.type("#name", "陈阿姨")
    browser.type("#phone", "打我儿子")
    browser.press("button")
    assert "还没有交成" in browser.see("document.querySelector('[role=alert]').innerText")
    _is_readable(browser)
    assert browser.see("document.getElementById('words').value") == LONG_WORDS
    assert browser.see("document.getElementById('name').value") == "陈阿姨"
    browser.see("document.getElementById('phone').select()")
    browser.type("#phone", "13800001111")
    browser.press("button")
    assert browser.see("document.querySelector('h1').innerText") == "收到了，已经存好"
    _is_readable(browser)
    assert len(browser.see("document.querySelector('.number').innerText")) == len("123 456")
