"""Working a case against the real encrypted store and the starter pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desk_app.core.agenda import build_agenda
from desk_app.core.catalogue import Pack
from desk_app.core.errors import BadInputError, UserFacingError
from desk_app.core.fold import CaseState, MaterialMark, StepMark
from desk_app.core.sheet import PrintedPaper
from desk_app.services.casework import Casework, Ending
from desk_app.services.consents import Consents, NewConsent
from desk_app.services.paper import (
    MATERIAL_SHEET,
    PRINT_LATER,
    make_sheet,
    note_paper,
    queue_paper,
    sheet_name,
    window_facts,
)
from desk_app.services.settings import WINDOW_PHONE
from desk_app.storage.store import SqlCaseStore
from tests.helpers.fakes import FakeClock
from tests.helpers.starter import starter_pack

KEY = bytes(range(32))
FUNERAL = "hrss.funeral-grant-uninsured"
REISSUE = "civil.cremation-cert-reissue"
SOP = "sop.cremation-cert-reissue"
PRINTED = PrintedPaper(b"%PDF-", 2, "0" * 64)


def no_readings(_text: str) -> tuple[str, ...]:
    return ()


@pytest.fixture(scope="module")
def pack() -> Pack:
    return starter_pack()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[SqlCaseStore]:
    opened = SqlCaseStore.open(tmp_path / "store.db", KEY, clock, no_readings, create=True)
    yield opened
    opened.close()


@pytest.fixture
def work(store: SqlCaseStore, pack: Pack) -> Casework:
    return Casework(store, pack, "小王")


def entries(store: SqlCaseStore) -> int:
    return store.health().entries


def test_the_story_of_the_lost_cremation_certificate_from_words_to_paper(
    store: SqlCaseStore, work: Casework, pack: Pack, clock: FakeClock
) -> None:
    case = work.open_case().case_id
    work.set_field(case, "words", "火化证明找不到了，火葬场说时间太久不给补")
    work.set_field(case, "resident_title", "沈女士")
    work.set_need(case, "large_print", True)
    work.choose_items(case, [REISSUE, FUNERAL], {REISSUE: "说到火化证明"})
    work.answer_fact(case, "by-agent", "self")
    work.start_sop(case, SOP)
    work.mark_step(case, SOP, "e1", StepMark("done"))
    work.mark_material(case, "cremation-cert", MaterialMark("missing"))
    work.mark_rest_in_hand(case)
    work.promises.make(case, "陪您联系档案室", "", date(2026, 11, 25), "沈女士")
    store.save_setting(WINDOW_PHONE, "12345")
    state = work.case(case)

    sheet = make_sheet(pack, state, MATERIAL_SHEET, window_facts(store, work.author, clock))
    assert sheet.addressee == "沈女士"
    assert [getattr(paper, "plain_name", "") for paper in sheet.to_bring] == ["火葬场开的火化证"]
    assert sheet.window_phone == "12345"
    assert sheet.promises[0].who == "小王"
    note_paper(store, work.author, state, sheet_name(MATERIAL_SHEET), PRINTED, 18, "print", (10, 1))
    ended = work.end_session(case, "come_back", 20, Ending(explained=True, sheet_given=True))
    assert ended.closing is None
    assert [row.number for row in store.cases(only_open=True)] == [state.number]


def test_a_monthly_reminder_goes_on_after_the_case_and_the_officer(
    work: Casework, store: SqlCaseStore, pack: Pack
) -> None:
    """小杨: the case ends; each month somebody is told to pay, whoever works there then."""
    case = work.open_case().case_id
    work.promises.make(case, "提醒医务科缴费", "", date(2026, 11, 30), "小杨", "monthly")
    work.close_case(case, "done_now")
    (first,) = store.promises()
    assert (first.due, first.rule) == (
        date(2026, 11, 30),
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
    )
    work.promises.keep(case, first.promise_id, told="李主任")
    work.promises.keep(case, first.promise_id, told="李主任")  # a double click
    (second,) = store.promises()
    assert (second.due, second.who) == (date(2026, 12, 30), "小王")
    work.promises.hand_over(case, second.promise_id, "小陈")
    state = work.promises.keep(case, second.promise_id)
    (third,) = store.promises()
    assert (third.due, third.who) == (date(2027, 1, 29), "小陈")  # the 30th is a Saturday
    assert [p.told for p in state.promises] == ["李主任", "", ""]
    Casework(store, pack, "小陈").promises.drop(case, third.promise_id, "出院了")
    assert store.promises() == []
    assert store.rebuild() == store.digest()


def test_a_step_that_needs_consent_is_not_ticked_without_it(
    store: SqlCaseStore, pack: Pack
) -> None:
    day = date(2026, 11, 24)
    work = Casework(store, pack, "小李", today=lambda: day)
    agreed = Consents(store, "小李")
    case = work.open_case().case_id
    work.start_sop(case, "sop.remote-enrol")
    steps = {step.id for step in pack.sops["sop.remote-enrol"].steps if step.consent}
    assert steps == {"b8", "b9"}
    before = work.mark_step(case, "sop.remote-enrol", "b8", StepMark("in_progress"))
    with pytest.raises(BadInputError, match="授权"):
        work.mark_step(case, "sop.remote-enrol", "b8", StepMark("done"))
    assert store.case(case) == before

    new = NewConsent(
        "杨小明",
        "self",
        "video",
        "参加医保",
        "身份证（亮证）",
        date(2026, 12, 1),
        "我愿意",
        ("小李", "小王"),
    )
    state = agreed.give(case, new, day)
    assert agreed.give(case, new, day) == state  # an impatient second Enter
    state = work.mark_step(case, "sop.remote-enrol", "b8", StepMark("done"))
    assert state.steps["sop.remote-enrol", "b8"].state == "done"
    agreed.judge(case, "unable", "医生说")
    with pytest.raises(BadInputError, match="监护人"):
        agreed.give(case, replace(new, matter="别的"), day)
    with pytest.raises(BadInputError, match="授权"):
        work.mark_step(case, "sop.remote-enrol", "b9", StepMark("done"))
    assert store.rebuild() == store.digest()


def test_a_case_reads_the_same_after_the_store_was_closed_and_opened_again(
    tmp_path: Path, pack: Pack, clock: FakeClock
) -> None:
    path = tmp_path / "store.db"
    first = SqlCaseStore.open(path, KEY, clock, no_readings, create=True)
    work = Casework(first, pack, "小王")
    case = work.open_case().case_id
    work.choose_items(case, [FUNERAL])
    work.mark_material(case, "id-card", MaterialMark("in_hand"))
    before = work.promises.make(case, "回电", "", date(2026, 11, 25))
    first.close()
    second = SqlCaseStore.open(path, KEY, clock, no_readings)
    assert second.case(case) == before
    second.close()


def test_doing_the_same_thing_twice_writes_nothing_twice(
    store: SqlCaseStore, work: Casework
) -> None:
    case = work.open_case().case_id

    def twice() -> None:
        work.set_field(case, "words", "话")
        work.set_need(case, "escort", True)
        work.choose_items(case, [FUNERAL, FUNERAL])
        work.answer_fact(case, "by-agent", "self")
        work.answer_question(case, "哪一天？", "上周三")
        work.start_sop(case, SOP)
        work.mark_step(case, SOP, "e1", StepMark("done"))
        work.mark_material(case, "id-card", MaterialMark("in_hand"))
        work.mark_rest_in_hand(case)
        work.stages.move(case, "triage", "先看事项")

    twice()
    written = entries(store)
    twice()
    assert entries(store) == written


def test_a_refusal_leaves_the_case_as_it_was(work: Casework) -> None:
    case = work.open_case().case_id
    before = work.case(case)
    refused = [
        lambda: work.choose_items(case, [FUNERAL, "no.such-item"]),
        lambda: work.answer_fact(case, "by-agent", "perhaps"),
        lambda: work.start_sop(case, "sop.none"),
        lambda: work.mark_step(case, SOP, "e1", StepMark("done")),
        lambda: work.mark_material(case, "no-such-paper", MaterialMark("in_hand")),
        lambda: work.mark_material(case, "id-card", MaterialMark("not_applicable")),
        lambda: work.set_field(case, "no_such_field", "x"),
        lambda: work.promises.make(case, "  ", "", date(2026, 11, 25)),
        lambda: work.promises.keep(case, "d-i-9"),
        lambda: work.add_note(case, " "),
        lambda: work.correct_note(case, "d-i-9", "x"),
        lambda: work.reveal(case, "words", "x"),
    ]
    for attempt in refused:
        with pytest.raises(BadInputError):
            attempt()
    assert work.case(case) == before


def test_what_cannot_be_done_closes_only_with_a_reason_and_the_next_door(work: Casework) -> None:
    case = work.open_case().case_id
    whole = Ending(
        reasons=("M03",), explanation="超过期限", basis="殡仪馆自己的规定", next_door="区档案馆"
    )
    for lacking in (
        {"reasons": ()}, {"explanation": " "}, {"basis": ""}, {"next_door": ""},
    ):  # fmt: skip
        with pytest.raises(UserFacingError, match="还要写明"):
            work.end_session(case, "infeasible", 20, replace(whole, **lacking))
        assert work.case(case).timeline[-1].kind == "case.opened"
    ending = whole
    closed = work.end_session(case, "infeasible", 20, ending)
    assert closed.closing is not None
    assert closed.closing.next_door == "区档案馆"
    assert work.reopen_case(case, "又找到了记录").is_open


def test_dropping_and_taking_back_an_item_keeps_what_was_answered(work: Casework) -> None:
    case = work.open_case().case_id
    work.choose_items(case, [FUNERAL])
    work.answer_fact(case, "by-agent", "agent")
    assert work.drop_item(case, FUNERAL).items == ()
    again = work.choose_items(case, [FUNERAL])
    assert [item.item for item in again.items] == [FUNERAL]
    assert again.answers == {"by-agent": "agent"}


def test_a_withdrawn_entry_stays_in_the_journal_and_can_come_back(
    store: SqlCaseStore, work: Casework
) -> None:
    case = work.open_case().case_id
    state = work.set_field(case, "words", "说错了")
    written = state.heads["field:words"]
    undone = work.withdraw(case, written)
    assert "words" not in undone.fields
    withdrawal = undone.withdrawn
    assert written in withdrawal
    assert entries(store) == 3


def test_who_looked_at_a_hidden_field_is_kept(work: Casework) -> None:
    case = work.open_case().case_id
    work.set_field(case, "phone", "13812345678")
    assert work.reveal(case, "phone", "回电") == "13812345678"
    looked = work.case(case).timeline[-1]
    assert (looked.kind, looked.author, looked.body["field"]) == (
        "sensitive.revealed", "小王", "phone",
    )  # fmt: skip


def test_printing_later_reminds_on_the_next_working_day_and_printing_settles_it(
    store: SqlCaseStore, work: Casework, pack: Pack
) -> None:
    case = work.open_case().case_id
    friday = date(2026, 11, 27)

    def later(state: CaseState) -> CaseState:
        return queue_paper(
            store, pack, "小王", state, sheet_name(MATERIAL_SHEET), PRINTED, 18, friday
        )

    queued = later(later(work.case(case)))
    assert [(row.what, row.due) for row in store.promises()] == [(PRINT_LATER, date(2026, 11, 30))]
    assert [paper.body["how"] for paper in queued.papers] == ["queue", "queue"]
    printed = note_paper(store, "小王", queued, sheet_name(MATERIAL_SHEET), PRINTED, 18, "print")
    assert store.promises() == []
    assert printed.papers[-1].body["how"] == "print"


def test_saving_a_pdf_does_not_settle_a_paper_that_waits_for_the_printer(
    store: SqlCaseStore, work: Casework, pack: Pack
) -> None:
    state = work.open_case()
    queued = queue_paper(
        store, pack, "小王", state, sheet_name(MATERIAL_SHEET), PRINTED, 18, date(2026, 11, 23)
    )
    note_paper(store, "小王", queued, sheet_name(MATERIAL_SHEET), PRINTED, 18, "pdf")
    assert len(store.promises()) == 1


def test_a_checklist_keeps_the_shape_it_had_when_it_was_started(work: Casework, pack: Pack) -> None:
    case = work.open_case().case_id
    work.choose_items(case, [REISSUE])
    state = work.start_sop(case, SOP)
    steps = [step.step.id for step in build_agenda(pack, state).walks[0].steps]
    assert steps == [step.id for step in pack.sops[SOP].steps][: len(steps)]
    assert state.definitions[SOP]["version"] == pack.sops[SOP].version
