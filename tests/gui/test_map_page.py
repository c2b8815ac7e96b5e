"""The map: everything can be found, read, followed and taken, by keys and by mouse."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desk_app.content.pinyin import readings
from desk_app.ui.models.map_model import MapModel, items_of
from desk_app.ui.presenters.map_details import NOT_CHECKED, event_details, item_details
from desk_app.ui.presenters.map_tree import EVENTS, ITEM, LINE, MapTree
from desk_app.ui.theme import SCALES, ThemeName
from desk_app.ui.views.map_page import MapPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.typing_in import commit_text, compose_text

FUNERAL = "hrss.funeral-grant-uninsured"


@pytest.fixture
def page(desk: OpenWindow) -> MapPage:
    made = desk.show_page("map")
    assert isinstance(made, MapPage)
    return made


def press(
    desk: OpenWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    target = desk.window.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, modifier)
    desk.settle()


def look_for(desk: OpenWindow, page: MapPage, words: str) -> None:
    before = page.presenter.query
    commit_text(page.filter, words)
    desk.wait(lambda: page.presenter.query != before, "the pause after typing")
    desk.settle()


def current(page: MapPage) -> str:
    node = page.model.node(page.tree.currentIndex())
    return node.id if node else ""


def shown_title(page: MapPage) -> str:
    return page._name.text()  # noqa: SLF001 - what is seen


def test_the_tree_holds_every_line_item_and_life_event_once(desk: OpenWindow) -> None:
    pack = desk.pack
    nodes = MapTree(pack, readings).nodes()
    lines = [node for node in nodes if node.kind == LINE]
    assert [node.id for node in lines] == list(pack.lines)
    assert sorted(node.id for node in items_of(tuple(lines))) == sorted(pack.items)
    (events,) = [node for node in nodes if node.kind == EVENTS]
    assert [node.id for node in events.children] == list(pack.events)
    assert sum(node.count for node in lines) == len(pack.items)


def test_the_model_is_sound_for_qt(desk: OpenWindow, page: MapPage) -> None:
    model = MapModel(page._tag)  # noqa: SLF001
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tree = MapTree(desk.pack, readings)
    for query in ("", "丧葬", "zzzz", ""):
        model.put(tree.nodes(query))
    assert tester.model() is model


@pytest.mark.parametrize("typed", ["丧葬补贴", "szbt", "sangzang", "无丧葬补助居民丧葬补贴申领"])
def test_an_item_is_found_by_words_pinyin_and_initials(
    desk: OpenWindow, page: MapPage, typed: str
) -> None:
    look_for(desk, page, typed)
    assert FUNERAL in [node.id for node in items_of(page.model.top)]
    assert current(page)


def test_a_line_is_found_whole_by_its_name(desk: OpenWindow) -> None:
    found = {node.id for node in items_of(MapTree(desk.pack, readings).nodes("工会"))}
    assert {item.id for item in desk.pack.items.values() if item.line == "union"} <= found


def test_a_residents_words_find_the_life_event(desk: OpenWindow) -> None:
    event = next(iter(desk.pack.events.values()))
    nodes = MapTree(desk.pack, readings).nodes(event.phrases[0])
    found = [child.id for node in nodes if node.kind == EVENTS for child in node.children]
    assert event.id in found


def test_nothing_found_says_what_to_do_next(desk: OpenWindow, page: MapPage) -> None:
    look_for(desk, page, "火星移民")
    assert page.model.top == ()
    assert "换个说法" in page._found.text()  # noqa: SLF001


def test_by_keys_alone_an_item_is_found_and_taken_into_the_case(
    desk: OpenWindow, page: MapPage
) -> None:
    """F7, letters, Enter, Enter: the second Enter takes."""
    assert desk.window.focusWidget() is page.filter
    QTest.keyClicks(page.filter, "wszbzjmszbt")
    press(desk, Qt.Key.Key_Return)  # before the pause is over: it looks at once
    assert current(page) == FUNERAL
    assert desk.store.count_cases() == 4
    press(desk, Qt.Key.Key_Return)
    taken = [item.item for row in desk.store.cases() for item in desk.store.case(row.case_id).items]
    assert desk.window.page_name == "session"
    assert FUNERAL in taken


def test_a_double_click_takes_and_a_single_click_only_explains(
    desk: OpenWindow, page: MapPage
) -> None:
    page.show_item(FUNERAL)
    desk.settle()
    index = page.model.index_of(f"{ITEM} {FUNERAL}")
    place = page.tree.visualRect(index).center()
    QTest.mouseClick(page.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.settle()
    assert desk.window.page_name == "map"
    assert shown_title(page) == desk.pack.items[FUNERAL].name
    QTest.mouseDClick(page.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.settle()
    assert desk.window.page_name == "session"


def test_enter_opens_and_closes_what_is_no_item(desk: OpenWindow, page: MapPage) -> None:
    page.tree.setFocus()
    line = page.model.index_of(f"{LINE} medical")
    page.tree.setCurrentIndex(line)
    press(desk, Qt.Key.Key_Return)
    assert page.tree.isExpanded(line)
    press(desk, Qt.Key.Key_Return)
    assert not page.tree.isExpanded(line)
    assert desk.window.page_name == "map"


def test_composing_filters_nothing_and_takes_nothing(desk: OpenWindow, page: MapPage) -> None:
    whole = page.model.top
    compose_text(page.filter, "sang")
    assert not page._pause.isActive()  # noqa: SLF001 - nothing is on its way either
    assert page.model.top == whole
    compose_text(page.filter, "")
    look_for(desk, page, "丧葬")
    assert page.model.top != whole
    assert desk.window.page_name == "map"


def test_an_item_is_explained_with_its_links_papers_and_trust(desk: OpenWindow) -> None:
    details = item_details(desk.pack, desk.pack.items["civil.cremation-cert-reissue"])
    heads = [section.head for section in details.sections]
    assert {"谁可以办", "材料", "在哪办、多少天", "先问清", "检查单"} <= set(heads)
    assert details.path.startswith("民政")
    assert NOT_CHECKED in details.trust
    assert not details.checked


def test_every_item_and_event_can_be_explained_and_every_link_leads_somewhere(
    desk: OpenWindow,
) -> None:
    pack = desk.pack
    every = [item_details(pack, item) for item in pack.items.values()]
    every += [event_details(pack, event) for event in pack.events.values()]
    for details in every:
        assert details.title
        assert details.trust
        for section in details.sections:
            assert section.lines
            for line in section.lines:
                assert line.text
                assert not line.link or line.link in pack.items


def test_a_link_is_followed_by_mouse_and_the_way_back_by_key(
    desk: OpenWindow, page: MapPage
) -> None:
    page.show_item(FUNERAL)
    desk.settle()
    linked = next(
        line.link
        for section in item_details(desk.pack, desk.pack.items[FUNERAL]).sections
        for line in section.lines
        if line.link
    )
    spot = _link_spot(page, linked)
    QTest.mouseClick(page.text.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    desk.settle()
    assert current(page) == linked
    assert shown_title(page) == desk.pack.items[linked].name
    press(desk, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert current(page) == FUNERAL
    assert not page.back.isEnabled()


def _link_spot(page: MapPage, item: str) -> QPoint:
    view = page.text.viewport()
    for y in range(0, view.height(), 6):
        for x in range(0, view.width(), 12):
            if page.text.anchorAt(QPoint(x, y)) == f"item:{item}":
                return QPoint(x, y)
    raise AssertionError(f"no link to {item} in sight")


def test_a_link_out_of_the_filter_shows_the_whole_tree_again(
    desk: OpenWindow, page: MapPage
) -> None:
    look_for(desk, page, "丧葬")
    page.show_item("police.residence-register")
    assert current(page) == "police.residence-register"
    assert page.filter.text() == ""


def test_every_line_wears_a_tag_of_its_own(desk: OpenWindow, page: MapPage) -> None:
    images = [page._tag(line).toImage() for line in desk.pack.lines]  # noqa: SLF001
    assert len({bytes(image.constBits()) for image in images}) == len(desk.pack.lines)
    for line in desk.pack.lines.values():
        assert len(line.short_name) == 2


def test_the_details_fetch_nothing_and_follow_only_items(desk: OpenWindow, page: MapPage) -> None:
    page.show_item(FUNERAL)
    desk.settle()
    for address in ("file:///etc/hostname", "http://127.0.0.1/x"):
        assert page.text.loadResource(2, QUrl(address)) is None
        page.text.anchorClicked.emit(QUrl(address))
        desk.settle()
    assert current(page) == FUNERAL
    assert shown_title(page) == desk.pack.items[FUNERAL].name


def test_filtering_does_not_keep_the_typist_waiting(desk: OpenWindow) -> None:
    tree = MapTree(desk.pack, readings)
    tree.nodes("y")  # reads all names out, once
    begun = time.perf_counter()
    for typed in ("szbt", "yiliaobx", "报销", "e"):
        tree.nodes(typed)
    assert (time.perf_counter() - begun) / 4 < 0.15  # the budget of a search


@pytest.mark.parametrize(
    ("scale", "size"), [*((scale, (1366, 768)) for scale in SCALES), (175, (1280, 720))]
)
def test_nothing_is_clipped_at_any_scale(
    desk: OpenWindow, page: MapPage, scale: int, size: tuple[int, int]
) -> None:
    desk.window.resize(*size)
    desk.dress(ThemeName.LIGHT, scale)
    page.show_item("medical.reimburse-outpatient")
    desk.settle()
    assert clipped(desk.window) == []
    assert outside(desk.window) == []
    assert nameless(page) == []
    assert (desk.window.width(), desk.window.height()) == size
