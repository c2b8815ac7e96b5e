"""附件 of a case: every way in, looking, copies, taking out; nothing plain in the data folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import segno
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desk_app.core.attachments import attachments
from desk_app.core.fold import CaseState
from desk_app.services.attachments import WATCHED
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.attachments_page import AttachmentsPage
from desk_app.ui.views.case_page import CasePage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import click, click_chip, press, take_back

INVOICE = "01,32,,23442000000012345678,112,20230215,,74AE"


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """A folder of the officer's with a picture, a code, and a paper."""
    folder = tmp_path / "mine"
    folder.mkdir()
    Image.effect_noise((320, 200), 80).save(folder / "身份证.png")
    segno.make(INVOICE).save(str(folder / "发票.png"), scale=4)
    (folder / "病历.pdf").write_bytes("出院小结：杨志明".encode() * 200)
    return folder


@pytest.fixture
def page(desk: OpenWindow) -> AttachmentsPage:
    """The page, reached by its button on the case's own page."""
    desk.context.shell.open_case(case_of(desk, "杨志明").case_id)
    desk.settle()
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    case_page.topics.buttons["attachments"].click()
    desk.settle()
    found = desk.window.page("attachments")
    assert isinstance(found, AttachmentsPage)
    assert desk.window.page_name == "attachments"
    return found


def case_of(desk: OpenWindow, name: str) -> CaseState:
    (row,) = desk.store.search(name)
    return desk.store.case(row.case_id)


def said(part: QWidget) -> str:
    """Every label that can be seen."""
    return " ".join(one.text() for one in part.findChildren(QLabel) if one.isVisible())


def names(desk: OpenWindow) -> list[tuple[str, str]]:
    return [(one.name, one.source) for one in attachments(case_of(desk, "杨志明"))]


def drop(desk: OpenWindow, page: AttachmentsPage, *paths: Path) -> None:
    """Drag files onto the page, as the system does it."""
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    told = (held, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, *told)
    QApplication.sendEvent(page, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, *told))
    desk.settle()


def take(desk: OpenWindow, page: AttachmentsPage, path: Path) -> str:
    """Drop one file; returns its line."""
    drop(desk, page, path)
    return page.list.rows[0].id


def test_files_are_dragged_in_and_nothing_plain_is_in_the_data_folder(
    desk: OpenWindow, page: AttachmentsPage, outbox: Path, tmp_path: Path
) -> None:
    drop(desk, page, outbox / "身份证.png", outbox / "病历.pdf")
    assert names(desk) == [("身份证.png", "drag"), ("病历.pdf", "drag")]
    assert [page.small.item(n).text() for n in range(page.small.count())] == ["身份证.png"]
    assert not page.small.item(0).icon().isNull()
    outside_of_it = {outbox / name for name in os.listdir(outbox)}
    there = [f for f in tmp_path.rglob("*") if f.is_file() and f not in outside_of_it]
    everything = b"".join(file.read_bytes() for file in there)
    for file in outbox.iterdir():
        plain = file.read_bytes()
        assert plain[:24] not in everything
        assert plain[-40:-16] not in everything
        assert file.stem.encode() not in everything
    assert not any("身份证" in file.name or "病历" in file.name for file in there)
    assert len(list((tmp_path / "files").iterdir())) == 2
    drop(desk, page, outbox / "病历.pdf")  # twice is once
    assert len(names(desk)) == 2
    desk.context.shell.open_case(case_of(desk, "杨志明").case_id)
    desk.settle()
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    assert case_page.topics.buttons["attachments"].text() == "附件　2 个"


def test_what_is_too_much_changes_nothing(
    desk: OpenWindow, page: AttachmentsPage, outbox: Path
) -> None:
    for size, words in ((0, "空的"), (200 * (1 << 20), "最大 50 MB")):
        huge = outbox / "huge.jpg"
        with huge.open("wb") as file:
            file.truncate(size)
        drop(desk, page, outbox / "病历.pdf", huge)
        assert words in said(desk.window)
    drop(desk, page, outbox)
    assert "文件夹" in said(desk.window)
    drop(desk, page, *[outbox / "病历.pdf"] * 21)
    assert "最多放 20 个" in said(desk.window)
    assert names(desk) == []
    assert not page.busy.isVisible()


def test_pasted_looked_at_large_and_gone_with_the_case(
    desk: OpenWindow, page: AttachmentsPage, outbox: Path
) -> None:
    clipboard = QGuiApplication.clipboard()
    image = QImage(80, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    clipboard.setImage(image)
    page.choose.setFocus()
    press(desk, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(outbox / "病历.pdf"))])
    clipboard.setMimeData(held)
    click(desk, page.paste)
    clipboard.setText("只是字")
    click(desk, page.paste)
    assert "没有图片" in said(desk.window)
    (first, source), second = names(desk)
    assert (first[:2], first[-4:], source) == ("图片", ".png", "paste")
    assert second == ("病历.pdf", "paste")
    key = take(desk, page, outbox / "身份证.png")
    page.take_focus()
    page.list.select(key)
    press(desk, Qt.Key.Key_1)
    assert page.large.isVisible()
    assert page.large.canvas.pixmap.size().toTuple() == (320, 200)
    press(desk, Qt.Key.Key_Escape)
    assert not page.large.isVisible()
    assert page.large.canvas.pixmap.isNull()
    assert desk.window.page_name == "attachments"
    assert page.list.hasFocus()
    page.small.setFocus()
    page.small.select(key)
    press(desk, Qt.Key.Key_Return)
    assert page.large.isVisible()
    click(desk, page.large.close_button)
    assert not page.large.isVisible()
    fake = outbox / "假.png"
    fake.write_bytes(b"no picture")
    key = take(desk, page, fake)
    page.list.select(key)
    page.list.setFocus()
    press(desk, Qt.Key.Key_1)
    assert "打不开" in said(desk.window)
    assert not page.large.isVisible()
    page.list.select(take(desk, page, outbox / "发票.png"))
    page.list.setFocus()
    press(desk, Qt.Key.Key_3)
    press(desk, Qt.Key.Key_Tab)
    page.show_case(case_of(desk, "沈淑珍").case_id)
    assert (page.small.count(), page.list.rows) == (0, ())  # at once, not when it was read
    desk.settle()
    assert page.list.rows == page.codes.rows == ()
    assert page.small.count() == 0
    assert not page.codes.isVisible()


