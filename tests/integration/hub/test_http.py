"""The hub over real HTTP: what each route gives, refuses and never shows."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.exchange import Answer
from desk_app.core.kinds.kind import Json
from desk_app.hub import packs
from desk_app.hub.care import check
from desk_app.hub.database import WHOLE, DatabaseProblem
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.ledger import CasePlace
from desk_app.hub.sql_ledger import SqlLedger
from desk_app.protocol.signing import new_private_key, public_of, sign, verify
from desk_app.protocol.wire import MAX_REQUEST_BYTES, PROTOCOL_HEADER, WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import Member, RunningHub, now_ms, running_hub
from tests.helpers.postgres import Postgres

CASE = "case0000000000001"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


class Person:
    """A device of a centre, spoken for by hand."""

    def __init__(self, hub: RunningHub, centre: str, role: str = "desk") -> None:
        self.member: Member = hub.member(centre, role)
        self.desk = Desk(self.member.device)
        self.http = httpx.Client(base_url=hub.address, headers=self.member.headers)

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def write(self, kind: str, body: dict[str, Json], case: str = CASE) -> Entry:
        return self.desk.write(NewEntry(case, kind, body), author=self.member.device)

    def push(self, *entries: Entry) -> list[dict[str, Any]]:
        sent = {"entries": [WireEntry.of(entry).model_dump() for entry in entries]}
        answer = self.http.post("/v1/push", json=sent)
        answer.raise_for_status()
        return list(answer.json()["answers"])

    def rows(self, cursor: int = 0) -> list[dict[str, Any]]:
        return list(self.http.get("/v1/pull", params={"cursor": cursor}).json()["rows"])


@pytest.fixture
def east(hub: RunningHub) -> Iterator[Person]:
    with Person(hub, "east") as person:
        yield person


@pytest.fixture
def west(hub: RunningHub) -> Iterator[Person]:
    with Person(hub, "west") as person:
        yield person


def opened(person: Person, case: str) -> Entry:
    return person.write("case.opened", {**OPENED, "number": "BCS-20261123-01-K7"}, case)


def test_each_entry_gets_its_own_answer(east: Person) -> None:
    good = [opened(east, "casea1"), east.write("note.added", {"text": "一"}, "casea1")]
    broken = replace(east.write("note.added", {"text": "二"}, "casea1"), sha256="0" * 64)
    after = east.write("note.added", {"text": "三"}, "casea1")

    answers = east.push(*good, broken, after, good[0])

    assert [a["status"] for a in answers] == [
        "accepted", "accepted", "rejected", "accepted", "duplicate",
    ]  # fmt: skip
    assert answers[2]["code"] == "bad_fingerprint"
    assert answers[4]["seq"] == answers[0]["seq"]


def test_the_same_id_with_other_contents_is_forked_and_so_is_what_follows(east: Person) -> None:
    first = opened(east, "casea2")
    east.push(first)
    twin = Desk(east.member.device)
    other = twin.write(NewEntry("casea3", "case.opened", {**OPENED, "number": "X"}))
    follows = twin.write(NewEntry("casea3", "note.added", {"text": "副本写的"}))

    answers = east.push(other, follows)

    assert [a["code"] for a in answers] == ["forked", "forked"]


def test_nothing_of_another_centre_is_ever_seen(east: Person, west: Person) -> None:
    east.push(opened(east, "casea4"))
    assert "casea4" not in json.dumps(west.rows())
    stranger = west.write("note.added", {"text": "不该进来"}, "casea4")
    assert west.push(stranger)[0]["code"] == "foreign_case"
    assert "不该进来" not in json.dumps(east.rows(), ensure_ascii=False)


def test_a_case_goes_to_another_centre_and_late_work_follows_it(east: Person, west: Person) -> None:
    case = "casea5"
    offer = east.write(
        "handover.offered",
        {"fence": 0, "to": "", "to_centre": "west", "why": "搬家了", "summary": "独居老人"},
        case,
    )
    east.push(opened(east, case), offer)
    told = [row for row in west.rows() if row["type"] == "offer" and row["case_id"] == case]
    assert told[0]["notice"]["why"] == "搬家了"
    assert told[0]["notice"]["from_centre"] == "east"
    yes: dict[str, Json] = {"ref": offer.id, "answer": "accept", "why": ""}
    assert west.push(west.write("handover.answered", yes, case))[0]["status"] == "accepted"

    there = [row for row in west.rows() if row["case_id"] == case]
    assert [row["entry"]["kind"] for row in there if row["type"] == "entry"] == [
        "case.opened", "handover.offered", "handover.answered",
    ]  # fmt: skip
    here = [row for row in east.rows() if row["case_id"] == case]
    assert {row["type"] for row in here} == {"gone", "evict"}

    late = east.write("note.added", {"text": "离线时写的"}, case)
    assert east.push(late)[0]["status"] == "accepted"
    assert "离线时写的" in json.dumps(west.rows(), ensure_ascii=False)


def test_only_the_asked_centre_can_say_yes(hub: RunningHub, east: Person, west: Person) -> None:
    case = "casea6"
    offer = east.write(
        "handover.offered", {"fence": 0, "to": "", "to_centre": "west", "why": "搬家"}, case
    )
    east.push(opened(east, case), offer)
    body: dict[str, Json] = {"ref": offer.id, "answer": "accept", "why": ""}
    with Person(hub, "east") as colleague:
        answer = colleague.push(colleague.write("handover.answered", body, case))
    assert answer[0]["code"] == "not_addressee"
    assert (
        west.push(west.write("note.added", {"text": "还没接"}, case))[0]["code"] == "foreign_case"
    )


def test_a_first_load_gives_every_row_in_whole_cases(east: Person) -> None:
    for number in range(4):
        case = f"caseb{number}"
        east.push(opened(east, case), east.write("note.added", {"text": "字"}, case))
    high = east.http.get("/v1/pull", params={"cursor": 0}).json()["head"]["high"]
    seen: list[int] = []
    after, done = "", False
    while not done:
        page = east.http.get("/v1/snapshot", params={"upto": high, "after": after}).json()
        seen += [row["seq"] for row in page["rows"]]
        after, done = page["after"], page["done"]
    assert sorted(seen) == list(range(1, high + 1))


def test_the_digest_of_any_stretch_is_the_sum_of_its_rows(east: Person) -> None:
    east.push(opened(east, "casea7"), east.write("note.added", {"text": "x"}, "casea7"))
    high = east.http.get("/v1/pull", params={"cursor": 0}).json()["head"]["high"]

    def total(low: int, upto: int) -> int:
        asked = east.http.get("/v1/digest", params={"low": low, "high": upto})
        return int(asked.json()["mark_sum"])

    assert (total(0, high // 2) + total(high // 2, high)) % (1 << 64) == total(0, high)


def test_who_waits_hears_of_new_rows_at_once(east: Person) -> None:
    head = east.http.get("/v1/pull", params={"cursor": 0}).json()["head"]
    same = {"after": head["high"], "epoch": head["epoch"]}
    assert (
        east.http.get("/v1/wait", params={**same, "seconds": 0.01}).json()["high"] == head["high"]
    )
    east.push(opened(east, "casea8"))
    heard = east.http.get("/v1/wait", params={**same, "seconds": 20}).json()
    assert heard["high"] > head["high"]


def test_a_revoked_device_gets_a_signed_order_and_its_work_is_kept_apart(
    hub: RunningHub, east: Person
) -> None:
    entry = opened(east, "casea9")
    hub.people.revoke(east.member.device, now_ms(), seal_it=True)

    pulled = east.http.get("/v1/pull")
    sent = {"entries": [WireEntry.of(entry).model_dump()]}
    pushed = east.http.post("/v1/push", json=sent)

    assert (pulled.status_code, pushed.status_code) == (403, 403)
    order = pulled.json()["order"]
    key = public_of(hub.open.identity.signing_key)
    verify(key, order["signature"], "seal", east.member.device, str(order["issued"]))
    assert hub.people.quarantined()[east.member.device] == 1

    report = {
        "device": east.member.device,
        "order_issued": order["issued"],
        "unsent": 0,
        "signature": sign(
            east.member.private_key, "sealed", east.member.device, str(order["issued"])
        ),
    }
    assert east.http.post("/v1/sealed", json=report).status_code == 200
    assert {d.device: d.state for d in hub.people.devices()}[east.member.device] == "sealed"


def enrol(hub: RunningHub, code: str, device: str, key: bytes = b"") -> httpx.Response:
    """Ask to be let in with a code; with a key of one's own each time, unless one is given."""
    key = key or new_private_key()
    public = public_of(key)
    asked = {
        "code": code,
        "device": device,
        "name": "二号窗",
        "public_key": public,
        "signature": sign(key, "enrol", code, device, public),
    }
    return httpx.post(f"{hub.address}/v1/enrol", json=asked)


