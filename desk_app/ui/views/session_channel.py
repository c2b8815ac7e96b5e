"""How the case came here, and what belongs to that: where it got stuck, an order, a place."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout

from desk_app.core.kinds.case import CHANNELS
from desk_app.core.stages import CHANNEL_FIELDS, channel_of
from desk_app.services.drafting import field_slot
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_state import SessionState, find_reasons, reason_texts
from desk_app.ui.presenters.stage_words import CHANNEL_NAMES
from desk_app.ui.views.line_drafts import LineDrafts
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingLine

CODE = "stuck_code"
COUNTER = "counter"


class ChannelBlock(Card):
    """A row of chips, and the few lines that the chosen one asks for; all may stay empty."""

    def __init__(self, context: UiContext, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._context, self._presenter = context, presenter
        self.head.hide()
        self.setAccessibleName(self.tr("从哪里来"))
        self.channel = ChoiceRow(
            self.tr("从哪里来"), [(channel, CHANNEL_NAMES[channel]) for channel in CHANNELS]
        )
        self.channel.chosen.connect(self._choose)
        self.body.addWidget(self.channel)
        words = {
            "stuck_at": (self.tr("卡在哪个窗口"), self.tr("如 综合受理 3 号窗口")),
            "stuck_reason": (self.tr("窗口怎么说的"), self.tr("照窗口的原话写")),
            CODE: (self.tr("原因码"), self.tr("编号、名称或拼音首字母，可以不填")),
            "order_number": (self.tr("12345 工单号"), self.tr("工单上的编号")),
            "visit_place": (self.tr("去哪里"), self.tr("医院哪个科、哪张床，或者家里的地址")),
        }
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setContentsMargins(0, 0, 0, 0)
        self._drafts = LineDrafts(self, presenter)
        self.lines: dict[str, KeepingLine] = {}
        self._names = {name: label(said, "second", wrap=False) for name, (said, _) in words.items()}
        for row, (name, (said, hint)) in enumerate(words.items()):
            line = self.lines[name] = KeepingLine(said, hint)
            line.settled.connect(self._find_code if name == CODE else partial(self._keep, name))
            self._drafts.watch(line, field_slot(name))
            grid.addWidget(self._names[name], row, 0)
            grid.addWidget(line, row, 1)
        self.body.addLayout(grid)
        self._hint = label("", "second")
        self._hint.setProperty("tone", "warn")
        self._hint.hide()
        self.body.addWidget(self._hint)

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw what is stored; a line being written in is left alone."""
        fields, channel = state.case.fields, channel_of(state.case)
        self.channel.show_value(channel)
        wanted = (*CHANNEL_FIELDS.get(channel, ()), *((CODE,) if channel == COUNTER else ()))
        for name, line in self.lines.items():
            value = fields.get(name, "")
            line.restore(self._code_words(value) if name == CODE else value)
            line.setVisible(name in wanted)
            self._names[name].setVisible(name in wanted)
        if fresh:
            self._hint.hide()
            self._drafts.restore(state.drafts)
            for name, line in self.lines.items():
                if field_slot(name) in state.drafts:
                    line.settle()  # what a crash left half written becomes an entry

    def take_focus(self) -> None:
        """The first line that is still empty, else the row of chips."""
        for line in self.lines.values():
            if line.isVisibleTo(self) and not line.text():
                line.setFocus()
                return
        self.channel.setFocus()

    def settle(self) -> None:
        """What is typed becomes entries."""
        for line in self.lines.values():
            line.settle()

    def _choose(self, channel: str) -> None:
        if channel:
            self._presenter.set_field("channel", channel)
        elif (state := self._presenter.state) is not None:  # replaced by another, never left open
            self.channel.show_value(channel_of(state.case))

    def _keep(self, name: str, text: str) -> None:
        self._drafts.forget(field_slot(name))
        self._presenter.settle_field(name, text.strip())

    def _find_code(self, text: str) -> None:
        pack, case_id = self._presenter.pack, self._presenter.case_id
        romanise = self._context.romanise
        query = text.split("　")[0].strip()
        if not query:
            self._hint.hide()
            self._keep(CODE, "")
            return

        def found(codes: tuple[str, ...]) -> None:
            if self._presenter.case_id != case_id:
                return
            self._hint.setText(self.tr("没有找到“%1”这个原因，换个说法试试。").replace("%1", query))
            self._hint.setVisible(not codes)
            if codes:
                self.lines[CODE].restore(self._code_words(codes[0]))
                self._keep(CODE, codes[0])

        self._context.runner.side(lambda: find_reasons(reason_texts(pack, romanise), query), found)

    def _code_words(self, code: str) -> str:
        reason = self._presenter.pack.reasons.get(code)
        return f"{code}　{reason.name}" if reason else code
