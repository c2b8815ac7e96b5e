"""中心: how it stands, joining it, carrying records by stick, what it wants gone."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from desk_app.core.errors import DeskAppError
from desk_app.ui.context import UiContext
from desk_app.ui.error_words import error_words
from desk_app.ui.presenters.centre_presenter import CentrePresenter, CentreState
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, FlowLayout, button, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.notices import Notice
from desk_app.ui.widgets.prompt_line import CommittedLine
from desk_app.ui.widgets.side_by_side import SideBySide, scrolled

NAME_LENGTH = 40


class CentrePage(Page):
    """The centre, as seen from this desk."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("中心")
        self.setAccessibleName(self.title)
        self.presenter = CentrePresenter(context, self)
        self.column.addWidget(label(self.title, "title"))
        self.notice = Notice()
        self.column.addWidget(self.notice)
        self._shown = False
        self._head, self.advice = label("", "head"), label("", "second")
        self._going, self._going_twice = label(), label("", "second")
        self._busy = label(self.tr("正在做，请稍等，可以先办别的……"), "second")
        self.lines = ChipList(self.tr("中心：回车去看"))
        self.again = button(self.tr("现在就试 F5"), self.presenter.try_now)
        self.join = button(self.tr("加入"), self._join, "primary")
        self.agree = button(self.tr("同意移走"), lambda: self._ask_twice(True))
        self.sure = button(self.tr("是，移走"), self.presenter.approve, "primary")
        self.keep = button(self.tr("先不移"), lambda: self._ask_twice(False), "quiet")
        self.export_button = button(self.tr("导出"), self._export)
        self.import_button = button(self.tr("收进来"), self._import)
        self.join_card, self.stick_card = Card(self.tr("加入中心")), Card(self.tr("没有网：用U盘"))
        self.ticket, self.name = self._fill_joining(self.join_card)
        self.out_path, self.in_path = self._fill_stick(self.stick_card)
        self.going_card = self._make_going()
        self.columns = SideBySide(
            [(self.going_card, self._make_state()), (self.join_card, self.stick_card)]
        )
        self.column.addWidget(scrolled(self.columns), 1)
        again = QShortcut(QKeySequence("F5"), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.presenter.try_now)

    def come_up(self) -> None:
        """Count what there is."""
        self.notice.hide()
        self.presenter.refresh()

    def take_focus(self) -> None:
        """What one most likely came for."""
        for part in (self.agree, self.ticket, self.again):
            if part.isVisibleTo(self):
                part.setFocus()
                return
        self.setFocus()

    def show_centre(self, state: CentreState) -> None:
        """See ``CentreView``."""
        nowhere = not self._shown
        self._shown = True
        self._head.setText(state.head)
        self.advice.setText(state.advice)
        self.lines.put(rows_of(state.lines))
        self.lines.setVisible(bool(state.lines))
        self.again.setVisible(state.joined)
        self.join_card.setVisible(state.able and not state.joined)
        self.stick_card.setVisible(state.joined)
        words = self.tr("%1 件案件已经移交给别的中心，对方都收到了，等着从本机移走。")
        self._going.setText(words.replace("%1", str(state.going)))
        self.going_card.setVisible(bool(state.going))
        self._ask_twice(False)
        if nowhere and self.isVisible():
            self.take_focus()

    def show_joining(self, *, busy: bool) -> None:
        """See ``CentreView``."""
        self._busy.setVisible(busy)
        for part in (self.join, self.export_button, self.import_button):
            part.setEnabled(not busy)

    def say(self, error: DeskAppError) -> None:
        """See ``CentreView``."""
        self.notice.say(error_words(error))

    def forget_ticket(self) -> None:
        """See ``CentreView``."""
        self.ticket.clear()

    def _make_state(self) -> Card:
        card = Card(self.tr("现在"))
        self.lines.chosen.connect(self.presenter.act)
        self.lines.pressed.connect(lambda key, _: self.presenter.act(key))
        self._busy.hide()
        for part in (self._head, self.advice, _row(self.again), self._busy, self.lines):
            card.body.addWidget(part)
        return card

    def _fill_joining(self, card: Card) -> tuple[CommittedLine, CommittedLine]:
        words = self.tr(
            "管理员会给您一张凭条，用一次就作废。把上面那一行粘贴到这里，再给这台电脑起个名字。"
        )
        card.body.addWidget(label(words, "second"))
        ticket = _field(card, self.tr("凭条上的一行"), self.tr("https://…… 开头的一整行"))
        name = _field(card, self.tr("这台电脑叫什么"), self.tr("如 反映窗口一号机"))
        name.setMaxLength(NAME_LENGTH)
        name.setText(platform.node()[:NAME_LENGTH])
        ticket.entered.connect(lambda _: name.setFocus())
        name.entered.connect(lambda _: self._join())
        card.body.addWidget(_row(self.join))
        return ticket, name

    def _make_going(self) -> Card:
        card = Card(self.tr("要移走的案件"))
        self._going_twice.setText(
            self.tr("移走以后本机看不到了，要看请打电话给对方中心。一次这么多，请先问问管理员。")
        )
        card.body.addWidget(self._going)
        card.body.addWidget(self._going_twice)
        card.body.addWidget(_row(self.agree, self.keep, self.sure))
        return card

    def _fill_stick(self, card: Card) -> tuple[CommittedLine, CommittedLine]:
        words = self.tr("文件是加密的，只有中心打得开。先导出，拿到中心导入，再把中心给的收进来。")
        card.body.addWidget(label(words, "second"))
        out = _field(card, self.tr("导出到"), self.tr("U盘上的位置和文件名"))
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(documents))
        folder = folder if folder.is_dir() else Path.home()
        out.setText(str(folder / self.tr("给中心.desk")))
        out.entered.connect(lambda _: self._export())
        self.choose_out = button(self.tr("选位置……"), self._choose_out)
        card.body.addWidget(_row(self.export_button, self.choose_out))
        back = _field(card, self.tr("中心给的文件"), self.tr("U盘上中心写好的那个文件"))
        back.entered.connect(lambda _: self._import())
        self.choose_in = button(self.tr("选文件……"), self._choose_in)
        card.body.addWidget(_row(self.import_button, self.choose_in))
        return out, back

    def _choose_out(self) -> None:
        self._choose(self.out_path, QFileDialog.AcceptMode.AcceptSave)

    def _choose_in(self) -> None:
        self._choose(self.in_path, QFileDialog.AcceptMode.AcceptOpen)

    def _choose(self, line: CommittedLine, mode: QFileDialog.AcceptMode) -> None:
        box = QFileDialog(self, line.accessibleName())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setAcceptMode(mode)
        box.setViewMode(QFileDialog.ViewMode.List)
        labels = QFileDialog.DialogLabel
        for part, words in (
            (labels.LookIn, self.tr("在哪里")), (labels.FileName, self.tr("文件名")),
            (labels.FileType, self.tr("哪一种")), (labels.Accept, self.tr("就它")),
            (labels.Reject, self.tr("算了")),
        ):  # fmt: skip
            box.setLabelText(part, words)
        opening = mode is QFileDialog.AcceptMode.AcceptOpen
        modes = QFileDialog.FileMode
        box.setFileMode(modes.ExistingFile if opening else modes.AnyFile)
        box.setNameFilter(self.tr("所有文件 (*)"))
        wanted = Path(line.text().strip())
        if wanted.parent.is_dir():
            box.setDirectory(str(wanted.parent))
        box.selectFile(wanted.name)
        box.fileSelected.connect(line.setText)
        box.open()  # the window lives on meanwhile

    def _join(self) -> None:
        for line in (self.ticket, self.name):
            if not line.text().strip():
                line.setFocus()
                return
        self.notice.hide()
        self.presenter.join(self.ticket.text(), self.name.text())

    def _export(self) -> None:
        self._carry(self.out_path, self.presenter.export_file)

    def _import(self) -> None:
        self._carry(self.in_path, self.presenter.import_file)

    def _carry(self, line: CommittedLine, work: Callable[[Path], object]) -> None:
        text = line.text().strip()
        if not text:
            line.setFocus()
            return
        self.notice.hide()
        work(Path(text).expanduser())

    def _ask_twice(self, asked: bool) -> None:
        had = self.agree.hasFocus() or self.keep.hasFocus()
        self.agree.setVisible(not asked)
        self._going_twice.setVisible(asked)
        self.sure.setVisible(asked)
        self.keep.setVisible(asked)
        if had:  # a second Space must not be the answer
            (self.keep if asked else self.agree).setFocus()


def _row(*buttons: QPushButton) -> QWidget:
    room, flow = QWidget(), FlowLayout(8)
    room.setLayout(flow)
    for made in buttons:
        flow.addWidget(made)
    return room


def _field(card: Card, name: str, hint: str) -> CommittedLine:
    line = CommittedLine(name, hint)
    shown = label(name, "second", wrap=False)
    shown.setBuddy(line)
    card.body.addWidget(shown)
    card.body.addWidget(line)
    return line
