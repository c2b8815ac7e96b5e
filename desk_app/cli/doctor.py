"""``desk-app doctor``: what is well, what is not, and what to do. ``rebuild`` beside it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import typer

import desk_app
from desk_app.bootstrap.content import open_content
from desk_app.bootstrap.desk import keyring_name
from desk_app.bootstrap.files import FilesHealth, look_over
from desk_app.bootstrap.press import make_press
from desk_app.cli.options import JsonOption, Options, options_of, write
from desk_app.core.errors import DeskAppError
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import StoreHealth
from desk_app.system.paths import find_paths
from desk_app.system.resources import resource_path

MEGABYTE = 1_000_000
LITTLE_SPACE = 200 * MEGABYTE

MUST_BE_WELL = ("字体", "内容包", "磁盘", "资料", "附件")

Finding = tuple[bool, str]


def doctor(context: typer.Context, as_json: JsonOption = False) -> None:
    """看看这台电脑和资料好不好，哪里不好，怎么办。"""
    options = options_of(context)
    checks: list[tuple[str, Callable[[], Finding]]] = [
        (
            "程序",
            lambda: (True, f"desk-app {desk_app.__version__}，Python {sys.version.split()[0]}"),
        ),
        ("字体", _fonts),
        ("内容包", lambda: _content(options)),
        ("密钥环", _keyring),
        ("打印机", _printers),
    ]
    findings = [(name, *_try(check)) for name, check in checks]
    findings += [(name, *_try(check)) for name, check in _folder_checks(options)]
    answer: list[Json] = [{"what": n, "ok": ok, "words": words} for n, ok, words in findings]
    lines = [f"{'✓' if ok else '✗'} {name}：{words}" for name, ok, words in findings]
    write(answer, as_json, "\n".join(lines))
    # No keyring and no printer are states one can work with; a bad store or pack is not.
    if any(not ok for name, ok, _ in findings if name in MUST_BE_WELL):
        raise typer.Exit(1)


def _folder_checks(options: Options) -> list[tuple[str, Callable[[], Finding]]]:
    def disk() -> Finding:
        return _disk(find_paths(options.data).data)

    def store() -> Finding:
        if not find_paths(options.data).store.exists():  # looking must not make one
            return True, "还没有，第一次接待时会建好"
        with options.desk() as desk:
            return _store(desk.store.health())

    def files() -> Finding:
        if not find_paths(options.data).store.exists():
            return True, "还没有"
        with options.desk() as desk:
            return _files(look_over(desk.store, desk.files))

    return [("磁盘", disk), ("资料", store), ("附件", files)]


def rebuild(context: typer.Context, as_json: JsonOption = False) -> None:
    """由流水重新算出所有列表，并核对和原来是否一样。"""
    with options_of(context).desk() as desk:
        before = desk.store.digest()
        after = desk.store.rebuild()
        words = "重算完毕，和原来一样。" if before == after else "重算完毕，列表已改正。"
        are_whole, about = _files(look_over(desk.store, desk.files))
        if not are_whole:
            words = f"{words}附件：{about}"
        answer: dict[str, Json] = {"before": before, "after": after, "same": before == after}
        write({**answer, "files_whole": are_whole}, as_json, words)


def _try(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except DeskAppError as error:
        return False, str(error)


def _fonts() -> Finding:
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "HanaMinB.ttf"):
        resource_path(f"fonts/{name}")
    return True, "三个字体文件都在"


def _content(options: Options) -> Finding:
    content = open_content(options.data)
    if content.problem is not None:
        return False, str(content.problem)
    if content.is_installed:
        from desk_app.bootstrap.packs import signature_problem

        fault = signature_problem(find_paths(options.data), content.digest)
        if fault is not None:
            return False, str(fault)
    pack = content.pack
    whence = "装上的" if content.is_installed else "随程序来的"
    counts = f"{len(pack.items)} 个事项，{len(pack.materials)} 种材料"
    return True, f"{pack.version} 版（{whence}），{counts}"


def _keyring() -> Finding:
    found = keyring_name()
    if not found:
        return False, "没有系统密钥环，要用口令打开资料（也很安全，口令请封存一份）"
    return True, found


def _printers() -> Finding:
    names = [printer.name for printer in make_press().printers()]
    if not names:
        return False, "没有打印机；单子可以存为 PDF，或者回中心再打"
    return True, "、".join(names)


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    words = f"还有 {free // MEGABYTE} MB"
    return (True, words) if free >= LITTLE_SPACE else (False, f"{words}，请腾出空间")


def _store(health: StoreHealth) -> Finding:
    about = f"{health.cases} 件，{health.entries} 条记录，SQLCipher {health.cipher_version}"
    if health.problems:
        return False, f"有 {len(health.problems)} 处损坏；请不要删除，先用备份或修复。{about}"
    return True, f"完好，{about}"


def _files(health: FilesHealth) -> Finding:
    if not health.missing and not health.damaged:
        return True, f"完好，{health.files} 个" if health.files else "还没有"
    found = [
        f"{count} 个{words}"
        for count, words in (
            (health.missing, "不在这台电脑上（加入了中心的，联网后会取来）"),
            (health.damaged, "损坏（有原件的，请再放进案件一次）"),
        )
        if count
    ]
    return False, f"{health.files} 个里有 {'、'.join(found)}"
