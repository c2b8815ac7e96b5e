"""材料单: the paper as it will come out, and the three ways in which it leaves the desk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from desk_app.core.errors import DeskAppError
from desk_app.services.paper import EXPLANATION, MATERIAL_SHEET, SHEET_TITLES
from desk_app.services.press import PagePicture
from desk_app.ui.context import UiContext
from desk_app.ui.error_words import error_words
from desk_app.ui.presenters.paper_presenter import SIZES, PaperPresenter, PaperState
from desk_app.ui.presenters.paper_words import paper_words
from desk_app.ui.views.page import Page
from desk_app.ui.views.paper_preview import PaperPreview
from desk_app.ui.views.paper_save import SavePanel
from desk_app.ui.views.paper_side import SideCards
from desk_app.ui.widgets.basic import Card, button, label, restyle
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.notices import Notice


class PaperPage(Page):
    """The paper of one case."""

    def __init__(self, context: UiContext) -> None:
        super().__init__("")
        self.title = self.tr("材料单")
        self.setAccessibleName(self.title)
        self._context = context
        self._case_id = ""
        self._wanted = ("", "")
        self.presenter = PaperPresenter(context, self)
        self.column.addLayout(self._header())
        self.notice = Notice()
        self.column.addWidget(self.notice)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.preview = PaperPreview()
        self.preview.wanted.connect(self.presenter.draw)
        self.preview.clicked.connect(self._switch_view)
        row.addWidget(self.preview, 1)
        self._side = SideCards([self._leave(), self._look(), self._facts()])
        row.addWidget(self._side)
        self.column.addLayout(row, 1)
        self._keys()

    @property
    def about(self) -> str:
        """See ``Page``."""
        return self._case_id

    @property
    def rail(self) -> str:
        """See ``Page``: the resident's sheets are of the session, other papers of the case."""
        return "cases" if self._wanted[0] and self._wanted[0] not in SHEET_TITLES else "session"

    def show_case(self, case_id: str, paper: str = "", about: str = "") -> None:
        """Show a paper of ``case_id`` when the page comes up, or now if it is up."""
        if (case_id, (paper, about)) != (self._case_id, self._wanted):
            self.notice.hide()
            self.saving.hide()
            self.preview.clear_picture()
        self._case_id, self._wanted = case_id, (paper, about)
        if self.isVisible():
            self.come_up()

    def come_up(self) -> None:
        """Make the paper from the case as it stands now."""
        if self._case_id:
            self.presenter.load(self._case_id, *self._wanted)
            self.presenter.look_for_printers()

    def take_focus(self) -> None:
        """The paper: Enter prints it."""
        self.preview.setFocus()

    def show_paper(self, state: PaperState) -> None:
        """See ``PaperView``."""
        self._number.setText(state.case.number)
        self._head.setText(state.name.title if state.is_form else self.title)
        self.back.setText(self.tr("回文书 Esc") if state.is_form else self.tr("回到接待 Esc"))
        self.paper.show_value(state.name.paper)
        self.paper.setVisible(not state.is_form)
        self.size_row.show_value(str(state.size))
        self.size_row.setVisible(not state.is_form)
        self._show_pages(state)
        self._show_printers(state)
        for made in (self.print_button, self.save_button, self.later_button):
            made.setEnabled(state.printed is not None and not state.busy)
        self._show_facts(state)
        if state.printed is not None:
            self.preview.ask()

    def show_picture(self, picture: PagePicture) -> None:
        """See ``PaperView``."""
        self.preview.show_picture(picture)

    def say_problem(self, error: DeskAppError) -> None:
        """See ``PaperView``."""
        self.notice.say(error_words(error), "danger")

    def say_no_printer(self) -> None:
        """See ``PaperView``."""
        self.notice.say(self._no_printer_words(), "warn")

    def say_sent(self, printer: str) -> None:
        """See ``PaperView``."""
        self.notice.say(self.tr("已经交给打印机“%1”。").replace("%1", printer), "ok")

    def say_saved(self, path: Path) -> None:
        """See ``PaperView``."""
        self.saving.hide()
        words = self.tr("已存为 %1。这个文件不加密，用完请删掉。").replace("%1", str(path))
        self.notice.say(words, "ok")
        self.take_focus()

    def say_queued(self) -> None:
        """See ``PaperView``."""
        self.notice.say(self.tr("记下了：回中心再打。下一个工作日会在“今日”里提醒。"), "ok")
        self.take_focus()

    def at_bedside(self, on: bool) -> None:
        """See ``Page``: Enter leaves the paper for the printer at the centre."""
        self._later_first = on
        restyle(self.later_button, "role", "primary" if on else "")
        restyle(self.print_button, "role", "" if on else "primary")
        words = self.tr("回中心再打　回车") if on else self.tr("回中心再打　Ctrl+D")
        self.later_button.setText(words)
        self.print_button.setText(self.tr("打印") if on else self.tr("打印　回车"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter prints, or presses the button that has the focus; digits choose the size."""
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            elif self._later_first:
                self.presenter.print_later()
            else:
                self._print()
        elif plain and Qt.Key.Key_1 <= key <= Qt.Key.Key_3 and self.size_row.isVisible():
            self.presenter.set_size(SIZES[key - Qt.Key.Key_1])
        elif plain and key == Qt.Key.Key_0:
            self._switch_view()
        else:
            super().keyPressEvent(event)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._head = label(self.title, "title", wrap=False)
        row.addWidget(self._head)
        self._number = label("", "number", wrap=False)
        row.addWidget(self._number)
        row.addStretch()
        self.back = button(self.tr("回到接待 Esc"), self._back, "quiet")
        row.addWidget(self.back)
        return row

    def _leave(self) -> Card:
        card = Card(self.tr("交给居民"))
        self.print_button = button(self.tr("打印　回车"), self._print, "primary")
        self.save_button = button(self.tr("存为 PDF　Ctrl+S"), self._open_saving)
        self.later_button = button(self.tr("回中心再打　Ctrl+D"), self.presenter.print_later)
        self._later_first = False
        self.saving = SavePanel()
        self.saving.confirmed.connect(self.presenter.save)
        self.saving.cancelled.connect(self._close_saving)
        self.printers = ChoiceRow(self.tr("打印机"))
        self.printers.chosen.connect(lambda _: self.take_focus())
        self._no_printer = label("", "second")
        for widget in (
            self.print_button, self.printers, self._no_printer, self.save_button, self.saving,
            self.later_button,
        ):  # fmt: skip
            card.body.addWidget(widget)
        return card

    def _look(self) -> Card:
        card = Card(self.tr("单子"))
        self.paper = ChoiceRow(
            "", [(MATERIAL_SHEET, self.tr("材料单")), (EXPLANATION, self.tr("说明单"))]
        )
        self.paper.setAccessibleName(self.tr("哪一种单子"))
        self.paper.chosen.connect(self._paper_chosen)
        self.size_row = ChoiceRow(
            self.tr("字号 1 2 3"),
            [(str(size), self.tr("%1 磅").replace("%1", str(size))) for size in SIZES],
        )
        self.size_row.chosen.connect(self._size_chosen)
        card.body.addWidget(self.paper)
        card.body.addWidget(self.size_row)
        row = QHBoxLayout()
        self.before = button("‹", lambda: self.presenter.turn(-1), "", self.tr("上一页 PgUp"))
        self.after = button("›", lambda: self.presenter.turn(1), "", self.tr("下一页 PgDn"))
        self.page_words = label("", wrap=False)
        self.page_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self.before)
        row.addWidget(self.page_words, 1)
        row.addWidget(self.after)
        card.body.addLayout(row)
        self.zoom = button(self.tr("看清字　0"), self._switch_view, "quiet")
        card.body.addWidget(self.zoom)
        return card

    def _facts(self) -> Card:
        card = Card(self.tr("省了多少"))
        self._facts_card = card
        self.saving_words = label("")
        self.unverified = label("")
        self.unverified.setProperty("tone", "warn")
        card.body.addWidget(self.saving_words)
        card.body.addWidget(self.unverified)
        return card

    def _keys(self) -> None:
        for key, act in (
            ("PgUp", lambda: self.presenter.turn(-1)),
            ("PgDown", lambda: self.presenter.turn(1)),
            ("Ctrl+S", self._open_saving),
            ("Ctrl+D", self.presenter.print_later),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _show_pages(self, state: PaperState) -> None:
        if state.printed is None:
            self.page_words.setText(self.tr("正在排版…"))
        else:
            words = self.tr("第 %1 页，共 %2 页").replace("%1", str(state.page + 1))
            self.page_words.setText(words.replace("%2", str(state.pages)))
        self.before.setEnabled(state.page > 0)
        self.after.setEnabled(state.page + 1 < state.pages)
        self.preview.setAccessibleName(f"{state.name.title}　{self.page_words.text()}")
        self.preview.setAccessibleDescription(paper_words(state.sheet))

    def _show_printers(self, state: PaperState) -> None:
        names = state.printers or ()
        chosen = self.printers.value
        self.printers.put([(name, name) for name in names])
        self.printers.show_value(chosen if chosen in names else next(iter(names), ""))
        self.printers.setVisible(len(names) > 1)
        self._no_printer.setVisible(len(names) < 2)
        self._no_printer.setText(names[0] if names else self._no_printer_words())

    def _show_facts(self, state: PaperState) -> None:
        lines = []
        for (before, after), words in (
            (state.made.papers, self.tr("材料：分开办 %1 份，合起来 %2 份")),
            (state.made.trips, self.tr("跑动：分开办 %1 趟，合起来 %2 趟")),
        ):
            if before > after:
                lines.append(words.replace("%1", str(before)).replace("%2", str(after)))
        self.saving_words.setText("\n".join(lines))
        self.saving_words.setVisible(bool(lines))
        self.unverified.setText(
            self.tr("还没有人核对过电话和地址，单子上留了空行，核实后请用笔填上：%1").replace(
                "%1", "、".join(state.made.unverified)
            )
        )
        self.unverified.setVisible(bool(state.made.unverified))
        self._facts_card.head.setText(self.tr("省了多少") if lines else self.tr("请先核实"))
        self._facts_card.setVisible(bool(lines or state.made.unverified))

    def _no_printer_words(self) -> str:
        state = self.presenter.state
        if state is None or state.printers is None:
            return self.tr("正在找打印机…")
        return self.tr("没有找到打印机。可以存为 PDF，或者回中心再打。")

    def _print(self) -> None:
        self.presenter.print(self.printers.value)

    def _back(self) -> None:
        state = self.presenter.state
        if state is not None and state.is_form:
            self._context.shell.open_topic(self._case_id, "papers")
        elif self._case_id:
            self._context.shell.open_session(self._case_id)

    def _switch_view(self) -> None:
        self.preview.show_whole(not self.preview.is_whole)
        self.zoom.setText(self.tr("看清字　0") if self.preview.is_whole else self.tr("看全页　0"))
        self.take_focus()

    def _paper_chosen(self, value: str) -> None:
        state = self.presenter.state
        if value:
            self.presenter.set_paper(value)
        elif state is not None:
            self.paper.show_value(state.name.paper)
        self.take_focus()

    def _size_chosen(self, value: str) -> None:
        state = self.presenter.state
        if value:
            self.presenter.set_size(int(value))
        elif state is not None:
            self.size_row.show_value(str(state.size))
        self.take_focus()

    def _open_saving(self) -> None:
        state = self.presenter.state
        if state is not None and state.printed is not None:
            documents = QStandardPaths.StandardLocation.DocumentsLocation
            folder = Path(QStandardPaths.writableLocation(documents))
            self.saving.open_for((folder if folder.is_dir() else Path.home()) / state.file_name)

    def _close_saving(self) -> None:
        self.saving.hide()
        self.take_focus()
