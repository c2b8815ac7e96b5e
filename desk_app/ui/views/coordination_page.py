"""协调: the page of that topic."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desk_app.core.kinds.coordination import REQUEST_WAYS, ROLES
from desk_app.services.coordination import NewParty
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.coordination_presenter import (
    BY_PARTY,
    BY_TIME,
    FIELDS,
    PARTY_FIELDS,
    SLOT,
    CoordinationPresenter,
    CoordinationState,
)
from desk_app.ui.presenters.coordination_words import REQUEST_WAY_NAMES, ROLE_NAMES
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.line_drafts import RowDrafts
from desk_app.ui.views.line_form import LineForm
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, FlowLayout, button, clear, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.day_edit import DayEdit

ASK, ADD = "ask", "add"
COVERED_MS = 20_000
"""How long a number shows that somebody asked to see."""


class CoordinationPage(TopicPage):
    """Parties with their requests and calls, and a form to ask somebody or to add them."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = CoordinationPresenter(context, self)
        self.presenter = presenter
        self._others = presenter
        self._changing = ""
        self._agency = ""
        self._next = ""
        self.log = button(self.tr("记一笔 F8"), presenter.log, "primary")
        self.head.insertWidget(self.head.count() - 1, self.log)
        self.way = ChoiceRow("", [(BY_PARTY, self.tr("按人和单位")), (BY_TIME, self.tr("按时间"))])
        self.way.setAccessibleName(self.tr("怎么排"))
        self.way.show_value(BY_PARTY)
        self.way.chosen.connect(self._look_by)
        self.words = label("", "second")
        self.list = ChipList(self.tr("联系：数字键做，回车记一笔或展开"))
        self.list.pressed.connect(presenter.act)
        self.list.chosen.connect(presenter.choose)
        self.list.written.connect(presenter.written)
        self._asked = RowDrafts(self.list, presenter, SLOT)
        talks = Card(self.tr("联系"))
        for part in (self.way, self.words, self.list):
            talks.body.addWidget(part)
        talks.body.addStretch(1)
        self._covering = QTimer(self)
        self._covering.setSingleShot(True)
        self._covering.setInterval(COVERED_MS)
        self._covering.timeout.connect(presenter.cover)
        self.columns = BlockColumns(
            [self._make_form()], [(self.tr("联系"), talks)], self.tr("请办、加人")
        )
        self.column.addWidget(self.columns, 1)
        self._fit()

    def settle(self) -> None:
        """What is being typed is kept as a draft; a number that shows is covered."""
        self._drafts.settle()
        self._asked.settle()
        self._others.cover()

    def take_focus(self) -> None:
        """The list."""
        self.list.select_first()
        self.list.setFocus()

    def show_topic(self, head: TopicHead, state: CoordinationState) -> None:
        """See ``TopicView``."""
        is_other = self.show_head(head)
        self.words.setText(state.words)
        chosen, self._next = self._next or self.whom.value, ""
        self.whom.put(state.whom)
        self.whom.show_value(chosen)
        self.list.put(rows_of(state.lines))
        self._asked.restore(state.drafts)
        if is_other:
            self.recorded()
            self._drafts.restore(state.drafts)
            typed = any(SLOT + name in state.drafts for name in PARTY_FIELDS)
            self._show_form(ADD if typed or len(state.whom) < 2 else ASK)
            self.due.show_day(state.due)
            if self.isVisible():
                self.take_focus()

    def ask_line(self, key: str, name: str, hint: str) -> None:
        """See ``CoordinationView``."""
        self._asked.ask(key, name, hint)

    def ask_of(self, party_id: str) -> None:
        """See ``CoordinationView``."""
        self._show_form(ASK)
        self.whom.show_value(party_id)
        self.columns.show_block(self.lines["what"])
        self.lines["what"].setFocus()

    def change_of(self, party_id: str, party: NewParty) -> None:
        """See ``CoordinationView``."""
        self._changing, self._agency = party_id, party.agency
        self._show_form(ADD)
        self.role.show_value(party.role)
        for name in PARTY_FIELDS:
            self.lines[name].setText(getattr(party, name))
        self._fit()
        self.columns.show_block(self.lines["name"])
        self.lines["name"].setFocus()

    def recorded(self, party_id: str = "") -> None:
        """See ``CoordinationView``."""
        self._changing, self._agency = "", ""
        self._lines.clear()
        self.show_hint("")
        self.show_offers(())
        if party_id:  # who was added is most often asked for something next
            self._show_form(ASK)
            self._next = party_id
            self.lines["what"].setFocus()
        self._fit()

    def show_hint(self, words: str) -> None:
        """See ``CoordinationView``."""
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    def show_offers(self, offers: tuple[tuple[str, str], ...]) -> None:
        """See ``CoordinationView``."""
        clear(self._offers)
        for agency, name in offers:
            self._offers.addWidget(
                button(name, lambda a=agency, n=name: self._take(a, n), "chip")  # type: ignore[misc]
            )
        self._offers_room.setVisible(bool(offers))

    def uncover(self) -> None:
        """See ``CoordinationView``."""
        self._covering.start()

    def _make_form(self) -> Card:
        card = Card(self.tr("请办、加人"))
        self.form = ChoiceRow("", [(ASK, self.tr("请办一件事")), (ADD, self.tr("加人、加单位"))])
        self.form.setAccessibleName(self.tr("做什么"))
        self.form.chosen.connect(lambda value: self._show_form(value or ASK))
        self.whom = ChoiceRow(self.tr("请谁"))
        self.role = ChoiceRow(
            self.tr("是什么人"), [(one, ROLE_NAMES[one]) for one in (ROLES[-1], *ROLES[:-1])]
        )
        self.role.show_value(ROLES[-1])
        self.role.chosen.connect(lambda _: self._fit())
        self.request_way = ChoiceRow(
            self.tr("怎么请"), [(one, REQUEST_WAY_NAMES[one]) for one in REQUEST_WAYS]
        )
        self.request_way.show_value(REQUEST_WAYS[0])
        for part in (self.form, self.whom, self.role):
            card.body.addWidget(part)
        card.body.addLayout(self._make_lines())
        self._offers_room = QWidget()
        self._offers_room.setAccessibleName(self.tr("通讯录里的单位"))
        self._offers = FlowLayout(6)
        self._offers_room.setLayout(self._offers)
        self._offers_room.hide()
        self.hint = label("", "second")
        self.hint.setProperty("tone", "warn")
        self.hint.hide()
        for below in (self._offers_room, self.hint, self.request_way):
            card.body.addWidget(below)
        self.due = DayEdit(self.tr("哪天前答复"))
        last = QHBoxLayout()
        self._due_name = label(self.tr("哪天前答复"), "second", wrap=False)
        last.addWidget(self._due_name)
        last.addWidget(self.due)
        last.addStretch(1)
        self.keep = button(self.tr("记下（回车）"), self._record)
        last.addWidget(self.keep)
        card.body.addLayout(last)
        card.body.addStretch(1)
        return card

    def _make_lines(self) -> LineForm:
        words = {
            "what": (self.tr("办什么"), self.tr("请他们查什么、办什么，一件一件写")),
            "name": (self.tr("名字"), self.tr("人的姓名；单位可以打拼音首字母")),
            "org": (self.tr("哪个单位"), self.tr("在哪里上班，可以不填")),
            "phone": (self.tr("电话"), self.tr("可以不填")),
            "relation": (self.tr("和居民"), self.tr("弟弟、社工……可以不填")),
            "id_number": (self.tr("证件号"), self.tr("要用才填")),
        }
        self._lines = LineForm(self, self._others, SLOT, words, self._record)
        self.lines, self._drafts = self._lines.lines, self._lines.drafts
        for name in ("name", "phone", "id_number"):
            self.lines[name].editingFinished.connect(self._look_alike)
        self.lines["name"].textEdited.connect(self._name_typed)
        return self._lines

    def _look_by(self, way: str) -> None:
        self.way.show_value(way or BY_PARTY)
        self._others.look_by(self.way.value)

    def _show_form(self, form: str) -> None:
        self.form.show_value(form)
        self._fit()

    def _fit(self) -> None:
        """Ask only for what this form needs."""
        if not self.form.value:
            self.form.show_value(ASK)
        asks, office = self.form.value == ASK, self.role.value == "office"
        for name in FIELDS:
            person_only = name in ("org", "relation", "id_number")
            shown = asks if name == "what" else not asks and not (office and person_only)
            self._lines.show_line(name, shown)
        asking: tuple[QWidget, ...] = (self.whom, self.request_way, self.due, self._due_name)
        for part in asking:
            part.setVisible(asks)
        self.role.setVisible(not asks)
        if asks:
            self.show_hint("")
            self.show_offers(())

    def _name_typed(self, text: str) -> None:
        self._agency = ""
        if self.role.value == "office":
            self._others.find_offices(text)

    def _take(self, agency: str, name: str) -> None:
        self.lines["name"].setText(name)
        self._agency = agency
        self._record()

    def _look_alike(self) -> None:
        if self.form.value == ADD and not self._changing and self.lines["name"].text().strip():
            self._others.look_alike(self._typed())

    def _typed(self) -> NewParty:
        typed = {n: self.lines[n].text() for n in PARTY_FIELDS if not self.lines[n].isHidden()}
        return NewParty(self.role.value or "third", agency=self._agency, **typed)

    def _record(self) -> None:
        if self.form.value == ADD:
            if self._changing:
                self._others.change(self._changing, self._typed())
            else:
                self._others.add(self._typed())
            return
        self._others.ask(
            self.whom.value, self.lines["what"].text(), self.request_way.value or REQUEST_WAYS[0],
            self.due.day,
        )  # fmt: skip
