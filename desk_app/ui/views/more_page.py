"""更多: how the window looks, what the papers say of it, and what this program is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

import desk_app
from desk_app.core.ports import StoreHealth
from desk_app.services.settings import OFFICER_NAME, SCALE, THEME, WINDOW_PHONE
from desk_app.ui.context import UiContext
from desk_app.ui.theme import SCALES, Theme, ThemeName
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, button, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingLine

SHORTCUTS = (
    ("F2", "新接待"),
    ("F4", "检查单"),
    ("F6", "找事项"),
    ("F7", "关联导图"),
    ("F9", "遮挡"),
    ("Ctrl+K", "找人、找事、找命令"),
    ("Ctrl+P", "材料单"),
    ("Ctrl+回车", "结束接待"),
    ("Alt+1 … 6", "卡在哪；结束时选结果"),
    ("1 2 3 4 0", "检查单里：有或完成、缺、不适用、问清或进行中、未看"),
    ("Ctrl+Z", "撤回刚才这一步（在字里是撤字）"),
    ("Ctrl++  Ctrl+-", "字大一点、小一点"),
    ("Esc", "回上一层，字不会丢"),
)


class MorePage(Page):
    """Settings and facts about the program."""

    def __init__(
        self, context: UiContext, theme: Theme, choose_theme: Callable[[Theme], object]
    ) -> None:
        super().__init__("")
        self.title = self.tr("更多")
        self.setAccessibleName(self.title)
        self._context = context
        self._theme = theme
        self._choose_theme = choose_theme
        self.column.addWidget(label(self.title, "title"))
        room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        for card in (self._look(), self._papers(), self._keys(), self._about()):
            column.addWidget(card)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(room)
        self.column.addWidget(area, 1)

    def come_up(self) -> None:
        """Read the settings."""
        store = self._context.store

        def read() -> tuple[str, str]:
            return store.setting(OFFICER_NAME), store.setting(WINDOW_PHONE)

        def shown(found: tuple[str, str]) -> None:
            self._officer.restore(found[0])
            self._phone.restore(found[1])

        self._context.runner.store(read, shown)

    def take_focus(self) -> None:
        """The first choice."""
        self._looks.setFocus()

    def show_theme(self, theme: Theme) -> None:
        """The look was changed elsewhere."""
        self._theme = theme
        self._looks.show_value(theme.name.value)
        self._scales.show_value(str(theme.scale))

    def _look(self) -> Card:
        card = Card(self.tr("样子"))
        self._looks = ChoiceRow(
            self.tr("颜色"),
            [
                (ThemeName.LIGHT.value, self.tr("暖纸")),
                (ThemeName.DARK.value, self.tr("深色")),
                (ThemeName.DIM.value, self.tr("床边（暗）")),
                (ThemeName.CONTRAST.value, self.tr("高对比")),
            ],
        )
        self._looks.chosen.connect(self._look_chosen)
        self._scales = ChoiceRow(self.tr("大小"), [(str(s), f"{s}%") for s in SCALES])
        self._scales.chosen.connect(self._scale_chosen)
        card.body.addWidget(self._looks)
        card.body.addWidget(self._scales)
        self.show_theme(self._theme)
        return card

    def _papers(self) -> Card:
        card = Card(self.tr("单子上写的"))
        self._officer = KeepingLine(self.tr("经办人"), self.tr("单子上的经办人，如 李"))
        self._phone = KeepingLine(self.tr("窗口电话"), self.tr("窗口电话，印在每张单子下面"))
        self._officer.settled.connect(lambda text: self._keep(OFFICER_NAME, text))
        self._phone.settled.connect(lambda text: self._keep(WINDOW_PHONE, text))
        card.body.addWidget(self._officer)
        card.body.addWidget(self._phone)
        return card

    def _keys(self) -> Card:
        card = Card(self.tr("按键"))
        card.body.addWidget(label("\n".join(f"{key}　{what}" for key, what in SHORTCUTS)))
        return card

    def _about(self) -> Card:
        card = Card(self.tr("这个程序"))
        pack = self._context.pack
        lines = [
            f"desk-app {desk_app.__version__}　Qt {qVersion()}",
            self.tr("内容包 %1：%2 个事项，%3 种材料。启用前请业务骨干逐条核对。")
            .replace("%1", pack.version)
            .replace("%2", str(len(pack.items)))
            .replace("%3", str(len(pack.materials))),
        ]
        self._health = label("\n".join(lines), "second")
        card.body.addWidget(self._health)
        card.body.addWidget(button(self.tr("检查资料"), self._check))
        return card

    def _check(self) -> None:
        def shown(health: StoreHealth) -> None:
            state = self.tr("有问题，请找管理员") if health.problems else self.tr("完好")
            words = self.tr("资料%1：%2 件，%3 条记录").replace("%1", state)
            words = words.replace("%2", str(health.cases)).replace("%3", str(health.entries))
            self._context.shell.toast(words)

        self._context.runner.store(self._context.store.health, shown)

    def _keep(self, name: str, value: str) -> None:
        store, shell = self._context.store, self._context.shell
        self._context.runner.store(
            lambda: store.save_setting(name, value.strip()), lambda _: shell.saved()
        )

    def _look_chosen(self, value: str) -> None:
        self._choose(Theme(ThemeName(value or self._theme.name.value), self._theme.scale))

    def _scale_chosen(self, value: str) -> None:
        self._choose(Theme(self._theme.name, int(value or self._theme.scale)))

    def _choose(self, theme: Theme) -> None:
        self.show_theme(theme)
        self._choose_theme(theme)
        self._keep(THEME, theme.name.value)
        self._keep(SCALE, str(theme.scale))
