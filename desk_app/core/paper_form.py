"""A paper with everything filled in, as plain data: ``printing`` draws it and adds nothing.

An empty value is a line to write on by hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormHead:
    """A heading."""

    text: str


@dataclass(frozen=True, slots=True)
class FormText:
    """A paragraph, or the lines of several; ``small`` = as small as the words of a table."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class FormField:
    """A label with its value; ``half`` = two share a row."""

    label: str
    value: str
    half: bool = False


@dataclass(frozen=True, slots=True)
class FormFields:
    """Labels with values, in a grid."""

    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class FormList:
    """Points with a number each; none = a line to write on."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column's head and its share of the width."""

    label: str
    width: int


@dataclass(frozen=True, slots=True)
class FormTable:
    """Rows below heads; cells in the order of ``columns``, empty ones to write in."""

    columns: tuple[FormColumn, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FormChoices:
    """Boxes to tick: the text and whether it is ticked already."""

    label: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FormLines:
    """``rows`` empty lines to write on, below a label."""

    label: str
    rows: int


@dataclass(frozen=True, slots=True)
class SignBox:
    """A place of 80 by 20 mm to sign; ``fingerprint`` = with a box for 按指印."""

    label: str
    fingerprint: bool = False


@dataclass(frozen=True, slots=True)
class FormSign:
    """Places to sign."""

    boxes: tuple[SignBox, ...]


@dataclass(frozen=True, slots=True)
class FormStamp:
    """Who issues it and when, with room for the seal; ``text``: which seal."""

    office: str
    day: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class FormPaste:
    """Room of ``height`` cm to paste a voucher on."""

    label: str
    height: int


@dataclass(frozen=True, slots=True)
class FormPage:
    """What follows stands on the next page."""


FormBlock = (
    FormHead | FormText | FormFields | FormList | FormTable | FormChoices | FormLines | FormSign
    | FormStamp | FormPaste | FormPage
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A whole paper.

    Attributes:
        title: its head, and how it is called on screen.
        number: 〔2026〕告知 ____ 号; empty = it has none.
        case_number: opaque; it alone goes into the QR code at the top right.
        link: what the second QR code says; empty = none.
        copies: how many and for whom.
        large: for old eyes: at least 22 points.
        reprint: 0 = first print, n = the n-th reprint (补打第 n 次).
    """

    title: str
    number: str
    case_number: str
    blocks: tuple[FormBlock, ...]
    link: str = ""
    copies: str = ""
    large: bool = False
    reprint: int = 0