def test_a_code_lets_one_device_in_once(hub: RunningHub) -> None:
    code = hub.people.new_code("east", "desk", now_ms())
    assert enrol(hub, code, "aaaaaaaaaa").status_code == 200
    assert enrol(hub, code, "bbbbbbbbbb").json()["code"] == "bad_code"
    assert enrol(hub, code, "aaaaaaaaaa").json()["code"] == "device_taken"  # another key


def test_a_device_that_lost_its_key_comes_back_by_a_code_of_its_own(hub: RunningHub) -> None:
    lost, mine = hub.member("east"), new_private_key()
    other = hub.people.new_code("east", "desk", now_ms())
    assert enrol(hub, other, lost.device).json()["code"] == "device_taken"
    code = hub.people.new_code("east", "desk", now_ms(), replaces=lost.device)
    assert enrol(hub, code, "bbbbbbbbbb").json()["code"] == "bad_code"  # it is for that one
    assert enrol(hub, code, lost.device, mine).status_code == 200
    assert enrol(hub, code, lost.device, mine).status_code == 200  # the answer was lost
    assert enrol(hub, code, lost.device).json()["code"] == "device_taken"  # once
    assert hub.people.public_key(lost.device) == public_of(mine)
    with pytest.raises(BadInputError):
        hub.people.new_code("west", "desk", now_ms(), replaces=lost.device)
    again = hub.people.new_code("east", "desk", now_ms(), replaces=lost.device)
    hub.people.revoke(lost.device, now_ms(), seal_it=False)
    enrol(hub, again, lost.device)
    assert {d.device: d.state for d in hub.people.devices()}[lost.device] == "revoked"
    with pytest.raises(BadInputError):
        hub.people.new_code("east", "desk", now_ms(), replaces=lost.device)


