"""The head of a session: whose it is, what is needed, and the two ways out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desk_app.core.masking import form_of_address, mask_phone
from desk_app.core.stages import CONDITIONS, channel_of
from desk_app.ui.presenters.entry_words import NEED_NAMES
from desk_app.ui.presenters.session_state import SessionState
from desk_app.ui.presenters.stage_words import CHANNEL_NAMES
from desk_app.ui.widgets.basic import badge, button, clear, label


class SessionHeader(QWidget):
    """One line. The time that has passed is small and grey, never a countdown."""

    def __init__(
        self,
        open_paper: Callable[[], object],
        end: Callable[[], object],
        ask_channel: Callable[[], object],
    ) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._number = label("", "number", wrap=False)
        self._who = label("", "head", wrap=False)
        self._phone = label("", "second", wrap=False)
        self._minutes = label("", "muted", wrap=False)
        self._needs_room = QWidget()
        self._needs = QHBoxLayout(self._needs_room)
        self._needs.setContentsMargins(0, 0, 0, 0)
        self._shown_needs: tuple[str, ...] = ()
        self.channel = button("", ask_channel, "quiet")
        self._with_phone = True
        self._has_phone = False
        for part in (self._number, self._who, self._phone, self.channel, self._needs_room):
            row.addWidget(part)
        row.addStretch()
        row.addWidget(self._minutes)
        tips = self.tr("看要打印的材料单（Ctrl+P）"), self.tr("结束这次接待（Ctrl+Enter）")
        self.paper = button("", open_paper, "", tips[0])
        self.end = button("", end, "primary", tips[1])
        row.addWidget(self.paper)
        row.addWidget(self.end)
        self.say_less(less=False, with_phone=True)

    def show_state(self, state: SessionState) -> None:
        """Draw the case's number, the resident's form of address, phone and needs."""
        fields = state.case.fields
        self._number.setText(state.case.number)
        self._who.setText(
            form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))
            or self.tr("还没有称呼")
        )
        self._show_channel(state)
        phone = fields.get("phone", "")
        self._has_phone = bool(phone)
        self._phone.setText(self.tr("电话 %1").replace("%1", mask_phone(phone)))
        self._phone.setVisible(self._has_phone and self._with_phone)
        if state.case.needs != self._shown_needs:
            self._shown_needs = state.case.needs
            clear(self._needs)
            for need in state.case.needs:
                self._needs.addWidget(badge(NEED_NAMES.get(need, need), "info"))

    def _show_channel(self, state: SessionState) -> None:
        """How the case came, and whether what belongs to that is written down."""
        words = CHANNEL_NAMES.get(channel_of(state.case), channel_of(state.case))
        known = CONDITIONS["channel_known"].holds(state.case)
        said = self.tr("从哪里来：%1").replace("%1", words)
        tip = said if known else self.tr("%1，还没写清楚").replace("%1", said)
        self.channel.setText(f"{'✓' if known else '○'} {words}")
        self.channel.setToolTip(self.tr("%1（Ctrl+L）").replace("%1", tip))
        self.channel.setAccessibleName(self.channel.toolTip())

    def show_minutes(self, minutes: int) -> None:
        """How long it has taken so far."""
        self._minutes.setText(self.tr("接待 %1 分").replace("%1", str(minutes)))

    def say_less(self, *, less: bool, with_phone: bool) -> None:
        """Leave out what stands elsewhere too, where there is little room; the phone first."""
        self._with_phone = with_phone
        self._phone.setVisible(self._has_phone and with_phone)
        self._minutes.setVisible(not less)
        self._needs_room.setVisible(not less)
        paper, end = self.tr("材料单"), self.tr("结束")
        self.paper.setText(paper if less else f"{paper} Ctrl+P")
        self.end.setText(end if less else f"{end} Ctrl+Enter")
