"""Block 5, 约定: the second judgement, and who does what by when."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desk_app.core.fold import Promise
from desk_app.core.sheet import day_in_words
from desk_app.ui.presenters.session_presenter import PROMISE_DAYS, SessionPresenter
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.presenters.time_words import due_words, repeat_words
from desk_app.ui.views.line_drafts import LineDrafts
from desk_app.ui.widgets.basic import Card, FlowLayout, button, clear, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import Chip, ChipRow
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.day_edit import DayEdit
from desk_app.ui.widgets.prompt_line import CommittedLine

WHAT, WHO = "promise:what", "promise:who"
ME, RESIDENT, OTHER = "me", "resident", "other"
DAYS = (1, 3, 5, 10)
MOST_OFFERED = 4


class PromiseBlock(Card):
    """Verdict and promises."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("5　约定"))
        self.setAccessibleName(self.tr("约定"))
        self.verdict = ChoiceRow(
            self.tr("判断"),
            [
                ("feasible", self.tr("能办")),
                ("maybe_feasible", self.tr("可不可以办")),
                ("infeasible", self.tr("不能办")),
            ],
        )
        self.verdict.chosen.connect(partial(presenter.set_field, "verdict"))
        self.body.addWidget(self.verdict)
        self.list = ChipList(self.tr("约好的事"))
        self.list.pressed.connect(
            lambda row, _: self._presenter.drop_promise(row, self.tr("不约了"))
        )
        self.body.addWidget(self.list)
        row = QHBoxLayout()
        self.what = CommittedLine(self.tr("要做的事"), self.tr("答应做什么，回车记下"))
        self.what.entered.connect(lambda _: self._keep())
        self.add = button(self.tr("记下"), self._keep)
        row.addWidget(self.what, 1)
        row.addWidget(self.add)
        self.body.addLayout(row)
        self._offers_room = QWidget()
        self._offers_room.setAccessibleName(self.tr("常用的约定"))
        self._offers = FlowLayout(6)
        self._offers_room.setLayout(self._offers)
        self.body.addWidget(self._offers_room)
        self._offered: tuple[tuple[str, str], ...] = ()
        self.who = ChoiceRow(
            self.tr("谁"),
            [
                (ME, self.tr("我")),
                (RESIDENT, self.tr("居民")),
                (OTHER, self.tr("别人")),
            ],
        )
        self.who.chosen.connect(lambda _: self._show_who())
        self.body.addWidget(self.who)
        self.someone = CommittedLine(self.tr("谁来做"), self.tr("哪个单位，哪位同事"))
        self.someone.entered.connect(lambda _: self.what.setFocus())
        self.body.addWidget(self.someone)
        self.days = ChoiceRow(
            self.tr("几个工作日内"),
            [(str(days), str(days)) for days in DAYS],
        )
        self.days.chosen.connect(self._days_chosen)
        self.due = DayEdit(self.tr("什么时候以前"))
        self.due.dateChanged.connect(lambda _: self._show_due())
        when = QHBoxLayout()
        middle = Qt.AlignmentFlag.AlignVCenter
        when.addWidget(self.days, 1, middle)
        when.addWidget(self.due, 0, middle)
        self.body.addLayout(when)
        self.repeats = ChoiceRow(
            self.tr("以后还要"),
            [
                ("weekly", self.tr("每周")),
                ("monthly", self.tr("每月")),
                ("quarterly", self.tr("每季")),
                ("yearly", self.tr("每年")),
            ],
        )
        self.body.addWidget(self.repeats)
        self._when = label("", "second")
        self.body.addWidget(self._when)
        self._drafts = LineDrafts(self, presenter)
        self._drafts.watch(self.what, WHAT)
        self._drafts.watch(self.someone, WHO)
        self._show_who()

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw verdict and promises; a fresh case gets a fresh due day."""
        self.verdict.show_value(state.case.fields.get("verdict", ""))
        if fresh:
            self._clear_line()
            self.who.show_value(ME)
            self._days_chosen(str(PROMISE_DAYS))
            self._drafts.restore(state.drafts)
            if self.someone.text():
                self.who.show_value(OTHER)
            self._show_who()
        self._offer(state)
        open_ = [promise for promise in state.case.promises if promise.state == "open"]
        self.list.put([self._row(promise) for promise in open_])
        self.list.setVisible(bool(open_))

    def take_focus(self) -> None:
        """The caret goes where the promise is written."""
        self.what.setFocus()

    def _row(self, promise: Promise) -> ChipRow:
        left = due_words(promise.due, self._presenter.today, self._presenter.pack.calendars)
        when = self.tr("%1 前").replace("%1", day_in_words(promise.due))
        return ChipRow(
            promise.id,
            promise.what,
            mark="○",
            tone="info",
            detail="　".join(filter(None, (repeat_words(promise.rule), promise.who, when, left))),
            chips=(Chip("drop", self.tr("去掉")),),
        )

    def _offer(self, state: SessionState) -> None:
        offered = tuple(self._offers_for(state))[:MOST_OFFERED]
        if offered == self._offered:
            return
        self._offered = offered
        clear(self._offers)
        for who, what in offered:
            made = button(
                what,
                partial(self._take, who, what),
                "chip",
                self.tr("记下：%1").replace("%1", what),
            )
            self._offers.addWidget(made)

    def _offers_for(self, state: SessionState) -> list[tuple[str, str]]:
        pack = self._presenter.pack
        found: dict[str, str] = {}
        for effect in state.agenda.effects:
            agency = pack.agencies.get(effect.target)
            if agency is not None and effect.action in ("call_agency", "escalate"):
                found[self.tr("联系%1").replace("%1", agency.name.partition("（")[0])] = ME
        for paper in state.agenda.materials.fetched_for:
            if paper.fetcher == "us" and paper.need == "yes":
                found[self.tr("拿%1").replace("%1", paper.material.plain_name)] = ME
        if any(paper.mark.state == "missing" for paper in state.agenda.materials.to_bring):
            found[self.tr("带齐材料再来")] = RESIDENT
        found[self.tr("问清后回电")] = ME
        found[self.tr("陪同去办")] = ME
        return [(who, what) for what, who in found.items()]

    def _take(self, who: str, what: str) -> None:
        self._presenter.promise(what, self._name(who), self.due.day)

    def _keep(self) -> None:
        what = self.what.text().strip()
        if not what:
            self.what.setFocus()
            return
        self._presenter.promise(
            what, self._name(self.who.value), self.due.day, repeats=self.repeats.value
        )
        self._clear_line()
        self._drafts.drop(WHAT, WHO)

    def _clear_line(self) -> None:
        self.what.clear()
        self.someone.clear()
        self.repeats.show_value("")

    def _name(self, who: str) -> str:
        if who == RESIDENT:
            return self.tr("居民")
        return (self.someone.text().strip() if who == OTHER else "") or self._presenter.author

    def _show_who(self) -> None:
        self.someone.setVisible(self.who.value == OTHER)

    def _days_chosen(self, days: str) -> None:
        self.due.show_day(self._presenter.due_in(int(days or PROMISE_DAYS)).day)
        self._show_due()

    def _show_due(self) -> None:
        day, today = self.due.day, self._presenter.today
        same = [n for n in DAYS if self._presenter.due_in(n).day == day]
        self.days.show_value(str(same[0]) if same else "")
        words = f"{day_in_words(day)}　{due_words(day, today, self._presenter.pack.calendars)}"
        calendar = self._presenter.pack.calendars.get(day.year)
        if calendar is None or not calendar.official:
            words += self.tr("　节假日安排还没公布，按估算")
        self._when.setText(words)
