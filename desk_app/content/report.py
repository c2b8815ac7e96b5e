"""What a check of the content pack finds, in sentences a business expert can act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desk_app.core.kinds.kind import Json


class Severity(StrEnum):
    """``error``: the pack cannot be used. ``warning``: it can, but a person should look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        file: path inside the pack folder, with forward slashes.
        line: 1-based line in that file.
        text: one plain Chinese sentence.
    """

    file: str
    line: int
    text: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A record that no one has compared with its source lately. ``why`` is a short sentence."""

    file: str
    line: int
    kind: str
    id: str
    name: str
    why: str


KIND_NAMES = {
    "lines": "条线",
    "items": "事项",
    "materials": "材料",
    "facts": "情况问题",
    "events": "生活事件",
    "relations": "关系",
    "combos": "联办套餐",
    "sops": "检查单",
    "reasons": "原因码",
    "agencies": "机构",
    "calendars": "日历",
    "stages": "阶段",
    "papers": "文书",
}

_SEVERITY_NAMES = {Severity.ERROR: "错误", Severity.WARNING: "提醒"}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Result of ``check_pack``.

    Attributes:
        folder: the pack folder, as it was given.
        problems: ordered by file and line.
        unchecked: ordered by file and line.
        counts: how many records of each kind were read, e.g. ``items: 198``.
    """

    folder: Path
    problems: tuple[Problem, ...]
    unchecked: tuple[Unchecked, ...]
    counts: dict[str, int]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the pack from being used."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems a person should look at."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)

    @property
    def exit_status(self) -> int:
        """1 when there is an error, else 0 (warnings and unchecked records do not count)."""
        return 1 if self.errors else 0

    def words(self, *, list_unchecked: bool = True) -> str:
        """The report for a terminal, a line each: ``forms/items/medical.yaml:123: 错误：…``.

        What is wrong comes last, where the eye is when the command ends.
        """
        prefix = _shown_folder(self.folder)
        lines: list[str] = []
        if self.unchecked:
            lines.append(f"还有 {len(self.unchecked)} 条没人核对过、早该再核或把握不大：")
            by_kind = Counter(u.kind for u in self.unchecked)
            lines.append(
                "  " + "，".join(f"{KIND_NAMES[k]} {by_kind[k]}" for k in KIND_NAMES if by_kind[k])
            )
        if list_unchecked:
            lines.extend(
                f"  {prefix}/{u.file}:{u.line}: {KIND_NAMES[u.kind]}“{u.name}”（{u.id}）：{u.why}"
                for u in self.unchecked
            )
        lines.extend(
            f"{prefix}/{p.file}:{p.line}: {_SEVERITY_NAMES[p.severity]}：{p.text}"
            for p in self.problems
        )
        read = "，".join(f"{KIND_NAMES[k]} {n}" for k, n in self.counts.items())
        lines.append(f"读到：{read or '什么也没有'}。")
        verdict = "可以使用" if not self.errors else "改好错误之前不能使用"
        lines.append(
            f"错误 {len(self.errors)} 处，提醒 {len(self.warnings)} 处。这个内容包{verdict}。"
        )
        return "\n".join(lines)

    def as_json_dict(self) -> dict[str, Json]:
        """The report as plain data for ``--json``; files as in ``words``."""
        prefix = _shown_folder(self.folder)
        counts: dict[str, Json] = dict(self.counts)
        return {
            "ok": self.exit_status == 0,
            "counts": counts,
            "problems": [
                {
                    "file": f"{prefix}/{p.file}",
                    "line": p.line,
                    "severity": str(p.severity),
                    "text": p.text,
                }
                for p in self.problems
            ],
            "unchecked": [
                {
                    "file": f"{prefix}/{u.file}",
                    "line": u.line,
                    "kind": u.kind,
                    "id": u.id,
                    "name": u.name,
                    "why": u.why,
                }
                for u in self.unchecked
            ],
        }


def in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems by file and line, each said once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.text)))


def _shown_folder(folder: Path) -> str:
    """The folder as a person would type it: relative where it lies below the working folder."""
    whole = folder.absolute()
    here = Path.cwd()
    shown = whole.relative_to(here) if whole.is_relative_to(here) else folder
    return shown.as_posix()
