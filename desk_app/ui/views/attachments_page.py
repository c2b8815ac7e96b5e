"""附件: the page of that topic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QWidget

from desk_app.core.attachments import MAX_BYTES, MEGABYTE
from desk_app.services.attachments import Picture
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.attachments_presenter import (
    LOOK,
    AttachmentsPresenter,
    AttachmentsState,
)
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.topic_presenter import TopicHead
from desk_app.ui.views.attachment_pictures import LargePicture, SmallPictures
from desk_app.ui.views.line_rows import rows_of
from desk_app.ui.views.topic_page import TopicPage
from desk_app.ui.widgets.basic import Card, FlowLayout, button, label
from desk_app.ui.widgets.block_columns import BlockColumns
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.esc_key import EscKey
from desk_app.ui.widgets.prompt_line import CommittedLine


class AttachmentsPage(TopicPage):
    """The files of a case, and every way to bring one in."""

    def __init__(self, context: UiContext, title: str) -> None:
        super().__init__(title)
        presenter = AttachmentsPresenter(context, context.files, self)
        self.presenter = presenter
        self._files = presenter
        self.setAcceptDrops(True)
        self.columns = BlockColumns(
            [self._make_taking(), self._make_folder()],
            [(self.tr("案件里的附件"), self._make_list())],
            self.tr("收进来"),
        )
        self.column.addWidget(self.columns, 1)
        self.large = LargePicture(self)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.paste_in)

    def show_case(self, case_id: str) -> None:
        """Show another case; nothing of the last one stays."""
        if case_id != self.presenter.case_id:
            self.large.close_box()
            self.copy_panel.hide()
            self.show_codes(())
            self.show_offers(())
            self.small.put(())
            self.list.put(())
        super().show_case(case_id)

    def take_focus(self) -> None:
        """The list, or where the first file comes from."""
        where = self.list if self.list.rows else self.choose
        self.columns.show_block(where)
        where.setFocus()

    def show_topic(self, head: TopicHead, state: AttachmentsState) -> None:
        """See ``TopicView``."""
        self.show_head(head)
        self.list.put(rows_of(state.lines))
        self.list.setVisible(bool(state.lines))
        self._none.setVisible(not state.lines)
        pictures = [(one.id, one.text) for one in state.lines if one.id in state.pictures]
        self.small.setVisible(bool(pictures))
        for key in self.small.put(pictures):
            self._files.small(key)
        if not self.folder.hasFocus():
            self.folder.setText(state.folder)
        self._files.look_around(state.folder)

    def show_busy(self, words: str) -> None:
        """See ``AttachmentsView``."""
        self.busy.setText(words)
        self.busy.setVisible(bool(words))

    def show_small(self, key: str, picture: Picture) -> None:
        """See ``AttachmentsView``."""
        self.small.show_small(key, picture)

    def show_large(self, name: str, picture: Picture) -> None:
        """See ``AttachmentsView``."""
        if self.isVisible():  # whoever went on meanwhile is not called back
            self.large.show_picture(name, picture)

    def show_offers(self, lines: Sequence[Line]) -> None:
        """See ``AttachmentsView``."""
        self.offers.put(rows_of(lines))
        self.offers.setVisible(bool(lines))

    def show_codes(self, lines: Sequence[Line]) -> None:
        """See ``AttachmentsView``."""
        self.codes.put(rows_of(lines))
        self._codes_card.setVisible(bool(lines))
        if lines:
            self.columns.show_block(self._codes_card)
            self.codes.select_first()
            self.codes.setFocus()

    def ask_copy(self, path: Path) -> None:
        """See ``AttachmentsView``."""
        self.copy_path.setText(str(path))
        self.copy_panel.show()
        self.columns.show_block(self.copy_panel)
        self.copy_path.setFocus()

    def paste_in(self) -> None:
        """Take in what the clipboard holds."""
        self._take(QGuiApplication.clipboard().mimeData(), "paste")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and pictures may be dropped anywhere on the page."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take in what was dropped."""
        event.acceptProposedAction()
        self._take(event.mimeData(), "drag")

    def _take(self, held: QMimeData | None, source: str) -> None:
        urls = held.urls() if held is not None else []
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if paths:
            self._files.take(paths, source)
        elif held is not None and held.hasImage():
            image = QImage(held.imageData())
            self._files.take_picture(lambda: _png(image), source)
        else:
            self._files.nothing_there()

    def _make_taking(self) -> Card:
        card = Card(self.tr("收进来"))
        self.choose = button(self.tr("选文件……"), self._choose, "primary")
        self.paste = button(self.tr("粘贴 Ctrl+V"), self.paste_in)
        card.body.addWidget(_row(self.choose, self.paste))
        hint = self.tr("也可以把文件、图片拖到这一页。收进来就加密，每个最大 %1 MB。")
        card.body.addWidget(label(hint.replace("%1", str(MAX_BYTES // MEGABYTE)), "second"))
        self.busy = label("", "second")
        self.busy.hide()
        card.body.addWidget(self.busy)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        return card

    def _make_folder(self) -> Card:
        card = Card(self.tr("照片文件夹"))
        self.folder = CommittedLine(
            self.tr("照片文件夹"), self.tr("相机、扫描仪放文件的地方，回车记住")
        )
        self.folder.entered.connect(self._files.watch)
        self.choose_folder = button(self.tr("选文件夹……"), self._choose_folder)
        self.look = button(self.tr("再看一眼"), self.presenter.refresh)
        self.offers = ChipList(self.tr("文件夹里新来的：1 收进来，2 不收"))
        self.offers.pressed.connect(self._files.act_on_offer)
        for part in (self.folder, _row(self.choose_folder, self.look), self.offers):
            card.body.addWidget(part)
        card.body.addStretch(1)
        return card

    def _make_list(self) -> Card:
        card = Card(self.tr("案件里的附件"))
        self._none = label(self.tr("还没有附件。"), "second")
        self.small = SmallPictures(self.tr("图片，回车看大图"))
        self.list = ChipList(self.tr("附件：1 看，2 存副本，3 认码，4 拿掉"))
        self.list.pressed.connect(self._files.act)
        self.list.chosen.connect(lambda key: self._files.act(key, LOOK))
        self.list.moved.connect(self.small.select)
        self.small.moved.connect(self.list.select)
        self.small.opened.connect(lambda key: self._files.act(key, LOOK))
        self.copy_panel = self._make_copy()
        self._codes_card = Card(self.tr("图里的码"))
        self.codes = ChipList(self.tr("图里的码：1 记到经过"))
        self.codes.pressed.connect(self._files.act_on_code)
        self._codes_card.body.addWidget(self.codes)
        self.no_codes = button(self.tr("收起"), self._no_codes, "quiet")
        self._codes_card.body.addWidget(_row(self.no_codes))
        EscKey(self.codes, self._no_codes)
        self._codes_card.hide()
        for part in (self._none, self.copy_panel, self._codes_card, self.small, self.list):
            card.body.addWidget(part)
        card.body.addStretch(1)
        return card

    def _make_copy(self) -> QWidget:
        panel = Card(self.tr("存副本"))
        panel.body.addWidget(
            label(self.tr("副本没有加密，谁拿到都能看。存到哪里，回车确认："), "second")
        )
        self.copy_path = CommittedLine(self.tr("副本存到哪里"))
        self.copy_path.entered.connect(lambda _: self._save_copy())
        panel.body.addWidget(self.copy_path)
        self.save = button(self.tr("存（不加密）"), self._save_copy, "primary")
        self.no_copy = button(self.tr("不存了"), self._no_copy, "quiet")
        panel.body.addWidget(_row(self.save, self.no_copy))
        EscKey(self.copy_path, self._no_copy)
        panel.hide()
        return panel

    def _save_copy(self) -> None:
        text = self.copy_path.text().strip()
        if text:
            self.copy_panel.hide()
            self.list.setFocus()
            self._files.save_copy(Path(text).expanduser())

    def _no_copy(self) -> None:
        self.copy_panel.hide()
        self.list.setFocus()

    def _no_codes(self) -> None:
        self.show_codes(())
        self.list.setFocus()

    def _choose(self) -> None:
        box = self._box(self.tr("收进来"), QFileDialog.FileMode.ExistingFiles)
        box.filesSelected.connect(lambda names: self._files.take([*map(Path, names)], "choose"))
        box.open()  # the window lives on meanwhile

    def _choose_folder(self) -> None:
        box = self._box(self.tr("照片文件夹"), QFileDialog.FileMode.Directory)
        box.fileSelected.connect(self._files.watch)
        box.open()

    def _box(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        box = QFileDialog(self, title)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setViewMode(QFileDialog.ViewMode.List)
        box.setFileMode(mode)
        box.setNameFilter(self.tr("所有文件 (*)"))
        labels = QFileDialog.DialogLabel
        for part, words in (
            (labels.LookIn, self.tr("在哪里")), (labels.FileName, self.tr("文件名")),
            (labels.FileType, self.tr("哪一种")), (labels.Accept, self.tr("就它")),
            (labels.Reject, self.tr("算了")),
        ):  # fmt: skip
            box.setLabelText(part, words)
        return box


def _png(image: QImage) -> bytes:
    """As a file in memory; never on the disk."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _row(*buttons: QWidget) -> QWidget:
    room, flow = QWidget(), FlowLayout(8)
    room.setLayout(flow)
    for made in buttons:
        flow.addWidget(made)
    return room
