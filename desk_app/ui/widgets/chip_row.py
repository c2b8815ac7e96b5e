"""What a row with choices is made of, and where its parts go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics

from desk_app.ui.models.rows import Row

WRAP = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
SMALL = 0.875
"""Size of second lines beside the title's."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice of a row.

    Attributes:
        value: what is reported when it is pressed.
        digit: the key that presses it; empty = none.
        tone: how it looks when chosen: ok | warn | danger | info; empty = the primary colour.
    """

    value: str
    words: str
    chosen: bool = False
    digit: str = ""
    tone: str = ""

    @property
    def label(self) -> str:
        """What is written on it."""
        return f"{self.digit} {self.words}" if self.digit else self.words


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """Choices that only show while their row is the current one, after a word of their own."""

    name: str
    chips: tuple[Chip, ...] = ()


@dataclass(frozen=True, slots=True)
class ChipRow(Row):
    """A row with its choices.

    Attributes:
        mark: a sign before the text (✓ ! ? ○ …), never the only thing that says the state.
        tone: of mark and status: ok | warn | danger | info; empty = plain.
        tag: a short word on a ground of its own, before the text.
        tag_colour: that ground; empty = a quiet one.
        status: a word at the right end.
        detail: second line, smaller.
        news: lines about what followed from this row, on a ground of their own.
        chips: always there.
        groups: there while the row is current.
        quiet: set back, as something that is not asked now.
    """

    mark: str = ""
    tone: str = ""
    tag: str = ""
    tag_colour: str = ""
    status: str = ""
    detail: str = ""
    news: tuple[str, ...] = ()
    chips: tuple[Chip, ...] = ()
    groups: tuple[ChipGroup, ...] = ()
    quiet: bool = False

    @property
    def all_chips(self) -> tuple[Chip, ...]:
        """Every chip, in the order of the arrow keys."""
        return (*self.chips, *(chip for group in self.groups for chip in group.chips))


def with_speech(row: ChipRow) -> ChipRow:
    """The row with everything it shows as one sentence for screen readers."""
    if row.spoken or not row.id:
        return row
    chips = "，".join(
        f"{chip.label}（已选）" if chip.chosen else chip.label for chip in row.all_chips
    )
    parts = (row.tag, row.text, row.status, row.detail, *row.news, chips)
    return replace(row, spoken="。".join(part for part in parts if part))


def row_fonts(base: QFont, row: ChipRow) -> tuple[QFont, QFont]:
    """Faces of the title and of everything smaller."""
    title, small = QFont(base), QFont(base)
    title.setBold(row.bold or not (row.id or row.tag))
    title.setStrikeOut(row.struck)
    small.setPointSizeF(base.pointSizeF() * SMALL)
    return title, small


@dataclass(frozen=True, slots=True)
class LaidRow:
    """Where the parts of a row are, from the row's own corner. Empty = not there."""

    mark: QRect
    tag: QRect
    title: QRect
    status: QRect
    detail: QRect
    news: tuple[QRect, ...]
    chips: tuple[tuple[Chip, QRect], ...]
    names: tuple[tuple[str, QRect], ...]
    prompt: QRect
    height: int


def lay_row(base: QFont, row: ChipRow, width: int, *, current: bool, prompt: bool) -> LaidRow:
    """Lay out ``row`` at ``width``.

    Args:
        current: its groups show.
        prompt: a line to write in is open in it.
    """
    return _Layout(base, row, width).place(current=current, prompt=prompt)


