"""The look: every colour, size and face is here and nowhere else.

Contrast was computed with the WCAG formula; ``tests/unit/ui/test_theme.py`` holds each pair to its
limit. Sizes are points at 100 %, multiplied by the scale the officer chose.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desk_app.system.resources import resource_path

SCALES = (100, 115, 130, 150, 175)
FAMILIES = ("Noto Sans SC", "HanaMinB")
FONT_FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
RARE_FONT_FILE = "HanaMinB.ttf"


class ThemeName(StrEnum):
    """The four looks."""

    LIGHT = "light"
    DARK = "dark"
    DIM = "dim"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by role. ``on_primary``: text on the primary colour; ``*_tint``: grounds of words."""

    page: str
    surface: str
    sunken: str
    text: str
    text_2: str
    muted: str
    border: str
    hairline: str
    primary: str
    primary_hover: str
    on_primary: str
    primary_tint: str
    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    danger: str
    danger_tint: str
    info: str
    info_tint: str
    focus: str


TOKENS = {
    ThemeName.LIGHT: Tokens(
        page="#F6F4EF", surface="#FFFFFF", sunken="#ECE9E1", text="#1F2A30", text_2="#4A565D",
        muted="#5F6B72", border="#7C8388", hairline="#C9C4B8", primary="#1F5F6B",
        primary_hover="#174A54", on_primary="#FFFFFF", primary_tint="#E3EFF0", ok="#24663B",
        ok_tint="#E4F1E7", warn="#7A4A00", warn_tint="#FBEFD9", danger="#9B2C22",
        danger_tint="#FBE9E6", info="#2A5384", info_tint="#E6EEF7", focus="#1F2A30",
    ),
    ThemeName.DARK: Tokens(
        page="#161C1F", surface="#1E2629", sunken="#283236", text="#ECEFF0", text_2="#C3CCD0",
        muted="#A3AEB3", border="#84929A", hairline="#3A464B", primary="#7CC4CF",
        primary_hover="#9AD5DE", on_primary="#0B2428", primary_tint="#20393E", ok="#8FD3A4",
        ok_tint="#1B3324", warn="#F0C27B", warn_tint="#3A2B12", danger="#F2A79E",
        danger_tint="#3D1F1B", info="#A5C8F0", info_tint="#1B2C40", focus="#FFB454",
    ),
    ThemeName.DIM: Tokens(
        page="#161C1F", surface="#1E2629", sunken="#283236", text="#C3CCD0", text_2="#B4BEC3",
        muted="#A3AEB3", border="#84929A", hairline="#3A464B", primary="#7CC4CF",
        primary_hover="#9AD5DE", on_primary="#0B2428", primary_tint="#20393E", ok="#8FD3A4",
        ok_tint="#1B3324", warn="#F0C27B", warn_tint="#3A2B12", danger="#F2A79E",
        danger_tint="#3D1F1B", info="#A5C8F0", info_tint="#1B2C40", focus="#FFB454",
    ),
    ThemeName.CONTRAST: Tokens(
        page="#000000", surface="#000000", sunken="#000000", text="#FFFFFF", text_2="#FFFFFF",
        muted="#FFFFFF", border="#FFFFFF", hairline="#FFFFFF", primary="#FFFF00",
        primary_hover="#FFFFFF", on_primary="#000000", primary_tint="#000000", ok="#5CE65C",
        ok_tint="#000000", warn="#FFFF00", warn_tint="#000000", danger="#FF9E9E",
        danger_tint="#000000", info="#00FFFF", info_tint="#000000", focus="#00FFFF",
    ),
}  # fmt: skip

LINE_COLOURS = {
    "medical": "#8A3B2E", "hrss": "#7A5200", "civil": "#4F6212", "disability": "#1F6B45",
    "health": "#14686B", "housing": "#1F5B8A", "police": "#3C4BA0", "veterans": "#64439B",
    "union": "#873A83", "archives": "#94324F", "general": "#555B60",
}  # fmt: skip
"""One colour a line of business, always beside its two-character tag (neighbours look alike to
colour-blind eyes)."""

LINE_TEXT = "#FFFFFF"
CLEAR = "#00000000"

CAPTION, BODY, EMPHASIS, TITLE, FIGURE = 10.5, 12.0, 13.5, 16.5, 21.0
"""Type sizes in points at 100 % (14, 16, 18, 22 and 28 px at 96 dpi)."""

CLOCK = 42.0
"""The clock at the door."""

FACING, FACING_HEAD = 30.0, 24.0
"""What the resident reads from across the desk (40 and 32 px at 96 dpi), whatever the scale."""

ROOMY = 60
"""Height in pixels at least, at every scale, of what a tired hand presses and writes in."""

