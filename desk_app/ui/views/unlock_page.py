"""解锁: who is working, and the passphrase where no keyring has the key. Painted first of all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desk_app.ui.widgets.basic import Card, FlowLayout, button, clear, label
from desk_app.ui.widgets.notices import Notice


class UnlockPage(QWidget):
    """The first page.

    Signals:
        unlocked(str, str): officer's name and passphrase (empty where a keyring has the key).
    """

    unlocked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(self.tr("开始"))
        self._needs_passphrase = False
        self._is_new = False
        room = QWidget()
        area = QScrollArea()  # large type on a small screen
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(room)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        outer = QHBoxLayout(room)
        outer.addStretch(1)
        middle = QVBoxLayout()
        middle.addStretch(2)
        self.clock = label("", "clock")
        self.clock.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name = label(self.tr("跨前一步"), "title")
        name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle.addWidget(self.clock)
        middle.addWidget(name)
        middle.addSpacing(16)
        self._card = Card(self.tr("今天谁在窗口？"))
        self._card.setMinimumWidth(self.fontMetrics().horizontalAdvance("跨") * 24)
        self._names = QWidget()
        self._flow = FlowLayout(8)
        self._names.setLayout(self._flow)
        self._card.body.addWidget(self._names)
        self.officer = QLineEdit()
        self.officer.setAccessibleName(self.tr("经办人姓名或工号"))
        self.officer.setPlaceholderText(self.tr("姓名或工号"))
        self.officer.returnPressed.connect(self._go)
        self._card.body.addWidget(self.officer)
        self._about = label("", "second")
        self._card.body.addWidget(self._about)
        self.passphrase = self._secret(self.tr("口令"))
        self.again = self._secret(self.tr("再写一遍口令"))
        self.notice = Notice()
        self._card.body.addWidget(self.notice)
        self._start = button(self.tr("开始"), self._go, "primary")
        self._card.body.addWidget(self._start)
        middle.addWidget(self._card)
        self._wait = label(self.tr("正在准备……"), "second")
        self._wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle.addWidget(self._wait)
        middle.addStretch(3)
        outer.addLayout(middle)
        outer.addStretch(1)
        self._card.hide()

    def show_clock(self, words: str) -> None:
        """What the big clock says."""
        self.clock.setText(words)

    def ask(self, officers: Sequence[str], *, needs_passphrase: bool, is_new: bool) -> None:
        """Ask who it is.

        Args:
            officers: names known here, the last one first.
            needs_passphrase: no keyring has the key.
            is_new: there is no store yet: a new passphrase is chosen.
        """
        self._needs_passphrase, self._is_new = needs_passphrase, is_new
        clear(self._flow)
        for name in officers[:8]:
            self._flow.addWidget(button(name, partial(self._choose, name)))
        self._names.setVisible(bool(officers))
        if officers:
            self.officer.setText(officers[0])
        about = ""
        if is_new and needs_passphrase:
            about = self.tr(
                "这台电脑没有系统密钥环，请定一个口令：至少 12 个字符或 6 个汉字。"
                "口令忘了谁也打不开，请封好一份交主管保管。"
            )
        elif is_new:
            about = self.tr("第一次打开：资料会加密存在本机，密钥放在系统密钥环里。")
        elif needs_passphrase:
            about = self.tr("请写口令。")
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self.passphrase.setVisible(needs_passphrase)
        self.again.setVisible(needs_passphrase and is_new)
        self._wait.hide()
        self._card.show()
        self._start.setEnabled(True)
        (self.passphrase if needs_passphrase and officers else self.officer).setFocus()

    def refuse(self, text: str) -> None:
        """Say why it did not open; what was typed stays."""
        self._wait.hide()
        self._card.show()
        self._start.setEnabled(True)
        self.notice.say(text, "danger")

    def only_say(self) -> None:
        """Nothing can be opened: leave only the notice."""
        for part in (self._names, self.officer, self._about, self.passphrase, self.again):
            part.hide()
        self._start.hide()
        self._card.head.setText(self.tr("没有打开"))

    def _secret(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setAccessibleName(name)
        line.setPlaceholderText(name)
        line.returnPressed.connect(self._go)
        line.hide()
        self._card.body.addWidget(line)
        return line

    def _choose(self, name: str) -> None:
        self.officer.setText(name)
        if not self._needs_passphrase:
            self._go()

    def _go(self) -> None:
        officer, passphrase = self.officer.text().strip(), self.passphrase.text()
        if not officer:
            self.notice.say(self.tr("请写上您的姓名或工号，记录上要用。"))
            self.officer.setFocus()
        elif self._needs_passphrase and self._is_new and passphrase != self.again.text():
            self.notice.say(self.tr("两遍口令不一样，请再写一次。"))
            self.again.setFocus()
        else:
            self.notice.hide()
            self._start.setEnabled(False)
            self._wait.show()
            self.unlocked.emit(officer, passphrase)
