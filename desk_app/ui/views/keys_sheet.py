"""Ctrl+/: every key on one sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desk_app.ui.widgets.basic import label
from desk_app.ui.widgets.chip_list import ChipList
from desk_app.ui.widgets.chip_row import ChipRow
from desk_app.ui.widgets.overlay import OverlayBox
from desk_app.ui.widgets.side_by_side import scrolled


class KeysSheet(OverlayBox):
    """The sheet; read with the arrows."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, "")
        name = self.tr("按键")
        self.setAccessibleName(name)
        self.top.addWidget(label(name, "head", wrap=False), 1)
        self.top.addWidget(self.close_button)
        self.list = ChipList(name)
        self.list.put(self._rows())
        self.body.addWidget(scrolled(self.list), 1)

    def open_box(self) -> None:
        """Show the sheet from the top."""
        super().open_box()
        self.list.select_first()
        self.list.setFocus()

    def _rows(self) -> list[ChipRow]:
        groups = (
            (
                self.tr("随时都行"),
                (
                    ("F2", self.tr("新接待，光标在“原话”里")),
                    ("Ctrl+K", self.tr("找人、找事、找命令")),
                    ("F3", self.tr("队列：等人接的、移交给您的")),
                    ("F7", self.tr("关联导图")),
                    ("F8", self.tr("记一笔：跟谁、说了什么、下一步；再按看待办")),
                    ("F9", self.tr("遮挡，再按一次回来")),
                    ("F12", self.tr("居民屏：给居民看；再按变成“请稍候”")),
                    ("Shift+F12", self.tr("居民屏翻到下一样")),
                    ("F10", self.tr("中心：到没到、加入、U盘")),
                    ("Esc", self.tr("回上一层，字不会丢")),
                    ("Ctrl+Shift+B", self.tr("带这件案件去床边：暗、大、安静；再按回来")),
                    ("Ctrl++", self.tr("字大一点")),
                    ("Ctrl+-", self.tr("字小一点")),
                    ("Ctrl+/", self.tr("这张按键表")),
                ),
            ),
            (
                self.tr("接待时"),
                (
                    ("F6", self.tr("下一块：原话、事项、检查单、约定")),
                    ("F4", self.tr("检查单；再按展开或收起")),
                    ("Ctrl+L", self.tr("从哪里来：哪个窗口、怎么说的；再按收起")),
                    ("Alt+1…6", self.tr("卡在哪；结束时选结果")),
                    ("1 2 3 4 0", self.tr("在一行上：按它前面的数字就选它")),
                    ("↑ ↓", self.tr("上一行、下一行")),
                    ("← →", self.tr("在一行的几个选择之间移动，空格选定")),
                    ("Ctrl+Z", self.tr("撤销刚才这一步")),
                    ("Ctrl+P", self.tr("看材料单，打印")),
                    ("Ctrl+Enter", self.tr("结束接待")),
                ),
            ),
            (
                self.tr("案件页"),
                (("Alt+→", self.tr("往下走一个阶段；条件没齐就看阶段页")),),
            ),
            (
                self.tr("队列里"),
                (
                    ("1", self.tr("接手、接受")),
                    ("2", self.tr("退回、拒绝、收回移交")),
                    ("3", self.tr("移交")),
                    ("4", self.tr("提级")),
                    ("5", self.tr("带去上门")),
                    ("F5", self.tr("在“中心”页：现在就试")),
                ),
            ),
        )
        rows = []
        for head, keys in groups:
            rows.append(ChipRow("", head, bold=True))
            rows += [ChipRow(f"{head} {key}", words, tag=key) for key, words in keys]
        return rows