FOCUS_EDGE = 3
"""Width in pixels of the edge of the field that has the keyboard's focus, at every scale."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A look at a scale; ``roomy``: with taller buttons and lines, for a tired hand."""

    name: ThemeName
    scale: int
    roomy: bool = False

    @property
    def tokens(self) -> Tokens:
        """The colours."""
        return TOKENS[self.name]

    def points(self, size: float) -> float:
        """``size`` points at this scale."""
        return size * self.scale / 100

    def px(self, size: float) -> int:
        """``size`` units of space at this scale, in device-independent pixels."""
        return round(size * self.scale / 100)

    def font(self, size: float = BODY, *, bold: bool = False) -> QFont:
        """A font of the app."""
        font = QFont(list(FAMILIES))
        font.setPointSizeF(self.points(size))
        font.setBold(bold)
        return font


def load_fonts(*, rare: bool = False) -> None:
    """Make the shipped faces known to Qt; ``rare`` the big one for rare characters."""
    for name in (RARE_FONT_FILE,) if rare else FONT_FILES:
        QFontDatabase.addApplicationFont(str(resource_path(f"fonts/{name}")))


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Dress the whole application; text being typed is not touched."""
    application.setPalette(_palette(theme.tokens))
    application.setFont(theme.font())
    application.setStyleSheet(style_sheet(theme))


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, t.page),
        (roles.WindowText, t.text),
        (roles.Base, t.surface),
        (roles.AlternateBase, t.sunken),
        (roles.Text, t.text),
        (roles.Button, t.surface),
        (roles.ButtonText, t.text),
        (roles.BrightText, t.danger),
        (roles.ToolTipBase, t.surface),
        (roles.ToolTipText, t.text),
        (roles.PlaceholderText, t.muted),
        (roles.Highlight, t.primary),
        (roles.HighlightedText, t.on_primary),
        (roles.Link, t.primary),
        (roles.Mid, t.hairline),
        (roles.Dark, t.border),
        (roles.Shadow, t.focus),  # the outer tone of the focus ring
        (roles.Light, t.surface),  # its inner tone
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.muted))
    return palette


def style_sheet(theme: Theme) -> str:
    """The style sheet: short, from tokens, with sizes in units of the scale."""
    line = 2 if theme.name is ThemeName.CONTRAST else 1
    values = {field.name: getattr(theme.tokens, field.name) for field in fields(Tokens)}
    values |= {f"s{n}": f"{theme.px(n)}px" for n in (1, 2, 4, 6, 8, 12, 16, 24, 28, 40, 44)}
    values |= {
        "caption": f"{theme.points(CAPTION):.1f}pt",
        "emphasis": f"{theme.points(EMPHASIS):.1f}pt",
        "title": f"{theme.points(TITLE):.1f}pt",
        "figure": f"{theme.points(FIGURE):.1f}pt",
        "clock": f"{theme.points(CLOCK):.1f}pt",
        "facing": f"{FACING:.1f}pt",
        "facing_head": f"{FACING_HEAD:.1f}pt",
        "line": f"{line}px",
        "s26": f"{_inside(theme, 26, 6, line)}px",
        "chip": f"{_inside(theme, 24, 4, line)}px",
        # A focused field has a thicker edge and as much less room inside: nothing moves.
        "f6": f"{theme.px(6) + line - FOCUS_EDGE}px",
        "f8": f"{theme.px(8) + line - FOCUS_EDGE}px",
        "edge": f"{FOCUS_EDGE}px",
    }
    return _SHEET % values


def _inside(theme: Theme, height: int, padding: int, line: int) -> int:
    """The height inside its edge and padding of what is pressed or written in, in pixels."""
    least = ROOMY - 2 * (theme.px(padding) + line) if theme.roomy else 0
    return max(theme.px(height), least)


_SHEET = """
QWidget { color: %(text)s; }
QMainWindow, #page { background: %(page)s; }
QToolTip { background: %(surface)s; color: %(text)s; border: 1px solid %(border)s;
  padding: %(s4)s; }
#card { background: %(surface)s; border: %(line)s solid %(hairline)s; border-radius: %(s6)s; }
#rail { background: %(sunken)s; border-right: %(line)s solid %(hairline)s; }
#rail QPushButton { border: none; border-left: %(s4)s solid transparent; border-radius: 0;
  background: transparent; padding: %(s12)s %(s16)s; text-align: left; font-size: %(emphasis)s;
  color: %(text)s; }
#rail QPushButton:hover { background: %(primary_tint)s; }
#rail QPushButton:checked { background: %(surface)s; border-left-color: %(primary)s;
  color: %(primary)s; font-weight: bold; }
#status { background: %(sunken)s; border-top: %(line)s solid %(hairline)s; color: %(text_2)s; }
#status QLabel { color: %(text_2)s; font-size: %(caption)s; }
#status QPushButton { color: %(text_2)s; font-size: %(caption)s; border-color: transparent;
  background: transparent; padding: %(s4)s %(s6)s; min-height: 0; }
