"""The resident's side over real HTTP: what a link shows, what the form takes, and what never."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import text

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.kinds.kind import Json
from desk_app.core.resident import AFTER_CLOSING_MS
from desk_app.hub.care import backup, restore
from desk_app.hub.database import Database
from desk_app.hub.log import LOGGER
from desk_app.hub.resident import inquiries, routes
from desk_app.hub.resident.form import MOST_WORDS, OLDEST_MS, Tickets
from desk_app.hub.resident.links import status
from desk_app.hub.resident.markup import HEADERS
from desk_app.hub.resident.projection import token_hash
from desk_app.hub.resident.side import change_side
from desk_app.hub.sql_ledger import see_centres
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import PATIENCE, Member, RunningHub, now_ms, running_hub
from tests.helpers.postgres import Postgres

CASE = "case000000000001"
TOKEN = "AbCdEf0123456789_-xyzw"
OTHER = "0" * 22
PHONE = "021 6217 8800"
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;{words} data-marks"


class Window:
    """A desk of a centre, spoken for by hand."""

    def __init__(self, hub: RunningHub, centre: str) -> None:
        self.member: Member = hub.member(centre)
        self.desk = Desk(self.member.device)
        self.http = httpx.Client(base_url=hub.address, headers=self.member.headers)

    def write(self, kind: str, body: dict[str, Json], case: str = CASE) -> Entry:
        return self.desk.write(NewEntry(case, kind, body))

    def send(self, *entries: Entry) -> list[str]:
        sent = {"entries": [WireEntry.of(entry).model_dump() for entry in entries]}
        answers = self.http.post("/v1/push", json=sent).raise_for_status().json()["answers"]
        return [answer["code"] or answer["status"] for answer in answers]

    def open_case(self, case: str = CASE, token: str = TOKEN) -> Entry:
        """A case with a person, an item and a link; the link's entry."""
        link = self.write("link.made", {"token": token}, case)
        self.send(
            link,
            self.write("case.opened", {**OPENED, "number": "BCS-20261123-01-K7"}, case),
            self.write("field.set", {"name": "resident_name", "value": "王小明"}, case),
            self.write("item.chosen", {"item": "x", "name": "丧葬费", "version": 1}, case),
        )
        return link


Windows = Callable[[str], Window]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_hub(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHub]:
    """One hub over each database."""
    url = "" if request.param == "sqlite" else _new_database(request)
    with running_hub(tmp_path_factory.mktemp("hub"), url) as running:
        running.open.database.serve_as_other_role()
        yield running


@pytest.fixture
def open_hub(shared_hub: RunningHub) -> RunningHub:
    """A hub, over either database, with all of it switched on and nothing in it."""
    return _opened(shared_hub)


@pytest.fixture(scope="module")
def small_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One hub over SQLite, for what the database does not matter to."""
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture
def hub(small_hub: RunningHub) -> RunningHub:
    """The same with all of it switched on and nothing in it."""
    return _opened(small_hub)


@pytest.fixture
def fresh_hub(tmp_path: Path) -> Iterator[RunningHub]:
    """One of its own, which remembers nobody and may be broken."""
    with running_hub(tmp_path / "hub") as running:
        yield _opened(running)


@pytest.fixture
def window(request: pytest.FixtureRequest) -> Iterator[Windows]:
    """New desks, by their centre."""
    hub = _asked_for(request)
    with ExitStack() as stack:

        def made(centre: str) -> Window:
            one = Window(hub, centre)
            stack.callback(one.http.close)
            return one

        yield made


@pytest.fixture
def phone(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A resident's browser."""
    with httpx.Client(base_url=_asked_for(request).address) as client:
        yield client


def _asked_for(request: pytest.FixtureRequest) -> RunningHub:
    """The hub of the test that asks."""
    names = ("open_hub", "fresh_hub", "hub")
    found = request.getfixturevalue(next(n for n in names if n in request.fixturenames))
    assert isinstance(found, RunningHub)
    return found


FILLED = ("stream", "contents", "entries", "places", "resident_links", "inquiries")


def _opened(hub: RunningHub) -> RunningHub:
    with hub.open.database.writing() as connection:
        see_centres(connection, ["east", "west"])
        for table in FILLED:
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE centres SET high = 0, mark_sum = '0'"))
    for centre, number in (("east", PHONE), ("west", "021-55550000")):
        change_side(
            hub.open.database, centre, phone=number, address="https://example.org",
            shows_status=True, takes_inquiries=True,
        )  # fmt: skip
    return hub


