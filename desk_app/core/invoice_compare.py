"""An invoice against its detail list: which lines agree, which differ, which stand alone.

Lines come as they are copied from a sheet or a chat: a name, then perhaps other columns, then the
amount. Lines are told apart as a multiset: the same line twice on one side and once on the other is
one match and one line too many. Names are compared without spaces and width; a name that only
looks alike is offered as a suggestion and never matched without a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

MAX_LINES = 500
"""More than any bill at a counter; suggestions take time with the square of it."""

MAX_LINE_FEN = 100_000_000_00
"""Largest amount of one line, in fen (1 亿元)."""

SAME, DIFFERS, INVOICE_ONLY, DETAILS_ONLY = "same", "differs", "invoice_only", "details_only"

TOTAL_NAMES = frozenset(("合计", "总计", "总金额", "合计金额", "金额合计", "价税合计", "总额"))

ALIKE = 0.5
"""How alike two names must be (0 to 1) to be suggested; equal amounts count half of that."""

_AMOUNT = re.compile(r"([-+]?)[¥]?([-+]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?)(?:元|圆)?")
_NUMERIC = re.compile(r"[-+¥]*[\d,.]+(?:元|圆|%)?")
_GAP = re.compile(r"\s+|[:：|｜]")


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line: its name as written, its amount in fen (negative = taken back)."""

    name: str
    fen: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What one side says.

    Attributes:
        stated: the total that a line of the side itself names; None = it names none.
        unread: (number of the line from 1, text) of lines without an amount at their end.
    """

    lines: tuple[BillLine, ...]
    stated: int | None = None
    unread: tuple[tuple[int, str], ...] = ()

    @property
    def total(self) -> int:
        """Sum of the lines, in fen."""
        return sum(line.fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class Row:
    """Lines of one name that belong together.

    Attributes:
        state: SAME | DIFFERS | INVOICE_ONLY | DETAILS_ONLY.
        invoice, details: the amounts of either side, in fen; several where the name stands there
            several times and does not match one to one.
        renamed: what the detail list calls it, where a person said that it is the same.
    """

    name: str
    state: str
    invoice: tuple[int, ...]
    details: tuple[int, ...]
    renamed: str = ""

    @property
    def difference(self) -> int:
        """How much more the detail list says than the invoice, in fen."""
        return sum(self.details) - sum(self.invoice)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two lone names that may be one thing."""

    invoice: str
    details: str
    same_amount: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides beside each other. ``rows``: what differs first, then what stands alone."""

    invoice: Bill
    details: Bill
    rows: tuple[Row, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def difference(self) -> int:
        """How much more the detail list comes to than the invoice, in fen."""
        return self.details.total - self.invoice.total

    def of_state(self, state: str) -> tuple[Row, ...]:
        """The rows of one state."""
        return tuple(row for row in self.rows if row.state == state)


def read_bill(text: str) -> Bill:
    """Read what was typed or pasted, one line each.

    Raises:
        BadInputError: more lines than any bill has, or an amount that no line has.
    """
    rows = [row for row in unicodedata.normalize("NFKC", text).splitlines() if row.strip()]
    if len(rows) > MAX_LINES:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "一边最多 {most} 行，现在有 {lines} 行。"),
            most=MAX_LINES, lines=len(rows),
        )  # fmt: skip
    lines: list[BillLine] = []
    unread: list[tuple[int, str]] = []
    stated: int | None = None
    for number, row in enumerate(rows, start=1):
        line = _read_line(row)
        if line is None:
            unread.append((number, row.strip()))
        elif _key(line.name) in TOTAL_NAMES:
            stated = line.fen
        else:
            lines.append(line)
    return Bill(tuple(lines), stated, tuple(unread))


def compare(invoice: Bill, details: Bill, renamed: Mapping[str, str] | None = None) -> Comparison:
    """Put both sides beside each other.

    Args:
        renamed: names of the detail list that a person said mean a name of the invoice.
    """
    same_as = {_key(theirs): _key(ours) for theirs, ours in (renamed or {}).items()}
    names: dict[str, str] = {}
    called: dict[str, str] = {}
    ours: dict[str, list[int]] = {}
    theirs: dict[str, list[int]] = {}
    for line in invoice.lines:
        names.setdefault(_key(line.name), line.name)
        ours.setdefault(_key(line.name), []).append(line.fen)
    for line in details.lines:
        key = same_as.get(_key(line.name), _key(line.name))
        if key != _key(line.name):
            called[key] = line.name
        names.setdefault(key, line.name)
        theirs.setdefault(key, []).append(line.fen)
    rows = [
        row
        for key, name in names.items()
        for row in _rows(name, ours.get(key, []), theirs.get(key, []), called.get(key, ""))
    ]
    order = (DIFFERS, INVOICE_ONLY, DETAILS_ONLY, SAME)
    rows.sort(key=lambda row: order.index(row.state))
    return Comparison(invoice, details, tuple(rows), _suggest(rows))


def _read_line(row: str) -> BillLine | None:
    parts = [part for part in _GAP.split(row.strip()) if part]
    if parts and parts[-1] in ("元", "圆"):
        parts.pop()
    # 挂号费12.50 without a gap is as common as one with.
    if len(parts) == 1 and (
        glued := re.fullmatch(r"(.*?[^\d.,¥+-])([-+¥]*\d[\d,.]*元?)", parts[0])
    ):
        parts = list(glued.groups())
    if len(parts) < 2 or (fen := _fen(parts[-1])) is None:
        return None
    words = [part for part in parts[:-1] if not _NUMERIC.fullmatch(part)]
    return BillLine(" ".join(words), fen) if words else None


def _fen(text: str) -> int | None:
    found = _AMOUNT.fullmatch(text)
    if found is None or (found[1] and found[2]):
        return None
    whole, _, rest = found[3].replace(",", "").partition(".")
    if len(whole) > 12 or (fen := int(whole) * 100 + int(rest.ljust(2, "0") or 0)) > MAX_LINE_FEN:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "有一行的金额太大了，请核对。"))
    return -fen if "-" in (found[1], found[2]) else fen


def _key(name: str) -> str:
    return re.sub(r"[\s*（）()、,.·\-_]", "", unicodedata.normalize("NFKC", name)).casefold()


def _rows(name: str, ours: list[int], theirs: list[int], called: str) -> Iterable[Row]:
    both = Counter(ours) & Counter(theirs)
    for fen in both.elements():
        yield Row(name, SAME, (fen,), (fen,), called)
    left = tuple((Counter(ours) - both).elements())
    right = tuple((Counter(theirs) - both).elements())
    if left and right:
        # One sum on the invoice for several lines of the list is how hospitals write it.
        state = SAME if sum(left) == sum(right) else DIFFERS
        yield Row(name, state, left, right, called)
    elif left:
        yield Row(name, INVOICE_ONLY, left, (), called)
    elif right:
        yield Row(name, DETAILS_ONLY, (), right, called)


def _suggest(rows: Sequence[Row]) -> tuple[Suggestion, ...]:
    lone = [row for row in rows if row.state == INVOICE_ONLY]
    others = [row for row in rows if row.state == DETAILS_ONLY]
    scored = []
    for other in others:
        matcher = SequenceMatcher(b=_key(other.name))
        for row in lone:
            if row.name == other.name:
                continue
            same = sum(row.invoice) == sum(other.details)
            wanted = ALIKE / 2 if same else ALIKE
            matcher.set_seq1(_key(row.name))
            if matcher.quick_ratio() >= wanted and (like := matcher.ratio()) >= wanted:
                scored.append((wanted - like, row.name, other.name, same))
    found: list[Suggestion] = []
    for _, ours, theirs, same in sorted(scored):
        if all(ours != one.invoice and theirs != one.details for one in found):
            found.append(Suggestion(ours, theirs, same))
    return tuple(found)