def test_a_code_is_worth_nothing_after_an_hour(hub: RunningHub) -> None:
    code = hub.people.new_code("east", "desk", now_ms() - 3_600_001)
    key = new_private_key()
    public = public_of(key)
    asked = {
        "code": code,
        "device": "cccccccccc",
        "name": "",
        "public_key": public,
        "signature": sign(key, "enrol", code, "cccccccccc", public),
    }
    assert httpx.post(f"{hub.address}/v1/enrol", json=asked).json()["code"] == "bad_code"


@pytest.mark.parametrize(
    "token",
    ["", "Bearer", "Bearer x.y", "Basic eA==", "Bearer " + "A" * 5000, "Bearer .", "Bearer é"],
)
def test_without_a_token_of_ours_nothing_is_said(hub: RunningHub, token: str) -> None:
    answer = httpx.get(f"{hub.address}/v1/pull", headers={"Authorization": token.encode()})
    assert (answer.status_code, answer.json()["code"]) == (401, "token")
    assert answer.headers[PROTOCOL_HEADER] == "1"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[" * 200_000, "application/json", 422),
        (b"x" * (MAX_REQUEST_BYTES + 1), "application/json", 413),
        (b"{}", "text/plain", 415),
        (b'{"entries": []}', "application/json", 422),
        (b'{"entries": "\\ud800"}', "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
    ],
)
def test_a_bad_body_is_refused_by_its_name(
    east: Person, body: bytes, kind: str, status: int
) -> None:
    answer = east.http.post("/v1/push", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/v1/push", "/v1/token", f"/v1/blobs/{'0' * 64}/0?chunks=1"])
def test_a_body_that_does_not_say_its_size_is_stopped_where_it_grows_too_large(
    east: Person, path: str
) -> None:
    method = "PUT" if "blobs" in path else "POST"
    endless = (b"x" * 100_000 for _ in range(30))
    kind = {"Content-Type": "application/json"}
    answer = east.http.request(method, path, content=endless, headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers[PROTOCOL_HEADER] == "1"


def test_a_packed_body_is_not_unfolded(east: Person) -> None:
    answer = east.http.post("/v1/push", content=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "packed")


@pytest.mark.parametrize("value", [5, None, [], {"id": 3}, {"id": "\u0000-a-1"}, "x" * 70_000])
def test_what_is_no_entry_holds_up_no_other(east: Person, value: Any) -> None:
    good = opened(east, f"casec{abs(hash(str(value))) % 10**9}")
    sent = {"entries": [value, WireEntry.of(good).model_dump()]}
    answers = east.http.post("/v1/push", json=sent).json()["answers"]
    assert [a["status"] for a in answers] == ["rejected", "accepted"]


def test_attachments_come_in_chunks_and_only_whole(east: Person, west: Person) -> None:
    chunks = [b"a" * 1000, b"b" * 1000, b"c" * 10]
    digest = hashlib.sha256(b"".join(chunks)).hexdigest()
    url = f"/v1/blobs/{digest}"
    for place in (2, 0):
        assert east.http.put(f"{url}/{place}?chunks=3", content=chunks[place]).status_code == 200
    assert east.http.get(url).json()["have"] == [0, 2]
    assert east.http.get(f"{url}/0").status_code == 404  # nothing half is given out
    assert east.http.post(f"{url}/done").status_code == 409
    assert east.http.put(f"{url}/0?chunks=3", content=b"other").status_code == 409
    east.http.put(f"{url}/1?chunks=3", content=chunks[1])
    assert east.http.post(f"{url}/done").json()["complete"] is True
    assert east.http.get(f"{url}/1").content == chunks[1]
    assert west.http.get(f"{url}/1").status_code == 404


def test_a_chunk_that_comes_twice_at_once_is_kept_once(any_hub: RunningHub) -> None:
    """After a cut the desk sends it again, while its first try may still be at work."""
    member = any_hub.member("east")
    chunk = b"a sealed picture"
    url = f"{any_hub.address}/v1/blobs/{hashlib.sha256(chunk).hexdigest()}"
    begin = threading.Barrier(6)
    given: list[httpx.Response] = []

    def put() -> None:
        begin.wait()
        given.append(httpx.put(f"{url}/0?chunks=1", content=chunk, headers=member.headers))

    tries = [threading.Thread(target=put) for _ in range(6)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert [answer.status_code for answer in given] == [200] * 6
    assert {tuple(answer.json()["have"]) for answer in given} == {(0,)}
    assert httpx.post(f"{url}/done", headers=member.headers).json()["complete"] is True
    assert httpx.put(f"{url}/0?chunks=2", content=chunk, headers=member.headers).status_code == 409


def test_chunks_that_do_not_give_the_digest_are_dropped(east: Person) -> None:
    url = f"/v1/blobs/{'0' * 64}"
    east.http.put(f"{url}/0?chunks=1", content=b"changed while it was sent")
    assert east.http.post(f"{url}/done").status_code == 409
    assert east.http.get(url).json()["have"] == []


def test_devices_are_for_supervisors_and_only_of_their_centre(
    hub: RunningHub, east: Person
) -> None:
    assert east.http.get("/v1/devices").json()["code"] == "supervisors_only"
    with Person(hub, "west", "supervisor") as chief:
        listed = {line["device"] for line in chief.http.get("/v1/devices").json()}
    assert chief.member.device in listed
    assert east.member.device not in listed


def test_the_pack_published_last_is_current(hub: RunningHub, east: Person) -> None:
    assert east.http.get("/v1/packs/current").status_code == 404
    packs.publish(hub.open.database, "2026.11", b"old", "key", 1)
    digest = packs.publish(hub.open.database, "2026.12", b"new", "key", 2)
    assert east.http.get("/v1/packs/current").json() == {
        "digest": digest, "version": "2026.12", "size": 3,
    }  # fmt: skip
    assert east.http.get(f"/v1/packs/{digest}").content == b"new"


def test_contents_lie_sealed_in_the_database(hub: RunningHub, east: Person) -> None:
    east.push(opened(east, "cased1"), east.write("note.added", {"text": "秘密的病情"}, "cased1"))
    folder: Path = hub.folder.path
    raw = b"".join(file.read_bytes() for file in folder.iterdir() if file.name.startswith("hub.db"))
    assert "秘密的病情".encode() not in raw
    assert b"cased1" in raw  # ids lie open: the hub routes by them


def test_metrics_and_health_say_nothing_of_anyone(hub: RunningHub, east: Person) -> None:
    east.push(opened(east, "cased2"))
    text = httpx.get(f"{hub.address}/metrics").text
    assert 'route="/v1/push",status="200"' in text
    assert "cased2" not in text
    assert east.member.device not in text
    assert httpx.get(f"{hub.address}/healthz").json() == {"state": "ok"}


def test_a_case_that_two_centres_name_at_once_is_of_one_of_them(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Each holds its own counter only: it is the case's own row that tells the second."""
    with running_hub(tmp_path / "hub", postgres.database()) as hub:
        database = hub.open.database
        here, there = (Desk(hub.member(centre).device) for centre in ("east", "west"))
        east, west = (
            WireEntry.of(
                desk.write(NewEntry("samecase01", "case.opened", {**OPENED, "number": "N"}))
            ).model_dump()
            for desk in (here, there)
        )

        @contextmanager
        def overtaken() -> Iterator[SqlLedger]:
            """The east has looked and found no such case; then the west is quicker."""
            with database.ledger() as ledger:
                look_for = ledger.places

                def quicker(cases: Iterable[str]) -> dict[str, CasePlace]:
                    found = look_for(cases)
                    sender = Sender(there.device, "west")
                    taken.extend(take_in(database.ledger, sender, [west], now_ms()).answers)
                    return found

                patch.setattr(ledger, "places", quicker)
                yield ledger

        taken: list[Answer] = []
        sender = Sender(here.device, "east")
        with pytest.MonkeyPatch.context() as patch, pytest.raises(DatabaseProblem):
            take_in(overtaken, sender, [east], now_ms())
        assert [answer.status for answer in taken] == ["accepted"]
        (again,) = take_in(database.ledger, sender, [east], now_ms()).answers
        assert again.code == "foreign_case"
        assert {line.centre: (line.rows, line.faults) for line in check(database)} == {
            "east": (0, 0), "west": (1, 0),
        }  # fmt: skip


def test_who_serves_never_sees_the_whole_as_its_owner_may_for_a_backup(
    postgres: Postgres, tmp_path: Path
) -> None:
    with running_hub(tmp_path / "hub", postgres.database()) as hub, Person(hub, "east") as person:
        person.push(opened(person, "casee1"))
        database = hub.open.database
        database.create()  # once more, over what stands already

        def seen() -> tuple[int, ...]:
            with database.reading() as connection:
                connection.exec_driver_sql(f"SET LOCAL {WHOLE} = 'on'")
                return tuple(
                    connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                    for table in ("stream", "contents")
                )

        assert seen() == (1, 1)
        database.serve_as_other_role()
        assert seen() == (0, 0)
