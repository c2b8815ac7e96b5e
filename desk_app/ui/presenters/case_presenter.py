"""One case: where it stands, what was promised, what happened."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from desk_app.core.agenda import build_agenda
from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft
from desk_app.services.drafting import NOTE, Drafting
from desk_app.ui.presenters.case_lines import split_key
from desk_app.ui.presenters.case_pack_lines import NEWS, news_lines
from desk_app.ui.presenters.case_page_state import CasePageState, case_page_state
from desk_app.ui.presenters.case_writing import CaseWriting
from desk_app.ui.presenters.ports import Services
from desk_app.ui.presenters.stage_lines import STAGES_TOPIC
from desk_app.ui.presenters.stage_strip import StageStrip

KEEP = "keep"
LOOKED = "在案件页核对"
"""Why a masked value was looked at, kept with who looked."""


class CaseView(Protocol):
    """What the presenter asks of the page."""

    def show_case_state(self, state: CasePageState) -> None:
        """Draw ``state``."""

    def restore_note(self, draft: Draft | None) -> None:
        """Put back the note that was being written in this case, or an empty line."""

    def show_revealed(self, field: str, value: str) -> None:
        """Show a masked value in full for a moment."""


class CasePresenter:
    """What the page knows and does."""

    def __init__(self, services: Services, view: CaseView) -> None:
        self._services = services
        self._view = view
        self.case_id = ""
        self.case: CaseState | None = None
        self._strip: StageStrip | None = None
        self._news_open = False
        self._writing = CaseWriting(services, lambda _: self.refresh())
        self._drafting = Drafting(services.store, services.casework.author, services.clock)

    def show(self, case_id: str) -> None:
        """Show another case."""
        if case_id != self.case_id:
            self.case_id = case_id
            self._news_open = False
            drafting = self._drafting

            def found(draft: Draft | None) -> None:
                if case_id == self.case_id:
                    self._view.restore_note(draft)

            self._services.runner.store(lambda: drafting.of_case(case_id).get(NOTE), found)
        self.refresh()

    def keep_note(self, text: str, cursor: int) -> None:
        """Keep what is being written as a draft."""
        drafting, case_id = self._drafting, self.case_id
        shell = self._services.shell
        self._services.runner.store(
            lambda: drafting.keep(case_id, NOTE, text, cursor), lambda _: shell.saved()
        )

    def act(self, key: str, act: str) -> None:
        """Do what a line offers: keep a promise."""
        if act == KEEP:
            promise = split_key(key)[1]
            work = partial(self._services.casework.promises.keep, self.case_id, promise)
            self._writing.write(work, "promise.kept", "记下了：做到了。")

    def toggle_news(self, row: str) -> None:
        """Open or close what a newer version of the content pack changed for this case."""
        if row == NEWS:
            self._news_open = not self._news_open
            self.refresh()

    def add_note(self, text: str) -> None:
        """Add a note."""
        if text.strip():
            casework, drafting, case_id = self._services.casework, self._drafting, self.case_id
            write = partial(casework.add_note, case_id, text.strip())
            self._writing.write(
                lambda: drafting.settle(case_id, write, NOTE), "note.added", "补记了一条。"
            )

    def reopen(self, why: str) -> None:
        """Open a closed case again."""
        if why.strip():
            work = partial(self._services.casework.reopen_case, self.case_id, why.strip())
            self._writing.write(work, "case.reopened", "重新打开了。")

    def reveal(self, field: str) -> None:
        """Show a masked value; who looked and why is kept."""
        case_id, casework = self.case_id, self._services.casework

        def shown(value: str) -> None:
            if case_id == self.case_id:
                self._services.shell.saved()
                self._view.show_revealed(field, value)
                self.refresh()

        self._services.runner.store(lambda: casework.reveal(case_id, field, LOOKED), shown)

    def go_on(self) -> None:
        """Go on with the case in the session page."""
        self._services.shell.open_session(self.case_id)

    def stage_on(self) -> None:
        """Go on to the next stage; with something missing, to the page where that is said."""
        case_id, strip = self.case_id, self._strip
        if strip is None or not strip.target:
            return
        if not strip.ready:
            self.open_topic(STAGES_TOPIC)
            return
        work = partial(self._services.casework.stages.move, case_id, strip.target)
        self._writing.write(work, "stage.entered", f"进入“{strip.target_name}”。")

    def open_topic(self, name: str) -> None:
        """Show one topic of the case."""
        self._services.shell.open_topic(self.case_id, name)

    def open_paper(self) -> None:
        """Show the paper of the case."""
        self._services.shell.open_paper(self.case_id)

    def refresh(self) -> None:
        """Read the case, if there is one to show."""
        if not self.case_id:
            return
        services, case_id = self._services, self.case_id

        def look() -> tuple[CaseState, CasePageState]:
            case = services.store.case(case_id)
            pack = services.casework.pack_of(case)
            news = news_lines(services.casework.pack_news(case), is_open=self._news_open)
            agenda = build_agenda(pack, case)
            link, now = services.link, services.clock.now()
            marks = link.desk.without_effect(case.case_id) if link is not None else {}
            return case, case_page_state(case, agenda, pack, now, news, marks)

        def done(found: tuple[CaseState, CasePageState]) -> None:
            case, state = found
            if case.case_id == self.case_id:
                self.case, self._strip = case, state.strip
                self._view.show_case_state(state)

        services.runner.store(look, done)
