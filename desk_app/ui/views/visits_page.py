"""上门: the page of that topic."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desk_app.core.kinds.visits import FILMING, HEARING, IDENTITIES, PLACES, STATES
from desk_app.core.visits import Plan, Record
from desk_app.services.paper_data.visit import HEARING_WORDS, STATE_WORDS
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.consents_presenter import names_in
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.presenters.visit_words import (
    FILMING_NAMES,
    IDENTITY_NAMES,
    PLACE_NAMES,
)
from desk_app.ui.presenters.visits_presenter import (
    PLAN_SLOT,
    RECORD_SLOT,
    ROW_SLOT,
    WRITE,
    VisitsPresenter,
    VisitsState,
    clock_in,
)
from desk_app.ui.views.line_drafts import RowDrafts
from desk_app.ui.views.line_form import LineForm
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.day_edit import DayEdit

SEEN = "seen"


class VisitsPage(TopicPage):
    """Visits that were agreed on and made, a form to plan one, a form to write one up."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = VisitsPresenter(context, self)
        self.presenter = presenter
        self._visits = presenter
        self._moving = ""
        self._writing = ""
        self.bed = button(
            self.tr("去床边"), context.shell.bedside, "",
            self.tr("去床边：暗、大、安静，一栏（Ctrl+Shift+B）"),
        )  # fmt: skip
        self.head.insertWidget(self.head.count() - 1, self.bed)
        self.list = ChipList(self.tr("上门：数字键做，回车写记录"))
        self.list.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.list.pressed.connect(presenter.act)
        self.list.chosen.connect(lambda key: presenter.act(key, WRITE))
        self.list.written.connect(presenter.written)
        self._asked = RowDrafts(self.list, presenter, ROW_SLOT)
        self._none = label(self.tr("还没有约过上门。"), "second")
        made = Card(self.tr("约好的、去过的"))
        made.body.addWidget(self._none)
        made.body.addWidget(self.list)
        made.body.addStretch(1)
        self._plan_card, self._record_card = self._make_plan(), self._make_record()
        forms = QWidget()
        inner = QVBoxLayout(forms)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._plan_card)
        inner.addWidget(self._record_card)
        self.plan_lines, self.record_lines = self._plan.lines, self._record.lines
        self.columns = BlockColumns(
            [forms],
            [(self.tr("约好的、去过的"), made)],
            self.tr("约上门、写记录"),
        )
        self.column.addWidget(self.columns, 1)

    def at_bedside(self, on: bool) -> None:
        """See ``Page``: one is there already."""
        self.bed.setVisible(not on)

    def settle(self) -> None:
        """What is being typed is kept as a draft."""
        for drafts in (self._plan.drafts, self._record.drafts, self._asked):
            drafts.settle()

    def take_focus(self) -> None:
        """The visits where there are some, else where to go."""
        if self.list.rows:
            self.list.select_first()
            self.list.setFocus()
        else:
            self._plan.lines["where"].setFocus()

    def show_topic(self, head: TopicHead, state: VisitsState) -> None:
        """See ``TopicView``."""
        is_other = self.show_head(head)
        self._usual = state.usual
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self._none.setVisible(not state.lines)
        self._asked.restore(state.drafts)
        if not is_other:
            return
        self.recorded()
        if state.due:
            self._visits.act(state.due, WRITE)
        for form in (self._plan, self._record):
            form.drafts.restore(state.drafts)
        self._ask_alone()
        if self.isVisible():
            self.take_focus()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``VisitsView``."""
        self._asked.ask(key, name, hint)

    def show_plan(self, visit_id: str, plan: Plan) -> None:
        """See ``VisitsView``."""
        self._moving = visit_id
        self._fill_plan(plan)
        self._show_forms()
        self.columns.show_block(self._plan.lines["why"])
        self._plan.lines["why"].setFocus()

    def show_record(self, visit_id: str, about: str, record: Record) -> None:
        """See ``VisitsView``."""
        if self._writing != visit_id:
            self._writing = visit_id
            self._about.setText(about)
            self._fill_record(record)
        self._show_forms()
        self.columns.show_block(self._record.lines["arrived"])
        self._record.lines["arrived"].setFocus()

    def recorded(self) -> None:
        """See ``VisitsView``."""
        self._moving = self._writing = ""
        self._record.clear()
        self._fill_plan(self._usual)
        self._show_forms()

    def _make_plan(self) -> Card:
        card = Card(self.tr("约上门"))
        self._usual = Plan(self._visits.today, PLACES[0], "", ())
        self.place = ChoiceRow(self.tr("去哪里"), [(one, PLACE_NAMES[one]) for one in PLACES])
        card.body.addWidget(self.place)
        words = {
            "where": (self.tr("地址"), self.tr("哪里、几号、哪个科哪张床")),
            "time": (self.tr("几点"), self.tr("比如 09:30，没定可以空着")),
            "officers": (self.tr("谁去"), self.tr("两名工作人员，用顿号隔开")),
            "alone": (self.tr("一个人去"), self.tr("只能一个人去的，写一句为什么")),
            "contact": (self.tr("找谁"), self.tr("谁开门、先给谁打电话")),
            "what": (self.tr("办什么"), self.tr("这次去办哪几件")),
            "care": (self.tr("当心"), self.tr("传染、听不清、不能签字、家里有狗……")),
            "route": (self.tr("怎么去"), self.tr("坐几路车、哪个门进")),
            "take": (self.tr("带什么"), self.tr("用顿号隔开")),
            "why": (self.tr("为什么改"), self.tr("写一句为什么改期")),
        }
        self._plan = LineForm(self, self._visits, PLAN_SLOT, words, self._keep_plan)
        self._plan.lines["officers"].textChanged.connect(lambda _: self._ask_alone())
        card.body.addLayout(self._plan)
        self.on = DayEdit(self.tr("哪天去"))
        self.plan_button = button(self.tr("约好（回车）"), self._keep_plan, "primary")
        self.stay = button(self.tr("不改了"), self.recorded, "quiet")
        row = QHBoxLayout()
        row.addWidget(label(self.tr("哪天去"), "second", wrap=False))
        row.addWidget(self.on)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.plan_button)
        card.body.addLayout(row)
        card.body.addStretch(1)
        return card

    def _make_record(self) -> Card:
        card = Card(self.tr("写上门记录"))
        self._about = label("", "second")
        card.body.addWidget(self._about)
        self.badge = ChoiceRow(self.tr("工作证"), [(SEEN, self.tr("居民看过了"))])
        self.choices = {
            "state": ChoiceRow(self.tr("当事人"), [(o, STATE_WORDS[o]) for o in STATES]),
            "hearing": ChoiceRow(self.tr("听力"), [(o, HEARING_WORDS[o]) for o in HEARING]),
            "identity": ChoiceRow(
                self.tr("怎么核身"), [(o, IDENTITY_NAMES[o]) for o in IDENTITIES]
            ),
            "filming": ChoiceRow(self.tr("拍摄"), [(o, FILMING_NAMES[o]) for o in FILMING]),
        }
        words = {
            "arrived": (self.tr("几点到"), self.tr("比如 09:30")),
            "left": (self.tr("几点走"), self.tr("比如 10:20")),
            "present": (self.tr("在场的人"), self.tr("姓名、和居民什么关系")),
            "language": (self.tr("说的话"), self.tr("上海话、手语……可以不填")),
            "identity_note": (self.tr("怎么核的"), self.tr("不是看证件的，写明怎么核的")),
            "done": (self.tr("办了什么"), self.tr("一件一件写，办成什么样")),
            "shown": (self.tr("看过退还"), self.tr("当面看了就还的，用顿号隔开")),
            "kept": (self.tr("收下"), self.tr("带回来的原件和材料，用顿号隔开；会提醒还")),
            "filming_for": (self.tr("拍了做什么"), self.tr("拍照录像的用途")),
            "rest": (self.tr("没办完"), self.tr("还差什么、谁来接着办")),
            "said": (self.tr("居民说"), self.tr("居民的意见，照他的话写")),
        }
        self._record = LineForm(self, self._visits, RECORD_SLOT, words, self._keep_record)
        state, hearing, *others = self.choices.values()
        for choice in (state, hearing, self.badge, *others):
            card.body.addWidget(choice)
        self.choices["identity"].chosen.connect(lambda _: self._fit_record())
        self.choices["filming"].chosen.connect(lambda _: self._fit_record())
        card.body.addLayout(self._record)
        self.happened = DayEdit(self.tr("哪天去的"))
        self.record_button = button(self.tr("存下记录（回车）"), self._keep_record, "primary")
        self.later = button(self.tr("以后再写"), self._write_later, "quiet")
        row = QHBoxLayout()
        row.addWidget(label(self.tr("哪天去的"), "second", wrap=False))
        row.addWidget(self.happened)
        row.addStretch(1)
        row.addWidget(self.later)
        row.addWidget(self.record_button)
        card.body.addLayout(row)
        card.body.addStretch(1)
        return card

    def _show_forms(self) -> None:
        self._record_card.setVisible(bool(self._writing))
        self._plan_card.setVisible(not self._writing)
        self._plan.show_line("why", bool(self._moving))
        self.stay.setVisible(bool(self._moving))
        words = self.tr("改期（回车）") if self._moving else self.tr("约好（回车）")
        self.plan_button.setText(words)
        self._fit_record()

    def _fit_record(self) -> None:
        """Ask only for what was chosen."""
        self._record.show_line("identity_note", self.choices["identity"].value == "other")
        self._record.show_line("filming_for", self.choices["filming"].value == "agreed")

    def _ask_alone(self) -> None:
        self._plan.show_line("alone", len(names_in(self._plan.lines["officers"].text())) < 2)

    def _write_later(self) -> None:
        """Back to the list; what was typed is kept."""
        self.settle()
        self._writing = ""
        self._show_forms()
        self.take_focus()

    def _fill_plan(self, plan: Plan) -> None:
        self._plan.clear()
        self.place.show_value(plan.place)
        self.on.show_day(plan.on)
        lines = self._plan.lines
        for name in ("where", "time", "alone", "contact", "what", "care", "route"):
            lines[name].setText(getattr(plan, name))
        lines["officers"].setText("、".join(plan.officers))
        lines["take"].setText("、".join(plan.take))
        lines["take"].setCursorPosition(0)
        self._ask_alone()

    def _fill_record(self, record: Record) -> None:
        self._record.clear()
        self.happened.show_day(record.on)
        self.badge.show_value(SEEN if record.badge_shown else "")
        for name, choice in self.choices.items():
            choice.show_value(getattr(record, name))
        for name, line in self._record.lines.items():
            held = getattr(record, name)
            line.setText("、".join(held) if isinstance(held, tuple) else held)

    def _keep_plan(self) -> None:
        typed = self._typed(self._plan)
        self._visits.plan(
            self._moving,
            Plan(
                on=self.on.day,
                place=self.place.value or PLACES[0],
                where=typed["where"],
                officers=names_in(typed["officers"]),
                time=clock_in(typed["time"]),
                alone=typed["alone"],
                contact=typed["contact"],
                route=typed["route"],
                care=typed["care"],
                what=typed["what"],
                take=names_in(typed["take"]),
            ),
            typed["why"],
        )

    def _keep_record(self) -> None:
        typed = self._typed(self._record)
        chosen = {name: choice.value for name, choice in self.choices.items()}
        self._visits.record(
            self._writing,
            Record(
                on=self.happened.day,
                arrived=clock_in(typed["arrived"]),
                done=typed["done"],
                left=clock_in(typed["left"]),
                present=typed["present"],
                state=chosen["state"],
                hearing=chosen["hearing"],
                language=typed["language"],
                badge_shown=bool(self.badge.value),
                identity=chosen["identity"],
                identity_note=typed["identity_note"],
                filming=chosen["filming"],
                filming_for=typed["filming_for"],
                kept=names_in(typed["kept"]),
                shown=names_in(typed["shown"]),
                rest=typed["rest"],
                said=typed["said"],
            ),
        )

    def _typed(self, form: LineForm) -> dict[str, str]:
        """What stands in the lines that show."""
        return {
            name: "" if line.isHidden() else line.text().strip()
            for name, line in form.lines.items()
        }
