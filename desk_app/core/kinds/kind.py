"""What a kind of entry is: which keys its body carries, and what they may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
Body = Mapping[str, Json]

_TYPE_NAMES = {str: "文字", int: "整数", bool: "是或否", list: "列表", dict: "表"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of entry must carry.

    Attributes:
        required, optional: body keys with the type of their values.
        slot: how to name the single value this entry sets, as a format string over the body;
            empty for entries that only add (notes, promises, papers).
        choices: keys whose value must be one of a few words.
        version: of the body's shape, written into each entry.
        check: what else is asked of a body that is written here; raises BadInputError.
        fits: whether a body from elsewhere, with its required keys, makes sense to a fold. What
            does not is kept and passed on, and has no effect.
    """

    required: Mapping[str, type]
    optional: Mapping[str, type] = field(default_factory=dict)
    slot: str = ""
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    version: int = 1
    check: Callable[[Body], None] | None = None
    fits: Callable[[Body], bool] | None = None

    def check_body(self, body: Body) -> None:
        """Raises BadInputError where ``body`` is not what this kind carries."""
        for key, wanted in self.required.items():
            if key not in body:
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "记录缺少“{key}”，没有写入。"), key=key
                )
            _check_type(key, body[key], wanted)
        for key, wanted in self.optional.items():
            if key in body:
                _check_type(key, body[key], wanted)
        for key, allowed in self.choices.items():
            if key in body and body[key] not in allowed:
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "“{key}”不能是“{value}”，没有写入。"),
                    key=key, value=str(body[key])[:20],
                )  # fmt: skip
        if self.check is not None:
            self.check(body)

    def understands(self, body: Body) -> bool:
        """Whether a body from wherever has what a fold needs."""
        for key, wanted in self.required.items():  # asked of every entry: no generator
            if not _is_a(body.get(key), wanted):
                return False
        return self.fits is None or self.fits(body)


def _is_a(value: Json, wanted: type) -> bool:
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))


def _check_type(key: str, value: Json, wanted: type) -> None:
    if not _is_a(value, wanted):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "“{key}”应当是{wanted}，没有写入。"),
            key=key, wanted=_TYPE_NAMES[wanted],
        )  # fmt: skip


def is_day(text: str) -> bool:
    """Whether ``text`` is a day of this century or the next, as ISO text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return date(2000, 1, 1) <= day <= date(2200, 1, 1)


def check_day(text: str) -> None:
    """Raises BadInputError where ``is_day`` says no."""
    if not is_day(text):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "日期“{day}”看不懂，请写成 2026-12-01 这样。没有写入。"),
            day=text[:20],
        )
