"""Loads the content pack, quickly when it has not changed since the last time.

Reading YAML and checking every link takes a few hundred milliseconds, so the checked data is kept
as plain JSON in a cache folder. The cache is only believed when its own checksum holds and it was
made by this version of the program from exactly these bytes; anything else is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import desk_app
from desk_app.content.build import build_pack
from desk_app.content.crosscheck import cross_check
from desk_app.content.forms import digest_of, pack_files, read_forms
from desk_app.content.report import Problem, Severity, in_order
from desk_app.content.schema import SCHEMAS
from desk_app.core.catalogue import Pack
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem

CACHE_NAME = "pack-cache.json"


class ContentError(BadInputError):
    """The pack cannot be used. ``problems``: everything that is wrong, by file and line."""

    code = "bad_content"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(
            QT_TRANSLATE_NOOP(
                "Errors", "内容包有 {count} 处错误，第一处在 {file} 第 {line} 行：{problem}"
            ),
            safe=QT_TRANSLATE_NOOP("Errors", "已有的案件和数据都没有动。"),
            press=QT_TRANSLATE_NOOP(
                "Errors", "请照提示改好；运行 desk-app content check 可以看到全部错误。"
            ),
            count=len(problems),
            file=first.file,
            line=first.line,
            problem=first.text,
        )
        self.problems = problems


def load_pack(folder: Path, cache_dir: Path | None = None) -> Pack:
    """The pack in ``folder``, whole and checked.

    Args:
        folder: a folder with the shape of ``forms/``.
        cache_dir: where the checked data is kept between runs; None = nowhere. It need not exist
            and may be read-only; what lies in it is never trusted further than its checksum.

    Raises ContentError when the forms have errors, EnvironmentProblem when they cannot be read.
    """
    files = _read_files(folder)
    digest = digest_of(files)
    stamp = _stamp(digest)
    cache = cache_dir / CACHE_NAME if cache_dir is not None else None
    if cache is not None:
        kept = _read_cache(cache, stamp)
        if kept is not None:
            with suppress(KeyError, TypeError, ValueError, AttributeError):
                return build_pack(kept, digest)
    forms, problems = read_forms(files)
    problems.extend(cross_check(forms, date.today()))
    errors = tuple(p for p in in_order(problems) if p.severity is Severity.ERROR)
    if errors:
        raise ContentError(errors)
    data = forms.as_data()
    if cache is not None:
        _write_cache(cache, stamp, data)
    return build_pack(data, digest)


def _read_files(folder: Path) -> dict[str, bytes]:
    try:
        files = pack_files(folder)
    except OSError as error:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "内容包读不出来：{file}（{reason}）。"),
            safe=QT_TRANSLATE_NOOP("Errors", "已有的案件和数据都没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请检查这个文件的读取权限，或重新安装。"),
            file=error.filename or folder,
            reason=error.strerror or "",
        ) from error
    if not files:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "找不到内容包：{folder} 里没有事项、材料这些表。"),
            safe=QT_TRANSLATE_NOOP("Errors", "已有的案件和数据都没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请检查文件夹的位置，或重新安装。"),
            folder=folder,
        )
    return files


def _stamp(digest: str) -> str:
    """What a cache must have been made from: program, schemas and forms, as one checksum."""
    schemas = json.dumps(SCHEMAS, sort_keys=True)
    return hashlib.sha256(f"{desk_app.__version__}\n{schemas}\n{digest}".encode()).hexdigest()


def _read_cache(path: Path, stamp: str) -> dict[str, Any] | None:
    """The kept data, or None where there is none that can be believed."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode("ascii") != _head(stamp, body):
            return None
        data = json.loads(body)
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _write_cache(path: Path, stamp: str, data: dict[str, Any]) -> None:
    """Keep the data for the next time; a folder that cannot be written is no trouble."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(stamp, body).encode("ascii") + b"\n" + body)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _head(stamp: str, body: bytes) -> str:
    return f"desk-app pack {stamp} {hashlib.sha256(body).hexdigest()}"