def test_the_watched_folder_offers_and_never_takes(
    desk: OpenWindow, page: AttachmentsPage, outbox: Path
) -> None:
    now = desk.clock.now().timestamp()
    for age, name in enumerate(("身份证.png", "发票.png")):
        os.utime(outbox / name, (now - age, now - age))
    os.utime(outbox / "病历.pdf", (now - 90_000, now - 90_000))
    page.folder.setFocus()
    page.folder.setText(str(outbox))
    press(desk, Qt.Key.Key_Return)
    assert desk.store.setting(WATCHED) == str(outbox)
    assert [row.text for row in page.offers.rows] == ["身份证.png", "发票.png"]  # not what is old
    assert names(desk) == []
    page.offers.select_first()
    page.offers.setFocus()
    press(desk, Qt.Key.Key_1)
    assert names(desk) == [("身份证.png", "folder")]
    assert (outbox / "身份证.png").exists()
    row = str(outbox / "身份证.png")
    page.offers.select(row)
    click_chip(desk, page.offers, row, "drop")
    assert not (outbox / "身份证.png").exists()
    assert desk.context.files.blobs.place(attachments(case_of(desk, "杨志明"))[0].sha256) == "here"
    row = str(outbox / "发票.png")
    page.offers.select(row)
    click_chip(desk, page.offers, row, "skip")
    assert page.offers.rows == ()
    assert (outbox / "发票.png").exists()
    paper = outbox / "病历.pdf"
    drop(desk, page, paper)
    paper.write_bytes(bytes(paper.stat().st_size))
    now = desk.clock.now().timestamp()
    os.utime(paper, (now, now))
    page.presenter.watch(str(outbox))  # type: ignore[attr-defined]
    desk.settle()
    page.offers.select(str(paper))
    click_chip(desk, page.offers, str(paper), "drop")
    assert paper.exists()
    assert "不一样" in said(desk.window)
    page.folder.setFocus()
    page.folder.setText(str(outbox / "none"))
    press(desk, Qt.Key.Key_Return)
    assert "打不开" in page.offers.rows[0].text


def test_copies_taking_out_and_codes(
    desk: OpenWindow, page: AttachmentsPage, outbox: Path, tmp_path: Path
) -> None:
    paper = outbox / "病历.pdf"
    page.list.select(take(desk, page, paper))
    page.list.setFocus()
    press(desk, Qt.Key.Key_2)
    assert page.copy_path.hasFocus()
    assert "没有加密" in said(page.copy_panel)
    press(desk, Qt.Key.Key_Escape)
    assert not page.copy_panel.isVisible()
    assert desk.window.page_name == "attachments"
    for expected in ("copy.pdf", "copy（2）.pdf"):
        press(desk, Qt.Key.Key_2)
        page.copy_path.setText(str(tmp_path / "copy.pdf"))
        press(desk, Qt.Key.Key_Return)
        assert (tmp_path / expected).read_bytes() == paper.read_bytes()
    press(desk, Qt.Key.Key_2)
    page.copy_path.setText(str(tmp_path / "no" / "folder.pdf"))
    click(desk, page.save)
    assert "写不进去" in said(desk.window)
    page.list.select(take(desk, page, outbox / "病历.pdf"))
    page.list.setFocus()
    press(desk, Qt.Key.Key_4)
    assert names(desk) == []
    take_back(desk)
    assert len(names(desk)) == 1
    assert desk.context.files.blobs.place(attachments(case_of(desk, "杨志明"))[0].sha256) == "here"
    page.list.select(take(desk, page, outbox / "发票.png"))
    page.list.setFocus()
    press(desk, Qt.Key.Key_3)
    assert page.codes.hasFocus()
    press(desk, Qt.Key.Key_1)
    assert "23442000000012345678" in case_of(desk, "杨志明").notes[-1].text
    assert "112.00 元" in case_of(desk, "杨志明").notes[-1].text
    press(desk, Qt.Key.Key_Escape)
    assert not page.codes.isVisible()
    page.list.select(take(desk, page, outbox / "身份证.png"))
    page.list.setFocus()
    press(desk, Qt.Key.Key_3)
    assert not page.codes.isVisible()
    assert "没有认出" in said(desk.window)


def test_everything_fits_and_has_a_name(
    desk: OpenWindow, page: AttachmentsPage, outbox: Path
) -> None:
    take(desk, page, outbox / "发票.png")
    for scale, theme in ((100, ThemeName.LIGHT), (175, ThemeName.DARK)):
        desk.dress(theme, scale)
        page.take_focus()
        page.list.select_first()
        press(desk, Qt.Key.Key_3)
        page.list.setFocus()
        press(desk, Qt.Key.Key_2)
        assert page.copy_path.hasFocus()
        assert nameless(page) == []
        assert clipped(page) == []
        assert outside(page) == []
