"""The paper page: exact pictures, and the three ways out of the desk, by keys and by mouse."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdf
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desk_app.core.errors import EnvironmentProblem
from desk_app.core.fold import MaterialMark
from desk_app.printing.preview import render_page
from desk_app.services.casework import Ending
from desk_app.services.paper import EXPLANATION, MATERIAL_SHEET, PRINT_LATER
from desk_app.ui.theme import SCALES, ThemeName
from desk_app.ui.views.paper_page import PaperPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.typing_in import compose_text
from tests.helpers.ui_desk import FakePrinter

CTRL = Qt.KeyboardModifier.ControlModifier


def case_of(desk: OpenWindow, resident: str) -> str:
    return next(row.case_id for row in desk.store.cases() if row.resident == resident)


@pytest.fixture
def page(desk: OpenWindow) -> PaperPage:
    """The paper of 沈女士 with two printers in the house."""
    desk.room.printers[:] = [FakePrinter("前台", is_default=True), FakePrinter("里间")]
    case = case_of(desk, "沈淑珍")
    desk.casework.mark_materials(
        case, {"id-card": MaterialMark("in_hand"), "cremation-cert": MaterialMark("missing")}
    )
    return open_paper(desk, case)


def open_paper(desk: OpenWindow, case: str) -> PaperPage:
    desk.context.shell.open_paper(case)
    desk.settle()
    made = desk.window.page("paper")
    assert isinstance(made, PaperPage)
    return made


def press(
    desk: OpenWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    target = desk.window.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, modifier)
    desk.settle()


def click(desk: OpenWindow, widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    desk.settle()


def made_papers(desk: OpenWindow, page: PaperPage) -> list[tuple[object, object]]:
    assert page.presenter.state is not None
    case = desk.store.case(page.presenter.state.case.case_id)
    return [(paper.body["how"], paper.body["size"]) for paper in case.papers]


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    return "".join(p.extract_text() for p in pypdf.PdfReader(path).pages)


def test_enter_prints_what_the_preview_shows_on_the_default_printer(
    desk: OpenWindow, page: PaperPage
) -> None:
    assert page.presenter.state is not None
    shown = page.presenter.state.printed
    assert shown is not None
    asked: list[int] = []
    page.preview.wanted.connect(asked.append)
    page.preview.ask()
    desk.settle()
    picture = page.preview._picture  # noqa: SLF001 - what is seen
    press(desk, Qt.Key.Key_Return)
    ((pdf, printer),) = desk.room.sent
    assert (pdf, printer) == (shown.pdf, "前台")
    assert made_papers(desk, page) == [("print", 18)]
    assert render_page(pdf, 0, asked[0]) == picture
    assert "前台" in page.notice.text


def test_the_journal_keeps_the_fingerprint_of_what_was_printed(
    desk: OpenWindow, page: PaperPage
) -> None:
    press(desk, Qt.Key.Key_Return)
    assert page.presenter.state is not None
    (paper,) = desk.store.case(page.presenter.state.case.case_id).papers
    assert paper.body["sha256"] == hashlib.sha256(desk.room.sent[0][0]).hexdigest()


@pytest.mark.usefixtures("page")
def test_printing_again_is_a_reprint_and_says_so(desk: OpenWindow, tmp_path: Path) -> None:
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Return)
    first, second = (text_of(pdf, tmp_path) for pdf, _ in desk.room.sent)
    assert "补打" not in first
    assert "补打第 1 次" in second


@pytest.mark.parametrize(
    ("key", "size"), [(Qt.Key.Key_1, 16), (Qt.Key.Key_2, 18), (Qt.Key.Key_3, 22)]
)
def test_one_key_chooses_a_size(desk: OpenWindow, page: PaperPage, key: Qt.Key, size: int) -> None:
    press(desk, key)
    press(desk, Qt.Key.Key_Return)
    assert made_papers(desk, page) == [("print", size)]


def test_the_mouse_chooses_size_printer_and_prints(desk: OpenWindow, page: PaperPage) -> None:
    chips = {made.text(): made for made in page.findChildren(QPushButton) if made.isVisible()}
    click(desk, chips["22 磅"])
    click(desk, chips["里间"])
    click(desk, page.print_button)
    assert [printer for _, printer in desk.room.sent] == ["里间"]
    assert made_papers(desk, page) == [("print", 22)]


def test_a_need_for_large_print_begins_with_the_largest(desk: OpenWindow, page: PaperPage) -> None:
    assert page.presenter.state is not None
    assert page.presenter.state.size == 18
    other = case_of(desk, "陈桂英")
    desk.casework.set_need(other, "large_print", True)
    state = open_paper(desk, other).presenter.state
    assert state is not None
    assert state.size == 22


def test_pages_turn_by_key_and_stop_at_the_ends(desk: OpenWindow, page: PaperPage) -> None:
    press(desk, Qt.Key.Key_3)
    state = page.presenter.state
    assert state is not None
    assert state.pages > 1
    press(desk, Qt.Key.Key_PageUp)
    pictures = []
    for _ in range(state.pages + 1):
        pictures.append(page.preview._page.pixmap().toImage())  # noqa: SLF001 - what is seen
        press(desk, Qt.Key.Key_PageDown)
    now = page.presenter.state
    assert now is not None
    assert now.page == state.pages - 1
    assert pictures[0] != pictures[1]
    assert not page.after.isEnabled()


def is_sharp(page: PaperPage) -> bool:
    seen = page.preview._page  # noqa: SLF001
    return bool(seen.pixmap().size() == seen.size() * seen.pixmap().devicePixelRatio())


def test_the_picture_is_as_sharp_as_the_screen(desk: OpenWindow, page: PaperPage) -> None:
    assert is_sharp(page)
    pixmap = page.preview._page.pixmap()  # noqa: SLF001
    press(desk, Qt.Key.Key_0)
    wider = page.preview.picture_size[0]
    assert wider > pixmap.width()
    press(desk, Qt.Key.Key_0)
    assert page.preview.picture_size[0] == pixmap.width()


def test_saving_asks_in_the_page_and_enter_saves_without_printing(
    desk: OpenWindow, page: PaperPage, tmp_path: Path
) -> None:
    press(desk, Qt.Key.Key_S, CTRL)
    assert "沈" not in page.saving.line.text()
    assert page.saving.line.text().endswith(f"材料单-{page._number.text()}.pdf")  # noqa: SLF001
    page.saving.line.setText(str(tmp_path / "单子"))
    press(desk, Qt.Key.Key_Return)
    assert desk.room.sent == []
    assert made_papers(desk, page) == [("pdf", 18)]
    saved = tmp_path / "单子.pdf"
    assert "沈女士" in text_of(saved.read_bytes(), tmp_path)
    assert saved.stat().st_mode & 0o077 == 0
    assert not page.saving.isVisible()


def test_a_file_that_is_there_is_never_written_over(
    desk: OpenWindow, page: PaperPage, tmp_path: Path
) -> None:
    (tmp_path / "单子.pdf").write_bytes(b"precious")
    press(desk, Qt.Key.Key_S, CTRL)
    page.saving.line.setText(str(tmp_path / "单子.pdf"))
    press(desk, Qt.Key.Key_Return)
    assert (tmp_path / "单子.pdf").read_bytes() == b"precious"
    assert (tmp_path / "单子（2）.pdf").read_bytes().startswith(b"%PDF-")


def test_a_place_that_cannot_be_written_is_said_in_the_page_and_nothing_is_noted(
    desk: OpenWindow, page: PaperPage, tmp_path: Path
) -> None:
    press(desk, Qt.Key.Key_S, CTRL)
    page.saving.line.setText(str(tmp_path / "nowhere" / "单子.pdf"))
    press(desk, Qt.Key.Key_Return)
    assert "存不到" in page.notice.text
    assert made_papers(desk, page) == []
    assert page.saving.isVisible()  # to type another place


def test_printing_later_leaves_a_promise_and_not_a_line_on_the_paper(
    desk: OpenWindow, page: PaperPage, tmp_path: Path
) -> None:
    press(desk, Qt.Key.Key_D, CTRL)
    assert made_papers(desk, page) == [("queue", 18)]
    assert PRINT_LATER in [row.what for row in desk.store.promises()]
    press(desk, Qt.Key.Key_Return)
    assert PRINT_LATER not in text_of(desk.room.sent[0][0], tmp_path)
    assert PRINT_LATER not in [row.what for row in desk.store.promises()]


def test_a_printer_that_refuses_is_said_in_the_page_and_nothing_is_noted(
    desk: OpenWindow, page: PaperPage
) -> None:
    desk.room.broken = EnvironmentProblem("打印机卡纸。", press="可以存为 PDF。")
    press(desk, Qt.Key.Key_Return)
    assert "打印机卡纸。" in page.notice.text
    assert made_papers(desk, page) == []
    assert page.save_button.isEnabled()
    desk.room.broken = None
    press(desk, Qt.Key.Key_Return)
    assert made_papers(desk, page) == [("print", 18)]


def test_without_a_printer_enter_says_what_else_can_be_done(desk: OpenWindow) -> None:
    page = open_paper(desk, case_of(desk, "沈淑珍"))
    press(desk, Qt.Key.Key_Return)
    assert "没有找到打印机" in page.notice.text
    assert made_papers(desk, page) == []


def test_enter_on_a_button_presses_that_button_and_prints_nothing(
    desk: OpenWindow, page: PaperPage
) -> None:
    page.save_button.setFocus()
    press(desk, Qt.Key.Key_Return)
    assert page.saving.isVisible()
    assert desk.room.sent == []


def test_a_held_or_hasty_enter_prints_once(desk: OpenWindow, page: PaperPage) -> None:
    for _ in range(3):
        QTest.keyPress(page.preview, Qt.Key.Key_Return)
    desk.settle()
    for _ in range(3):
        held = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", True
        )
        QApplication.sendEvent(page.preview, held)
        desk.settle()
    assert len(desk.room.sent) == 1


def test_a_key_in_the_middle_of_composing_prints_nothing(desk: OpenWindow, page: PaperPage) -> None:
    press(desk, Qt.Key.Key_S, CTRL)
    compose_text(page.saving.line, "dan")
    desk.settle()
    assert desk.room.sent == []
    assert made_papers(desk, page) == []
    compose_text(page.saving.line, "")


def test_a_case_that_cannot_be_done_gets_its_explanation(desk: OpenWindow, tmp_path: Path) -> None:
    desk.room.printers[:] = [FakePrinter("前台", is_default=True)]
    case = case_of(desk, "陈桂英")
    ending = Ending(
        reasons=("M03",), explanation="超过了报销期限", basis="某办法", next_door="街道救助所"
    )
    desk.casework.close_case(case, "infeasible", ending)
    page = open_paper(desk, case)
    assert page.paper.value == EXPLANATION
    press(desk, Qt.Key.Key_Return)
    text = text_of(desk.room.sent[0][0], tmp_path)
    assert "超过了报销期限" in text
    assert "街道救助所" in text
    chips = {made.text(): made for made in page.findChildren(QPushButton)}
    click(desk, chips["材料单"])
    assert page.presenter.state is not None
    assert page.presenter.state.name.paper == MATERIAL_SHEET


def test_contacts_nobody_verified_are_named_on_the_screen_and_not_printed(
    desk: OpenWindow, page: PaperPage, tmp_path: Path
) -> None:
    assert "殡仪馆" in page.unverified.text()
    press(desk, Qt.Key.Key_Return)
    text = text_of(desk.room.sent[0][0], tmp_path)
    assert "0000" not in text
    assert "310106194903121012" not in text
    assert "13900001234" not in text


def test_the_paper_of_another_case_leaves_nothing_of_the_last_one(
    desk: OpenWindow, page: PaperPage
) -> None:
    assert page.preview.picture_size != (0, 0)
    page.show_case(case_of(desk, "陈桂英"))
    assert page.preview._page.pixmap().isNull()  # noqa: SLF001
    desk.settle()
    assert page.preview.picture_size != (0, 0)


def test_what_changed_in_the_session_is_on_the_paper_when_the_page_comes_up(
    desk: OpenWindow, page: PaperPage
) -> None:
    assert page.presenter.state is not None
    case = page.presenter.state.case.case_id
    desk.window.go("today")
    desk.casework.mark_material(case, "cremation-cert", MaterialMark("in_hand"))
    open_paper(desk, case)
    assert "火葬场开的火化证" in page.presenter.state.sheet.in_hand


def test_the_screen_reader_gets_the_sheet_in_words(page: PaperPage) -> None:
    words = page.preview.accessibleDescription()
    assert "要带：火葬场开的火化证" in words
    assert "第 1 页" in page.preview.accessibleName()


@pytest.mark.parametrize(
    ("scale", "size"), [*((scale, (1366, 768)) for scale in SCALES), (175, (1280, 720))]
)
def test_nothing_is_clipped_at_any_scale(
    desk: OpenWindow, page: PaperPage, scale: int, size: tuple[int, int]
) -> None:
    desk.window.resize(*size)
    desk.dress(ThemeName.LIGHT, scale)
    page._open_saving()  # noqa: SLF001 - the fullest state of the page
    page.say_no_printer()
    desk.wait(lambda: is_sharp(page), "a picture of the new size")
    desk.settle()
    assert clipped(desk.window) == []
    assert outside(desk.window) == []
    assert nameless(page) == []
    assert (desk.window.width(), desk.window.height()) == size


def test_the_page_is_a_page_of_paper_in_every_look(desk: OpenWindow, page: PaperPage) -> None:
    for look in ThemeName:
        desk.dress(look)
        image: QImage = page.preview._page.pixmap().toImage()  # noqa: SLF001
        assert image.pixelColor(3, 3).lightness() == 255
    assert QApplication.activeModalWidget() is None