class _Layout:
    """One row being laid out, from the top down; ``y`` is where the next part goes."""

    def __init__(self, base: QFont, row: ChipRow, width: int) -> None:
        title_font, small_font = row_fonts(base, row)
        self.row, self.width = row, width
        self.title_metrics, self.small = QFontMetrics(title_font), QFontMetrics(small_font)
        self.em = self.title_metrics.height()
        self.gap, self.tall = self.em // 4, round(self.em * 1.35)
        self.left = round(self.em * 1.4) if row.mark else self.em // 2
        self.right = width - self.gap
        self.y = self.gap
        self.chips: list[tuple[Chip, QRect]] = []
        self.names: list[tuple[str, QRect]] = []

    def place(self, *, current: bool, prompt: bool) -> LaidRow:
        """All parts."""
        row = self.row
        mark, tag, title, status, beside = self._first_line()
        detail = self._text(row.detail)
        news = tuple(self._news(line) for line in row.news)
        if row.chips and not beside:
            self._group(ChipGroup("", row.chips))
        for group in row.groups if current else ():
            self._group(group)
        line = QRect()
        if prompt:
            room = self.right - self.left
            line = QRect(self.left, self.y + self.gap, room, round(self.em * 1.75))
            self.y = line.bottom() + 1
        return LaidRow(
            mark, tag, title, status, detail, news, tuple(self.chips), tuple(self.names), line,
            self.y + self.gap,
        )  # fmt: skip

    def _first_line(self) -> tuple[QRect, QRect, QRect, QRect, bool]:
        row, em, gap, top = self.row, self.em, self.gap, self.gap
        tag, text_left = QRect(), self.left
        if row.tag:
            tag = QRect(self.left, top, self.small.horizontalAdvance(row.tag) + em // 2, em)
            text_left = tag.right() + gap + 1
        status_wide = self.small.horizontalAdvance(row.status) + gap if row.status else 0
        beside = sum(self._wide(chip) + gap for chip in row.chips)
        room = self.right - text_left - beside - status_wide
        one_line = self.title_metrics.horizontalAdvance(row.text) + 2 <= room
        # Chips go beside the text where it keeps room to read; else below it.
        fits = bool(row.chips) and (one_line or (room >= em * 9 and beside < self.width * 0.55))
        text_wide = max(em * 3, room if fits else self.right - text_left - status_wide)
        high = _height(self.title_metrics, row.text, text_wide)
        title = QRect(text_left, top, text_wide, high)
        if fits and high < self.tall:  # centre one line of text on its chips
            shift = (self.tall - high) // 2
            title.translate(0, shift)
            tag.translate(0, shift if row.tag else 0)
        mark = QRect(gap, title.top(), self.left - gap, em)
        status = QRect()
        if row.status:
            status = QRect(text_left + text_wide, title.top(), status_wide, em)
        if fits:
            x = self.right - beside + gap
            for chip in row.chips:
                self.chips.append((chip, QRect(x, top, self._wide(chip), self.tall)))
                x += self._wide(chip) + gap
        bottom = max(title.bottom(), tag.bottom(), top + self.tall - 1 if fits else 0)
        self.y = bottom + 1 if row.text or row.tag else top
        return mark, tag, title, status, fits

    def _text(self, text: str) -> QRect:
        if not text:
            return QRect()
        room = self.right - self.left
        place = QRect(self.left, self.y, room, _height(self.small, text, room))
        self.y = place.bottom() + 1
        return place

    def _news(self, line: str) -> QRect:
        room, gap = self.right - self.left, self.gap
        high = _height(self.small, line, room - self.em) + gap
        place = QRect(self.left, self.y + gap // 2, room, high)
        self.y = place.bottom() + 1
        return place

    def _group(self, group: ChipGroup) -> None:
        if not group.chips:
            self.names.append((group.name, self._text(group.name)))
            return
        x, self.y = self.left, self.y + self.gap
        if group.name:
            wide = self.small.horizontalAdvance(group.name) + self.gap
            self.names.append((group.name, QRect(x, self.y, wide, self.tall)))
            x += wide
        start = x
        for chip in group.chips:
            wide = self._wide(chip)
            if x > start and x + wide > self.right:
                x, self.y = start, self.y + self.tall + self.gap // 2
            self.chips.append((chip, QRect(x, self.y, min(wide, self.right - x), self.tall)))
            x += wide + self.gap
        self.y += self.tall

    def _wide(self, chip: Chip) -> int:
        return self.small.horizontalAdvance(chip.label) + self.em


def _height(metrics: QFontMetrics, text: str, width: int) -> int:
    return metrics.boundingRect(QRect(0, 0, width, 100_000), WRAP, text).height()