def _form(hub: RunningHub, age: int = 60_000, **fields: str) -> dict[str, str]:
    ticket = Tickets(hub.open.token_secret).make(now_ms() - age)
    return {"words": "老伴走了", "name": "", "phone": "", "ticket": ticket, "website": "", **fields}


class _Lines(logging.Handler):
    """The hub's log lines from the moment it is entered; one may come after its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._new: SimpleQueue[str] = SimpleQueue()

    def emit(self, record: logging.LogRecord) -> None:
        self._new.put(record.getMessage())

    def wait_for(self, route: str, times: int) -> None:
        """Until requests of a route were noted so often."""
        while sum(json.loads(line)["route"] == route for line in self.said) < times:
            self.said.append(self._new.get(timeout=PATIENCE))

    def __enter__(self) -> _Lines:
        self._before = LOGGER.level
        LOGGER.addHandler(self)
        LOGGER.setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        LOGGER.removeHandler(self)
        LOGGER.setLevel(self._before)


def _number(answer: httpx.Response) -> str:
    found = re.search(r"class=number>(\d{3}) (\d{3})<", answer.text)
    assert answer.status_code == 200, answer.text
    assert found, answer.text
    return found[1] + found[2]


def _kept(hub: RunningHub) -> int:
    with hub.open.database.writing() as connection:
        see_centres(connection, ["east", "west"])
        return int(connection.execute(text("SELECT count(*) FROM inquiries")).scalar_one())


@pytest.mark.usefixtures("open_hub")
def test_a_link_shows_stage_next_step_and_phone_and_nothing_of_the_person(
    phone: httpx.Client, window: Windows
) -> None:
    east = window("east")
    link = east.open_case()
    page = phone.get(f"/r/east/{TOKEN}")
    assert page.status_code == 200
    assert "现在：接待受理" in page.text
    assert "随时打窗口的电话" in page.text
    assert f'href="tel:{PHONE.replace(" ", "")}"' in page.text
    for secret in ("王小明", "丧葬费", "BCS-", "小李", CASE, east.member.device, TOKEN):
        assert secret not in page.text

    east.send(
        east.write("stage.entered", {"stage": "coordinate"}),
        east.write("link.next", {"stage": "coordinate", "next": "asking"}),
    )
    page = phone.get(f"/r/east/{TOKEN}")
    assert "现在：沟通协调" in page.text
    assert "不用自己去跑" in page.text

    ended = east.write("link.ended", {"ref": link.id})
    for entry, code in (
        (ended, 404),
        (east.write("entry.withdrawn", {"ref": ended.id}), 200),
        (undone := east.write("entry.withdrawn", {"ref": link.id}), 404),
        (east.write("entry.withdrawn", {"ref": undone.id}), 200),
    ):
        east.send(entry)
        assert phone.get(f"/r/east/{TOKEN}").status_code == code


def test_wrong_ended_old_and_switched_off_links_are_not_told_apart(
    open_hub: RunningHub, phone: httpx.Client, window: Windows
) -> None:
    database = open_hub.open.database
    east = window("east")
    ended = east.open_case(token="E" * 22)
    east.send(east.write("link.ended", {"ref": ended.id}))
    east.open_case("case000000000002", token="C" * 22)
    closing: dict[str, Json] = {"outcome": "done_now", "explained": True, "sheet_given": True}
    east.send(east.write("case.closed", closing, "case000000000002"))

    wrong = phone.get(f"/r/east/{OTHER}")
    assert wrong.status_code == 404
    assert "现在看不到办理情况" in wrong.text
    assert PHONE in wrong.text
    assert phone.get(f"/r/east/{'E' * 22}").content == wrong.content
    assert "已经办结" in phone.get(f"/r/east/{'C' * 22}").text
    soon, late = now_ms() + AFTER_CLOSING_MS - 60_000, now_ms() + AFTER_CLOSING_MS + 1
    assert status(database, "east", "C" * 22, soon).stage == "closed"
    assert status(database, "east", "C" * 22, late).stage == ""
    for odd in ("a", "x" * 3000, quote("啊"), "%00", "..%2f", quote(HOSTILE, safe="")):
        assert phone.get(f"/r/east/{odd}").status_code == 404, odd

    change_side(database, "east", shows_status=False)
    assert phone.get(f"/r/east/{'C' * 22}").content == wrong.content


def test_a_link_goes_with_its_case_to_another_centre(
    open_hub: RunningHub, phone: httpx.Client, window: Windows
) -> None:
    east, west = window("east"), window("west")
    east.open_case()
    offer = east.write(
        "handover.offered",
        {"fence": 0, "to": "", "why": "搬家", "to_centre": "west", "summary": "一件事"},
    )
    east.send(offer)
    accept = west.write("handover.answered", {"ref": offer.id, "answer": "accept", "why": ""})
    assert west.send(accept) == ["accepted"]
    page = phone.get(f"/r/east/{TOKEN}")
    assert "021 5555 0000" in page.text
    west.send(west.write("stage.entered", {"stage": "reply"}))
    assert "现在：答复反馈" in phone.get(f"/r/east/{TOKEN}").text
    change_side(open_hub.open.database, "west", shows_status=False)
    off = phone.get(f"/r/east/{TOKEN}")
    assert off.content == phone.get(f"/r/east/{OTHER}").content, "the token is told by nothing"


@pytest.mark.usefixtures("open_hub")
def test_no_desk_ends_or_takes_over_the_link_of_another_centre(
    phone: httpx.Client, window: Windows
) -> None:
    east, west = window("east"), window("west")
    link = east.open_case()
    assert west.send(west.write("link.ended", {"ref": link.id})) == ["foreign_case"]
    other = "case000000000009"
    assert west.send(
        west.write("link.made", {"token": TOKEN}, other),
        west.write("stage.entered", {"stage": "reply"}, other),
        west.write("link.ended", {"ref": link.id}, other),
    ) == ["accepted", "accepted", "accepted"]
    page = phone.get(f"/r/west/{TOKEN}")
    assert "现在：接待受理" in page.text
    assert PHONE in page.text


def test_the_database_and_the_log_never_hold_a_token(
    open_hub: RunningHub, phone: httpx.Client, window: Windows
) -> None:
    window("east").open_case()
    with _Lines() as lines:
        assert phone.get(f"/r/east/{TOKEN}").status_code == 200
        assert phone.get(f"/r/east/{OTHER}").status_code == 404
        lines.wait_for("/r/{centre}/{token}", times=2)
    for line in lines.said:
        assert not any(secret in line for secret in (TOKEN, OTHER, "127.0.0.1"))
    with open_hub.open.database.writing() as connection:
        see_centres(connection, ["east"])
        rows = connection.execute(text("SELECT * FROM resident_links")).all()
    assert len(rows) == 1
    assert token_hash(TOKEN) in repr(rows)
    assert not any(said in repr(rows) for said in (TOKEN, "receive", "ask_us"))


def test_an_inquiry_is_stored_given_to_one_desk_and_gone_once_it_is_a_case(
    open_hub: RunningHub, phone: httpx.Client, window: Windows
) -> None:
    first, second = window("east"), window("east")
    west = window("west")
    assert "把您的难处告诉我们" in phone.get("/ask/east").text
    sent = _form(open_hub, words="医保跑了三趟\r\n没办成", name="陈阿姨", phone="138 0000 1111")
    answer = phone.post("/ask/east", data=sent)
    number = _number(answer)
    assert PHONE in answer.text

    listed = first.http.get("/v1/inquiries").json()
    (line,) = listed["inquiries"]
    assert (listed["waiting"], listed["address"]) == (1, "https://example.org")
    assert {k: line[k] for k in ("number", "words", "name", "phone", "is_mine")} == {
        "number": number, "words": "医保跑了三趟\n没办成", "name": "陈阿姨",
        "phone": "138 0000 1111", "is_mine": False,
    }  # fmt: skip
    assert west.http.get("/v1/inquiries").json()["inquiries"] == []
    assert west.http.post(f"/v1/inquiries/{number}/take").json()["code"] == "taken"

    with ThreadPoolExecutor(2) as pool:
        desks = (first, second)
        asked = [pool.submit(w.http.post, f"/v1/inquiries/{number}/take") for w in desks]
        codes = [each.result().status_code for each in asked]
    assert sorted(codes) == [200, 409]
    winner, loser = (first, second) if codes[0] == 200 else (second, first)
    assert winner.http.post(f"/v1/inquiries/{number}/take").json()["is_mine"] is True
    assert [one["is_mine"] for one in winner.http.get("/v1/inquiries").json()["inquiries"]] == [
        True
    ]
    assert loser.http.get("/v1/inquiries").json()["waiting"] == 0

    winner.send(
        winner.write("case.opened", {**OPENED, "number": "BCS-1", "channel": "online"}),
        winner.write("inquiry.accepted", {"number": number, "received": line["received"]}),
    )
    assert winner.http.get("/v1/inquiries").json()["waiting"] == 0
    assert winner.http.post(f"/v1/inquiries/{number}/take").status_code == 409
    with open_hub.open.database.writing() as connection:
        see_centres(connection, ["east"])
        assert connection.execute(text("SELECT sealed FROM inquiries")).scalar_one() is None


def test_an_inquiry_that_a_desk_left_lying_is_anyones_after_a_day(open_hub: RunningHub) -> None:
    database = open_hub.open.database
    words = inquiries.Words("老伴走了", "", "")
    number = inquiries.keep(database, "east", "form", words, 1000)
    inquiries.take(database, "east", number, "one", 2000)
    with pytest.raises(inquiries.TakenError):
        inquiries.take(database, "east", number, "two", 3000)
    later = 2001 + inquiries.KEPT_FOR_MS
    assert inquiries.waiting_for(database, "east", "two", later).waiting == 1
    assert inquiries.take(database, "east", number, "two", later).words == "老伴走了"
    with pytest.raises(inquiries.TakenError):
        inquiries.take(database, "east", number, "one", later + 1)


def test_the_same_form_twice_is_one_inquiry_and_changed_words_are_another(
    open_hub: RunningHub, phone: httpx.Client
) -> None:
    sent = _form(open_hub)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(phone.post, "/ask/east", data=sent) for _ in range(2)]
        numbers = {_number(each.result()) for each in both}
    assert len(numbers) == 1
    changed = _number(phone.post("/ask/east", data={**sent, "words": "老伴走了，还有一件"}))
    assert changed not in numbers
    assert _kept(open_hub) == 2


@pytest.mark.parametrize(
    ("fields", "age", "said"),
    [
        ({"words": " \n"}, 60_000, "还没有写遇到了什么事"),
        ({"words": "长" * (MOST_WORDS + 1)}, 60_000, "最多能收 5000 个字"),
        ({"phone": "打我儿子电话"}, 60_000, "电话号码看不懂"),
        ({"name": "名" * 41}, 60_000, "不要超过 40 个字"),
        ({"website": "https://spam.example"}, 60_000, "再按一次"),
        ({}, 100, "再按一次"),
        ({}, OLDEST_MS + 1000, "打开很久了"),
        ({"ticket": "1.2.3"}, 0, "打开很久了"),
        ({"ticket": "啊\ud83d".encode("utf-8", "replace").decode()}, 0, "打开很久了"),
    ],
)
def test_what_is_not_taken_comes_back_with_a_sentence_and_all_that_was_typed(
    hub: RunningHub, phone: httpx.Client, fields: dict[str, str], age: int, said: str
) -> None:
    sent = {**_form(hub, age, name="陈阿姨", phone="13800001111"), **fields}
    answer = phone.post("/ask/east", data=sent)
    assert answer.status_code == 422
    shown = unescape(answer.text)
    assert said in shown
    assert "没有交成" in shown
    for name in ("words", "name", "phone"):
        assert sent[name] in shown, name
    assert "spam.example" not in shown, "the hidden box is empty again: the next press succeeds"
    assert _kept(hub) == 0


def test_hostile_text_stays_text_in_every_field(
    hub: RunningHub, phone: httpx.Client, window: Windows
) -> None:
    sent = _form(hub, words=HOSTILE, name=HOSTILE[:40], phone=HOSTILE, website=HOSTILE)
    answer = phone.post("/ask/east", data={**sent, "ticket": HOSTILE})
    assert answer.status_code == 422
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    area = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.S)
    assert area
    assert unescape(area[1]) == HOSTILE
    phone_box = re.search(r'<input id="phone"[^>]*?value="([^"]*)"', answer.text)
    assert phone_box
    assert unescape(phone_box[1]) == HOSTILE
    assert "<script" not in phone.get(f"/ask/{quote(HOSTILE, safe='')}").text
    number = _number(phone.post("/ask/east", data=_form(hub, words=HOSTILE)))
    (line,) = window("east").http.get("/v1/inquiries").json()["inquiries"]
    assert (line["number"], line["words"]) == (number, HOSTILE)


def test_every_answer_to_a_resident_is_a_page_that_tells_nobody(
    hub: RunningHub, phone: httpx.Client
) -> None:
    too_long = b"words=" + b"x" * (routes.FORM_BYTES + 1)
    form = {"content-type": routes.FORM_TYPE}
    answers = {
        200: phone.get("/ask/east"),
        404: phone.get(f"/r/east/{OTHER}"),
        4040: phone.get("/r/east"),
        405: phone.delete(f"/r/east/{TOKEN}"),
        413: phone.post("/ask/east", content=too_long, headers=form),
        415: phone.post("/ask/east", json={"words": "x"}),
        422: phone.post("/ask/east", data=_form(hub, words="")),
    }
    answers |= {
        4130: phone.post("/ask/east", content=iter([too_long]), headers=form),
        4150: phone.post("/ask/east", content=b"words=\xff", headers=form),
        4151: phone.post("/ask/east", content=b"a&" * 100, headers=form),
        4152: phone.post("/ask/east", content=b"x", headers={**form, "content-encoding": "gzip"}),
    }
    for wanted, answer in answers.items():
        assert answer.status_code == int(str(wanted)[:3]), wanted
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "set-cookie" not in answer.headers
        assert '<html lang="zh-CN">' in answer.text
        assert "<script" not in answer.text
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert HEADERS["Referrer-Policy"] == "no-referrer"
    assert "noindex" in HEADERS["X-Robots-Tag"]
    assert _kept(hub) == 0


def test_who_asks_too_often_is_asked_to_wait_and_loses_no_word(
    fresh_hub: RunningHub, phone: httpx.Client
) -> None:
    for _ in range(routes.INQUIRIES_A_MINUTE):
        _number(phone.post("/ask/east", data=_form(fresh_hub)))
    refused = phone.post("/ask/east", data=_form(fresh_hub, words="第七件"))
    assert refused.status_code == 429
    assert "第七件" in refused.text
    assert _kept(fresh_hub) == routes.INQUIRIES_A_MINUTE
    codes = {phone.get("/ask/east").status_code for _ in range(routes.PAGES_A_MINUTE)}
    assert codes == {200, 429}
    calm = phone.get(f"/r/east/{OTHER}")
    assert calm.status_code == 429
    assert "请过一分钟再试" in calm.text


def test_a_flood_is_told_to_call_and_keeps_what_it_typed(
    hub: RunningHub, phone: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inquiries, "MOST_WAITING", 1)
    _number(phone.post("/ask/east", data=_form(hub)))
    full = phone.post("/ask/east", data=_form(hub, words="第二件"))
    assert full.status_code == 503
    assert "收不下了" in full.text
    assert "第二件" in full.text
    _number(phone.post("/ask/west", data=_form(hub)))


def test_where_nothing_can_be_stored_nothing_is_acknowledged(
    fresh_hub: RunningHub, phone: httpx.Client
) -> None:
    with fresh_hub.open.database.writing() as connection:
        connection.execute(text("ALTER TABLE inquiries RENAME TO elsewhere"))
    answer = phone.post("/ask/east", data=_form(fresh_hub, words="老伴走了，火化证明丢了"))
    assert answer.status_code == 503
    assert "现在存不下来" in answer.text
    assert "老伴走了，火化证明丢了" in answer.text
    assert PHONE in answer.text


def test_what_is_switched_off_takes_and_shows_nothing(
    hub: RunningHub, phone: httpx.Client, window: Windows
) -> None:
    change_side(hub.open.database, "east", takes_inquiries=False)
    for answer in (
        phone.get("/ask/east"),
        phone.post("/ask/east", data=_form(hub)),
        phone.get("/ask/nowhere"),
        phone.get("/ask/%00"),
    ):
        assert answer.status_code == 404
        assert "没有开通" in answer.text
    assert _kept(hub) == 0
    assert PHONE in phone.get("/ask/east").text
    listed = window("east").http.get("/v1/inquiries").json()
    assert listed["takes_inquiries"] is False


def test_a_restored_backup_still_shows_links_and_holds_inquiries(
    any_hub: RunningHub, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    change_side(
        any_hub.open.database, "east", phone=PHONE, address="https://example.org",
        shows_status=True, takes_inquiries=True,
    )  # fmt: skip
    made = Window(any_hub, "east")
    made.open_case()
    made.http.close()
    words = inquiries.Words("老伴走了", "", "")
    inquiries.keep(any_hub.open.database, "east", "form", words, now_ms())
    is_sqlite = not any_hub.folder.url
    into = f"sqlite:///{tmp_path / 'new.db'}" if is_sqlite else _new_database(request)
    backup(any_hub.open.database, any_hub.folder.database_url, tmp_path / "copy")
    target = Database(into, any_hub.open.database.key)
    try:
        restore(tmp_path / "copy", target, into)
        target.serve_as_other_role()
        assert status(target, "east", TOKEN, now_ms()).stage == "receive"
        assert inquiries.waiting_for(target, "east", "x", now_ms()).waiting == 1
        assert inquiries.waiting_for(target, "west", "x", now_ms()).waiting == 0
    finally:
        target.close()


def _new_database(request: pytest.FixtureRequest) -> str:
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.database()
