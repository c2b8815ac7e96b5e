"""Names and lines below each other; what is typed in them is kept as drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desk_app.ui.views.line_drafts import DraftKeeper, LineDrafts
from desk_app.ui.widgets.basic import label
from desk_app.ui.widgets.prompt_line import CommittedLine


class LineForm(QGridLayout):
    """The lines of a form.

    Args:
        slot: what the slots of the drafts begin with; the name of the line follows.
        words: what each line is called and asks for, by its name.
        entered: called for Enter in any of them.

    Attributes:
        lines: by name.
        drafts: what is being typed in them.
    """

    def __init__(
        self,
        page: QWidget,
        keeper: DraftKeeper,
        slot: str,
        words: Mapping[str, tuple[str, str]],
        entered: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setColumnStretch(1, 1)
        self._slot = slot
        self.drafts = LineDrafts(page, keeper)
        self.lines: dict[str, CommittedLine] = {}
        self._names: dict[str, QLabel] = {}
        for row, (name, (called, hint)) in enumerate(words.items()):
            line = self.lines[name] = CommittedLine(called, hint)
            line.entered.connect(lambda _: entered())
            self.drafts.watch(line, slot + name)
            self._names[name] = label(called, "second", wrap=False)
            self.addWidget(self._names[name], row, 0)
            self.addWidget(line, row, 1)

    def show_line(self, name: str, shown: bool) -> None:
        """Ask for this line, or do not."""
        self.lines[name].setVisible(shown)
        self._names[name].setVisible(shown)

    def clear(self) -> None:
        """What was typed was used, or belongs to another case; its drafts are not touched."""
        for name, line in self.lines.items():
            line.clear()
            self.drafts.forget(self._slot + name)