#status QPushButton[tone="warn"] { color: %(warn)s; }
#status QPushButton:hover { background: %(primary_tint)s; }
#bedside { background: %(sunken)s; border-bottom: %(line)s solid %(hairline)s; }
QLabel[role="title"] { font-size: %(title)s; font-weight: bold; }
QLabel[role="head"] { font-size: %(emphasis)s; font-weight: bold; }
QLabel[role="figure"] { font-size: %(figure)s; font-weight: bold; }
QLabel[role="clock"] { font-size: %(clock)s; color: %(text_2)s; }
#facing { background: %(surface)s; }
QLabel[role="facing"] { font-size: %(facing)s; font-weight: bold; }
QLabel[role="facing_head"] { font-size: %(facing_head)s; color: %(primary)s; font-weight: bold; }
QLabel[role="second"] { color: %(text_2)s; }
QLabel[role="muted"] { color: %(muted)s; font-size: %(caption)s; }
QLabel[role="number"] { color: %(primary)s; font-weight: bold; font-size: %(emphasis)s; }
QLabel[tone="ok"], QFrame[tone="ok"] { color: %(ok)s; background: %(ok_tint)s; }
QLabel[tone="warn"], QFrame[tone="warn"] { color: %(warn)s; background: %(warn_tint)s; }
QLabel[tone="danger"], QFrame[tone="danger"] { color: %(danger)s; background: %(danger_tint)s; }
QLabel[tone="info"], QFrame[tone="info"] { color: %(info)s; background: %(info_tint)s; }
QLabel[tone="ok"], QLabel[tone="warn"], QLabel[tone="danger"], QLabel[tone="info"] {
  border-radius: %(s4)s; padding: %(s2)s %(s6)s; }
QFrame[tone="ok"], QFrame[tone="warn"], QFrame[tone="danger"], QFrame[tone="info"] {
  border: %(line)s solid %(border)s; border-radius: %(s6)s; }
QFrame[tone] QLabel { background: transparent; }
QPushButton { background: %(surface)s; color: %(primary)s; border: %(line)s solid %(border)s;
  border-radius: %(s6)s; padding: %(s6)s %(s12)s; min-height: %(s26)s; }
QPushButton:hover { background: %(primary_tint)s; }
QPushButton:disabled { color: %(muted)s; border-color: %(hairline)s; }
QPushButton[role="primary"] { background: %(primary)s; color: %(on_primary)s;
  border-color: %(primary)s; font-weight: bold; }
QPushButton[role="primary"]:hover { background: %(primary_hover)s; }
QPushButton[role="quiet"] { border-color: transparent; background: transparent; }
QPushButton[role="quiet"]:hover { background: %(primary_tint)s; }
QPushButton[role="field"] { color: %(muted)s; text-align: left; }
QPushButton[role="chip"] { color: %(text)s; padding: %(s4)s %(s12)s; border-radius: %(s12)s;
  min-height: %(chip)s; }
QPushButton[role="chip"]:checked { background: %(primary)s; color: %(on_primary)s;
  border-color: %(primary)s; font-weight: bold; }
QLineEdit, QPlainTextEdit, QDateEdit, QComboBox { background: %(surface)s; color: %(text)s;
  border: %(line)s solid %(border)s; border-radius: %(s6)s; padding: %(s6)s %(s8)s;
  selection-background-color: %(primary)s; selection-color: %(on_primary)s; }
QLineEdit, QPlainTextEdit { placeholder-text-color: %(muted)s; }
QLineEdit { min-height: %(s26)s; }
QLineEdit:focus, QPlainTextEdit:focus, QDateEdit:focus, QComboBox:focus {
  border: %(edge)s solid %(focus)s; padding: %(f6)s %(f8)s; }
QDateEdit { min-height: %(s26)s; min-width: %(s40)s; padding-right: %(s28)s; }
QDateEdit::drop-down { subcontrol-position: center right; border: none; width: %(s28)s; }
QListView, QTreeView, QTableView, QTextBrowser { background: %(surface)s;
  border: %(line)s solid %(hairline)s; border-radius: %(s6)s; outline: none; }
QListView[role="rows"], QListView[role="rows"]:focus { border: none; border-radius: 0; }
QListView::item, QTreeView::item { padding: %(s6)s %(s8)s;
  border-left: %(s4)s solid transparent; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
  background: %(primary_tint)s; color: %(text)s; border-left: %(s4)s solid %(primary)s; }
QHeaderView::section { background: %(sunken)s; color: %(text_2)s; border: none;
  padding: %(s6)s %(s8)s; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: %(s8)s; }
QScrollBar::handle:vertical { background: %(border)s; border-radius: %(s4)s; min-height: %(s40)s; }
QScrollBar::handle:vertical:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QTabBar::tab { background: %(sunken)s; color: %(text_2)s; padding: %(s8)s %(s16)s; }
QTabBar::tab:selected { background: %(surface)s; color: %(primary)s; font-weight: bold; }
QTabWidget::pane { border: none; }
QSplitter::handle { background: %(hairline)s; }
#veil { background: %(sunken)s; }
#toast { background: %(text)s; border-radius: %(s6)s; }
#toast QLabel { color: %(page)s; }
#toast QPushButton { color: %(page)s; background: transparent; border-color: %(page)s; }
#palette { background: %(surface)s; border: 2px solid %(primary)s; border-radius: %(s12)s; }
"""


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two ``#RRGGBB`` colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
