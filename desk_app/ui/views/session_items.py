"""Block 3, 可能事项: what the words lead to, what belongs together, what was chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent

from desk_app.core.catalogue import Item
from desk_app.core.suggestion import Suggestion
from desk_app.ui.presenters.session_presenter import SessionPresenter
from desk_app.ui.presenters.session_search import why_in_words
from desk_app.ui.presenters.session_state import (
    FEW,
    Link,
    SessionState,
    exclusions,
    links,
    offered,
)
from desk_app.ui.theme import LINE_COLOURS
from desk_app.ui.widgets.basic import Card, label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import Chip, ChipGroup, ChipRow
from desk_app.ui.widgets.prompt_line import CommittedLine

LOOK_PAUSE_MS = 150
MORE = "more"


class SearchLine(CommittedLine):
    """The search box: down goes into the list below."""

    def __init__(self, name: str, hint: str, below: ChipList) -> None:
        super().__init__(name, hint)
        self._below = below

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes to the first row that is no answer yet."""
        if event.key() == Qt.Key.Key_Down and not self.is_composing:
            ids = [row.id for row in self._below.rows if row.id]
            rest = [row for row in ids if not row.startswith("chosen:")] or ids
            if rest:
                self._below.select(rest[0])
                self._below.setFocus()
            return
        super().keyPressEvent(event)


