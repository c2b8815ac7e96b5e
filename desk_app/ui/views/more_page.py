"""更多: how the window looks, what the papers say of it, and what this program is."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

import desk_app
from desk_app.core.ports import StoreHealth
from desk_app.services.settings import OFFICER_NAME, SCALE, THEME, WINDOW_PHONE
from desk_app.ui.context import UiContext
from desk_app.ui.theme import SCALES, Theme, ThemeName
from desk_app.ui.views.page import Page
from desk_app.ui.widgets.basic import Card, FlowLayout, button, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import KeepingLine
from desk_app.ui.widgets.notices import Notice
from desk_app.ui.widgets.side_by_side import SideBySide, scrolled


class MorePage(Page):
    """Settings and facts about the program.

    Args:
        choose_theme: changes the look at once.
        show_keys: opens the sheet of keys.
    """

    def __init__(
        self,
        context: UiContext,
        theme: Theme,
        choose_theme: Callable[[Theme], object],
        show_keys: Callable[[], object],
    ) -> None:
        super().__init__("")
        self.title = self.tr("更多")
        self.setAccessibleName(self.title)
        self._context = context
        self._theme = theme
        self._choose_theme = choose_theme
        self._health: StoreHealth | None = None
        self.column.addWidget(label(self.title, "title"))
        self.columns = SideBySide(
            [(self._make_look(), self._make_keys(show_keys)), (self._make_papers(), self._about())]
        )
        self.column.addWidget(scrolled(self.columns), 1)

    def come_up(self) -> None:
        """Read the settings."""
        store = self._context.store

        def read() -> tuple[str, str]:
            return store.setting(OFFICER_NAME), store.setting(WINDOW_PHONE)

        def shown(found: tuple[str, str]) -> None:
            self.officer.restore(found[0])
            self.phone.restore(found[1])

        self._context.runner.store(read, shown)

    def take_focus(self) -> None:
        """The first choice."""
        self.looks.setFocus()

    def settle(self) -> None:
        """What is typed is kept."""
        self.officer.settle()
        self.phone.settle()

    def show_theme(self, theme: Theme) -> None:
        """The look was changed elsewhere."""
        self._theme = theme
        self.looks.show_value(theme.name.value)
        self.scales.show_value(str(theme.scale))

    def _make_look(self) -> Card:
        card = Card(self.tr("样子"))
        self.looks = ChoiceRow(
            self.tr("颜色"),
            [
                (ThemeName.LIGHT.value, self.tr("暖纸")),
                (ThemeName.DARK.value, self.tr("深色")),
                (ThemeName.DIM.value, self.tr("床边（暗）")),
                (ThemeName.CONTRAST.value, self.tr("高对比")),
            ],
        )
        self.looks.chosen.connect(self._look_chosen)
        self.scales = ChoiceRow(self.tr("大小"), [(str(s), f"{s}%") for s in SCALES])
        self.scales.chosen.connect(self._scale_chosen)
        card.body.addWidget(self.looks)
        card.body.addWidget(self.scales)
        card.body.addWidget(label(self.tr("Ctrl++ 和 Ctrl+- 随时可以变大变小。"), "muted"))
        self.show_theme(self._theme)
        return card

    def _make_papers(self) -> Card:
        card = Card(self.tr("单子上写的"))
        self.officer = KeepingLine(self.tr("经办人"), self.tr("如 李"))
        self.phone = KeepingLine(self.tr("窗口电话"), self.tr("印在每张单子下面，居民好打回来"))
        for line, setting in ((self.officer, OFFICER_NAME), (self.phone, WINDOW_PHONE)):
            line.settled.connect(partial(self._keep, setting))
            name = label(line.accessibleName(), "second", wrap=False)
            name.setBuddy(line)
            card.body.addWidget(name)
            card.body.addWidget(line)
        return card

    def _make_keys(self, show_keys: Callable[[], object]) -> Card:
        card = Card(self.tr("按键"))
        card.body.addWidget(
            label(self.tr("每件事都能只用键盘，也能只用鼠标。F6 换一块，F9 遮挡，Esc 回上一层。"))
        )
        card.body.addWidget(_row(button(self.tr("看所有按键 Ctrl+/"), show_keys)))
        return card

    def _about(self) -> Card:
        card = Card(self.tr("这个程序"))
        pack = self._context.pack
        lines = [
            self.tr("跨前一步 %1").replace("%1", desk_app.__version__),
            self.tr("内容包 %1：%2 个事项，%3 种材料。启用前请业务骨干逐条核对。")
            .replace("%1", pack.version)
            .replace("%2", str(len(pack.items)))
            .replace("%3", str(len(pack.materials))),
            self.tr("资料加密存在本机；到没到中心，看窗口最下面一行。"),
        ]
        for line in lines:
            card.body.addWidget(label(line, "second"))
        self.check_button = button(self.tr("检查资料"), self._check)
        self.copy_button = button(self.tr("复制诊断信息"), self._copy)
        card.body.addWidget(_row(self.check_button, self.copy_button))
        self.found = Notice()
        card.body.addWidget(self.found)
        return card

    def _check(self) -> None:
        self.check_button.setEnabled(False)

        def shown(health: StoreHealth) -> None:
            self._health = health
            self.check_button.setEnabled(True)
            if health.problems:
                problems = "\n".join(health.problems[:5])
                words = self.tr("资料有问题，请找管理员，先不要关机：\n%1")
                self.found.say(words.replace("%1", problems), "danger")
                return
            words = self.tr("资料完好：%1 件案件，%2 条记录，%3 条没写完的草稿。")
            words = words.replace("%1", str(health.cases)).replace("%2", str(health.entries))
            self.found.say(words.replace("%3", str(health.drafts)), "ok")

        def failed(error: Exception) -> None:
            self.check_button.setEnabled(True)
            self._context.shell.problem(error)

        self._context.runner.store(self._context.store.health, shown, failed)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.diagnostics()))
        self._context.shell.toast(self.tr("复制好了，里面没有居民的资料。"))

    def diagnostics(self) -> list[str]:
        """Facts for whoever helps: versions and numbers, nothing of a person."""
        screen = self.screen()
        lines = [
            f"desk-app {desk_app.__version__}",
            f"content {self._context.pack.version} {self._context.pack.digest[:12]}",
            f"python {platform.python_version()}  qt {qVersion()}",
            f"{platform.platform()}  {' '.join(platform.libc_ver())}",
            f"window system {QGuiApplication.platformName()}"
            f"  input method {os.environ.get('QT_IM_MODULE', '-')}",
            f"screen {screen.size().width()}x{screen.size().height()}"
            f"  ratio {screen.devicePixelRatio()}  scale {self._theme.scale}%"
            f"  look {self._theme.name.value}",
        ]
        if (health := self._health) is not None:
            lines.append(
                f"store schema {health.schema_version}  cases {health.cases}"
                f"  entries {health.entries}  drafts {health.drafts}  bytes {health.size_bytes}"
                f"  sqlite {health.sqlite_version}  cipher {health.cipher_version}"
                f"  problems {len(health.problems)}"
            )
        return lines

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


def _row(*buttons: QWidget) -> QWidget:
    room, flow = QWidget(), FlowLayout(8)
    room.setLayout(flow)
    for made in buttons:
        flow.addWidget(made)
    return room
