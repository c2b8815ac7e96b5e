"""Finds and reads all files of a pack folder into rows, each with its file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from desk_app.content.report import Problem, Severity
from desk_app.content.schema import SCHEMA_VERSION, SCHEMAS
from desk_app.content.shape import Row, read_text

MAX_FILE_BYTES = 4_000_000
"""A form larger than this is no form (the whole starter pack is a tenth of it)."""

SINGLE_FILES: Mapping[str, str] = {
    "pack.yaml": "pack",
    "lines.yaml": "lines",
    "materials.yaml": "materials",
    "facts.yaml": "facts",
    "events.yaml": "events",
    "relations.yaml": "relations",
    "combos.yaml": "combos",
    "reasons.yaml": "reasons",
    "agencies.yaml": "agencies",
    "stages.yaml": "stages",
}
"""File name → schema."""

YOUNG_FILES = frozenset({"stages.yaml"})
"""Forms that packs signed before there were any do not have; without one its rules are empty."""

FOLDERS: Mapping[str, str] = {
    "items": "items",
    "sops": "sop",
    "calendars": "calendar",
    "papers": "paper",
}
"""Folder of ``*.yaml`` files → schema of each."""


def id_key(kind: str) -> str:
    """The key under which a record of ``kind`` carries its id."""
    return {"reasons": "code", "calendars": "year"}.get(kind, "id")


class Placed(NamedTuple):
    """A record and the file it stands in."""

    file: str
    row: Row


@dataclass(slots=True)
class Forms:
    """The content of a pack folder, shaped by the schemas, not yet cross-checked.

    Attributes:
        records: records by kind (items, materials, facts, events, relations, combos, sops,
            reasons, agencies, lines, calendars, papers, stages, categories, agency_kinds).
        tables: the mappings that are not lists of records (pack, sublines).
    """

    records: dict[str, list[Placed]] = field(default_factory=dict)
    tables: dict[str, Placed] = field(default_factory=dict)

    def of(self, kind: str) -> list[Placed]:
        """Records of one kind in pack order; empty when there are none."""
        return self.records.get(kind, [])

    def ids(self, kind: str) -> set[str]:
        """Ids of one kind."""
        key = id_key(kind)
        return {p.row[key] for p in self.of(kind) if p.row[key]}

    def as_data(self) -> dict[str, Any]:
        """Plain data (for JSON and ``build_pack``) without files and lines."""
        records = {kind: [p.row for p in rows] for kind, rows in self.records.items()}
        return {"records": records, "tables": {k: p.row for k, p in self.tables.items()}}


def pack_files(folder: Path) -> dict[str, bytes]:
    """The bytes of every form by its path in the pack, in a stable order.

    Raises OSError when a file cannot be read; a missing folder gives an empty result.
    """
    names = [name for name in SINGLE_FILES if (folder / name).is_file()]
    for sub in FOLDERS:
        found = sorted((folder / sub).glob("*.yaml")) if (folder / sub).is_dir() else []
        names.extend(f"{sub}/{path.name}" for path in found if path.is_file())
    return {name: (folder / name).read_bytes() for name in names}


def digest_of(files: Mapping[str, bytes]) -> str:
    """sha256 (hex) over the paths and bytes of the forms."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode())
        whole.update(files[name])
    return whole.hexdigest()


def read_forms(files: Mapping[str, bytes]) -> tuple[Forms, list[Problem]]:
    """Read every form. Returns what could be read and what is wrong with it. Never raises."""
    forms = Forms()
    problems = [
        Problem(name, 1, f"缺少 {name} 这份表。")
        for name in SINGLE_FILES
        if name not in files and name not in YOUNG_FILES
    ]
    problems.extend(
        Problem(f"{sub}/", 1, f"{sub} 文件夹里一份表也没有。")
        for sub in ("items", "sops")
        if not any(name.startswith(f"{sub}/") for name in files)
    )
    for name, content in files.items():
        schema = SINGLE_FILES.get(name) or FOLDERS[name.split("/")[0]]
        text, fault = _decode(content)
        if fault:
            problems.append(Problem(name, 1, fault))
            continue
        row, found = read_text(text, name, SCHEMAS[schema])
        problems.extend(found)
        if row:
            for kind, placed in _records(schema, Placed(name, row)):
                forms.records.setdefault(kind, []).append(placed)
            forms.tables.update(_tables(schema, Placed(name, row)))
    if "pack" in forms.tables:
        problems.extend(_version_problems(forms.tables["pack"]))
    return forms, problems


def stray_files(folder: Path) -> list[Problem]:
    """YAML files that lie where the program does not read them."""
    problems = []
    for path in sorted((*folder.glob("*.y*ml"), *folder.glob("*/*.y*ml"))):
        name = path.relative_to(folder).as_posix()
        sub = name.split("/")[0] if "/" in name else ""
        known = name in SINGLE_FILES or (sub in FOLDERS and path.suffix == ".yaml")
        ours = sub == "" or sub in FOLDERS
        if ours and not known:
            problems.append(
                Problem(name, 1, "程序不读这份表，文件名可能写错了。", Severity.WARNING)
            )
    return problems


def _decode(content: bytes) -> tuple[str, str]:
    if len(content) > MAX_FILE_BYTES:
        return "", f"文件太大（超过 {MAX_FILE_BYTES // 1_000_000} MB），不像是一份表。"
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "文件不是 UTF-8 编码，请用“另存为 UTF-8”再存一次。"


def _records(schema: str, whole: Placed) -> Iterator[tuple[str, Placed]]:
    file, row = whole
    if schema in ("sop", "calendar", "paper"):
        yield f"{schema}s", whole
        return
    lists = {
        "agencies": (("kinds", "agency_kinds"), ("agencies", "agencies")),
        "reasons": (("categories", "categories"), ("reasons", "reasons")),
        "pack": (),
    }.get(schema, ((schema, schema),))
    for key, kind in lists:
        for record in row[key]:
            if schema == "items":
                record["line"] = row["line"]
                record.lines["line"] = row.line_of("line")
            yield kind, Placed(file, record)


def _tables(schema: str, whole: Placed) -> dict[str, Placed]:
    if schema == "pack":
        return {"pack": whole}
    if schema == "lines":
        return {"sublines": Placed(whole.file, whole.row["sublines"])}
    return {}


def _version_problems(pack: Placed) -> list[Problem]:
    written = pack.row["schema_version"]
    if written in (SCHEMA_VERSION, None):
        return []
    line = pack.row.line_of("schema_version")
    text = f"这个内容包的格式版本是 {written}，本程序只认得 {SCHEMA_VERSION}。"
    return [Problem(pack.file, line, text)]