class ItemsBlock(Card):
    """Search line, chosen items, links as boxes to tick, suggestions with their reasons."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("3　可能事项"))
        self.setAccessibleName(self.tr("可能事项"))
        self.list = ChipList(self.tr("可能事项：空格或回车选上，再按一次去掉"))
        self.search = SearchLine(
            self.tr("找事项"), self.tr("F6 找事项：名称、拼音首字母，或者居民的话"), self.list
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(LOOK_PAUSE_MS)
        self._pause.timeout.connect(lambda: presenter.look_for(self.search.text()))
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.entered.connect(self._take_first)
        self.list.chosen.connect(self._turn)
        self.list.pressed.connect(lambda row, _: self._turn(row))
        self._said = label("", "second")
        self.body.addWidget(self.search)
        self.body.addWidget(self._said)
        self.body.addWidget(self.list)
        self._taking = ""

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw everything."""
        if fresh:
            self.search.clear()
            self._pause.stop()
        self.show_suggestions(state)

    def show_suggestions(self, state: SessionState) -> None:
        """Draw the lists; what is typed in the search box decides which."""
        if self._taking and not state.search.query:
            # The first was taken: the box is free for the next search.
            self._taking = ""
            self.search.clear()
            self._pause.stop()
        query = state.search.query
        rows = self._found_rows(state) if query else self._rows(state)
        self.list.put(rows)
        self.list.setVisible(bool(rows))
        said = ""
        if query and state.search.answered and not rows:
            said = self.tr("没有找到。换个说法试试，或者到导图里按条线找。")
        elif not query and not rows:
            said = self.tr("写下居民的话，这里会列出可能的事项和理由。")
        self._said.setText(said)
        self._said.setVisible(bool(said))

    def take_focus(self) -> None:
        """The caret goes to the search box."""
        self.search.setFocus()
        self.search.selectAll()

    def _rows(self, state: SessionState) -> list[ChipRow]:
        rows: list[ChipRow] = []
        chosen = state.case.items
        if chosen:
            rows.append(ChipRow("", self.tr("已选 %1 项").replace("%1", str(len(chosen)))))
        together = links(self._presenter.pack, state)
        linked = {link.item for link in together}
        # A ticked link stays where it was, so that the next one stays under the hand.
        for item in chosen:
            if item.item not in linked:
                rows.append(self._chosen_row(state, item.item, item.name, item.why))
        if together:
            rows.append(ChipRow("", self.tr("有关联的（空格勾选）")))
        rows += [self._link_row(state, link) for link in together]
        fresh = [s for s in offered(state) if all(s.item != link.item for link in together)]
        if fresh:
            words = self.tr("从原话看，还可能是") if chosen else self.tr("从原话看，可能是")
            rows.append(ChipRow("", words))
        rows += [self._found_row(suggestion, chosen=False) for suggestion in fresh]
        if not state.more and len(state.suggestions) > FEW and fresh:
            rows.append(ChipRow(MORE, self.tr("再多看几个"), mark="…", quiet=True))
        return rows

    def _link_row(self, state: SessionState, link: Link) -> ChipRow:
        item = self._presenter.pack.items[link.item]
        kind = self.tr("检查单提到") if link.kind == "step" else self._kind(link.kind)
        return ChipRow(
            f"link:{link.item}",
            item.name,
            mark="■" if link.chosen else "□",
            tone="ok" if link.chosen else "",
            tag=self._presenter.pack.lines[item.line].short_name,
            tag_colour=LINE_COLOURS.get(item.line, ""),
            status=self.tr("已选") if link.chosen else "",
            detail=f"{kind}：{link.reason}" if link.reason else kind,
            news=self._warnings(state, link.item) if link.chosen else (),
            groups=_hint(item),
        )

    def _warnings(self, state: SessionState, item_id: str) -> tuple[str, ...]:
        words = self.tr("和“%1”不能同时办：%2")
        return tuple(
            words.replace("%1", other).replace("%2", relation.reason)
            for other, relation in exclusions(self._presenter.pack, state, item_id)
        )

    def _chosen_row(self, state: SessionState, item_id: str, name: str, why: str) -> ChipRow:
        pack = self._presenter.pack
        item = pack.items.get(item_id)
        return ChipRow(
            f"chosen:{item_id}",
            name,
            mark="✓",
            tone="ok",
            tag=pack.lines[item.line].short_name if item else "",
            tag_colour=LINE_COLOURS.get(item.line, "") if item else "",
            detail=why,
            news=self._warnings(state, item_id),
            chips=(Chip("drop", "×"),),
            groups=_hint(item),
            spoken=self.tr("已选 %1，回车去掉").replace("%1", name),
        )

    def _found_rows(self, state: SessionState) -> list[ChipRow]:
        chosen = {item.item for item in state.case.items}
        shown = state.search.found[: len(state.search.found) if state.more else FEW]
        rows = [self._found_row(found, chosen=found.item in chosen) for found in shown]
        if len(state.search.found) > len(shown):
            rows.append(ChipRow(MORE, self.tr("再多看几个"), mark="…", quiet=True))
        return rows

    def _found_row(self, suggestion: Suggestion, *, chosen: bool) -> ChipRow:
        pack = self._presenter.pack
        item = pack.items[suggestion.item]
        return ChipRow(
            f"item:{item.id}",
            item.name,
            mark="✓" if chosen else "○",
            tone="ok" if chosen else "",
            tag=pack.lines[item.line].short_name,
            tag_colour=LINE_COLOURS.get(item.line, ""),
            status=self.tr("已选") if chosen else "",
            detail=why_in_words(suggestion),
            groups=_hint(item),
        )

    def _kind(self, kind: str) -> str:
        return {
            "needs_first": self.tr("要先办"),
            "often_together": self.tr("常一起办"),
            "follow_up": self.tr("办完接着办"),
            "opens_way_to": self.tr("办好才能办"),
        }.get(kind, kind)

    def _take_first(self, text: str) -> None:
        if text.strip():
            self._pause.stop()
            self._taking = text
            self._presenter.take_first(text)

    def _turn(self, row: str) -> None:
        if row == MORE:
            self._presenter.show_more()
            return
        item = row.partition(":")[2]
        state = self._presenter.state
        if state is not None and any(chosen.item == item for chosen in state.case.items):
            self._presenter.drop(item)
        else:
            self._presenter.choose(item, self._link_reason(row))

    def _link_reason(self, row: str) -> str:
        if not row.startswith("link:"):
            return ""
        return next((shown.detail for shown in self._shown() if shown.id == row), "")

    def _shown(self) -> list[ChipRow]:
        return [row for row in self.list.rows if isinstance(row, ChipRow)]


def _hint(item: Item | None) -> tuple[ChipGroup, ...]:
    """What the item does not cover, shown while its row is the current one."""
    return (ChipGroup(item.out_of_scope_hint),) if item and item.out_of_scope_hint else ()
