"""Block 3, 可能事项: what the words lead to, and what was chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desk_app.core.suggestion import Suggestion
from desk_app.ui.models.rows import Row
from desk_app.ui.presenters.session_presenter import SessionPresenter, SessionState
from desk_app.ui.widgets.basic import Card, button, clear, label
from desk_app.ui.widgets.editor import KeepingLine
from desk_app.ui.widgets.row_list import RowList

LINKED = ("often_together", "follow_up", "prerequisite")
MOST_LINKED = 4


class ItemsBlock(Card):
    """Search line, suggestions with reasons, chosen items, what is often done together."""

    def __init__(self, presenter: SessionPresenter) -> None:
        super().__init__("")
        self._presenter = presenter
        self.head.setText(self.tr("3  可能事项"))
        self.setAccessibleName(self.tr("可能事项"))
        self.search = KeepingLine(
            self.tr("找事项"), self.tr("F6 找事项：名称、拼音首字母，或者居民的话")
        )
        self.search.textEdited.connect(self._look)
        self.search.returnPressed.connect(self._take_first)
        self.body.addWidget(self.search)
        self.list = RowList(self.tr("可能事项，回车或空格选上"), lines=5)
        self.list.pick_on_click()
        self.list.picked.connect(self._pick)
        self.list.toggled.connect(self._pick)
        self.body.addWidget(self.list, 1)
        row = QHBoxLayout()
        self._empty = label(self.tr("写下居民的话，这里会列出可能的事项和理由。"), "second")
        self._more = button(self.tr("再多几个"), presenter.show_more, "quiet")
        row.addWidget(self._empty, 1)
        row.addWidget(self._more)
        self.body.addLayout(row)
        self._chosen_room = QWidget()
        self._chosen = QVBoxLayout(self._chosen_room)
        self._chosen.setContentsMargins(0, 0, 0, 0)
        self._chosen.setSpacing(4)
        self.body.addWidget(self._chosen_room)

    def show_state(self, state: SessionState, *, fresh: bool) -> None:
        """Draw suggestions and chosen items."""
        if fresh:
            self.search.restore("")
        self.show_suggestions(state)
        clear(self._chosen)
        if state.case.items:
            self._chosen.addWidget(
                label(self.tr("已选 %1 项").replace("%1", str(len(state.case.items))), "head")
            )
        for chosen in state.case.items:
            row = QHBoxLayout()
            row.addWidget(label(f"✓ {chosen.name}"), 1)
            row.addWidget(
                button(
                    "✕",
                    partial(self._presenter.drop, chosen.item),
                    "quiet",
                    self.tr("不办了：%1").replace("%1", chosen.name),
                )
            )
            self._chosen.addLayout(row)

    def show_suggestions(self, state: SessionState) -> None:
        """Draw the suggestions and what is often done with the chosen items."""
        chosen = {item.item for item in state.case.items}
        rows = [self._row(s, s.item in chosen) for s in state.suggestions]
        found = {s.item for s in state.suggestions} | chosen
        linked = self._linked(state, found)
        if linked:
            rows += [Row("", self.tr("和已选的有关："), bold=True), *linked]
        self.list.put(rows)
        self.list.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._more.setVisible(len(state.suggestions) >= 5 and not state.more)
        searching = bool(self.search.text().strip())
        self._empty.setText(
            self.tr("没有找到合适的事项，换个说法试试，或者按 F7 看导图。")
            if searching or state.draft is not None
            else self.tr("写下居民的话，这里会列出可能的事项和理由。")
        )

    def _row(self, suggestion: Suggestion, chosen: bool) -> Row:
        pack = self._presenter.pack
        item = pack.items[suggestion.item]
        tag = pack.lines[item.line].short_name
        why = "；".join(why.text for why in suggestion.why[:2])
        mark = "✓" if chosen else "○"
        return Row(
            suggestion.item,
            f"{mark} {item.name}　〔{tag}〕\n      {why}",
            spoken=f"{item.name}，{tag}，{why}",
            bold=chosen,
            tip="\n".join(suggestion.questions),
        )

    def _linked(self, state: SessionState, found: set[str]) -> list[Row]:
        pack = self._presenter.pack
        wanted = [(item, self.tr("检查单里提到")) for item in state.agenda.wanted_items]
        for chosen in state.agenda.items:
            for relation in pack.relations_of(chosen.id):
                other = relation.target if relation.source == chosen.id else relation.source
                # Follow-ups point one way: what comes after, not what this follows.
                if relation.kind in LINKED and (
                    relation.kind != "follow_up" or relation.source == chosen.id
                ):
                    wanted.append(
                        (other, f"{pack.label('relation', relation.kind)}：{relation.reason}")
                    )
        rows: dict[str, Row] = {}
        for item, why in wanted:
            if item not in found and item not in rows and len(rows) < MOST_LINKED:
                name = pack.items[item].name
                rows[item] = Row(item, f"○ {name}\n      {why}", spoken=f"{name}，{why}")
        return list(rows.values())

    def _look(self, text: str) -> None:
        self._presenter.look_for(text)

    def _take_first(self) -> None:
        rows = [row for row in self.list.rows if row.id]
        if rows and self.search.text().strip():
            self._pick(rows[0].id)
            self.list.select(rows[0].id)
            self.list.setFocus()

    def _pick(self, item: str) -> None:
        state = self._presenter.state
        if state is not None and any(chosen.item == item for chosen in state.case.items):
            self._presenter.drop(item)
        else:
            self._presenter.choose(item)
