"""``desk-app content …``: look after the content pack, publish one, install one, choose one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from desk_app.bootstrap.content import check_content
from desk_app.cli.options import JsonOption, options_of, write
from desk_app.core.kinds.kind import Json
from desk_app.core.pack_change import PackChange, told_once
from desk_app.system.paths import find_paths

app = typer.Typer(help="内容包：事项、材料、检查单、原因码、机构。", no_args_is_help=True)

STATES = {"in_force": "在用", "waiting": "等到那天起用", "kept": "留着", "damaged": "损坏"}
NEXT_START = "下次打开程序起用；现在开着的窗口不受影响。"
MOST_NAMES = 3


@app.callback()
def content() -> None:
    """内容包：事项、材料、检查单、原因码、机构。"""


@app.command()
def check(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Option(help="内容包文件夹（默认正在用的）。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="用 JSON 输出。")] = False,
) -> None:
    """检查内容包：哪个文件哪一行错了什么，哪些还没有人核对过。"""
    report = check_content(folder, options_of(context).data)
    answer: dict[str, Json] = report.as_json_dict()
    write(answer, as_json, report.words())
    if report.errors:
        raise typer.Exit(1)


@app.command()
def keygen(
    file: Annotated[Path, typer.Argument(help="私钥存在哪里；公钥存在旁边的 .pub。")],
    as_json: JsonOption = False,
) -> None:
    """给发布内容包的人做一把签名用的钥匙。"""
    from desk_app.bootstrap.publish import make_key_file

    publisher = make_key_file(file)
    words = (
        f"签名人 {publisher}\n私钥 {file}：只有发布的人能有，请存在加锁的优盘里。\n"
        f"公钥 {file}.pub：交给各窗口，装包时用 --trust 给出。"
    )
    write({"publisher": publisher, "key": str(file), "public": f"{file}.pub"}, as_json, words)


@app.command()
def sign(
    folder: Annotated[Path, typer.Argument(help="内容包文件夹。")],
    key: Annotated[Path, typer.Option(help="签名人的私钥文件。")],
    out: Annotated[Path, typer.Option(help="签好的内容包存成这个文件。")],
    as_json: JsonOption = False,
) -> None:
    """检查一个内容包文件夹，没有错误就签名，存成一个文件。"""
    from desk_app.bootstrap.publish import sign_folder

    signed = sign_folder(folder, key, out)
    words = f"{signed.version} 版，{signed.files} 个文件，签好了：{out}\n指纹 {signed.digest}"
    answer: dict[str, Json] = {
        "version": signed.version, "digest": signed.digest, "publisher": signed.publisher,
        "files": signed.files, "file": str(out),
    }  # fmt: skip
    write(answer, as_json, words)


@app.command()
def install(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="签好的内容包文件。")],
    trust: Annotated[
        Path | None, typer.Option(help="签名人的公钥文件；信任一次，以后记得。")
    ] = None,
    roll_back: Annotated[
        bool, typer.Option("--roll-back", help="确实要装比现在旧的版本。")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """核对签名、检查内容，装上一个内容包。哪一步不过，现在用的都不动。"""
    from desk_app.bootstrap.packs import install_pack, read_key_file, read_pack_file

    public = read_key_file(trust) if trust else b""
    paths = find_paths(options_of(context).data)
    done = install_pack(paths, read_pack_file(pack), trust=public, roll_back=roll_back)
    words = f"装好了 {done.version} 版，指纹 {done.digest[:12]}。{_starts(done.starts)}"
    answer: dict[str, Json] = {
        "version": done.version, "digest": done.digest, "publisher": done.publisher,
        "starts": _iso(done.starts),
    }  # fmt: skip
    write(answer, as_json, words)


@app.command()
def packs(context: typer.Context, as_json: JsonOption = False) -> None:
    """列出随程序来的和装过的内容包，哪个在用。"""
    from desk_app.bootstrap.packs import list_packs

    rows = list_packs(find_paths(options_of(context).data))
    lines = []
    for row in rows:
        start = f"　从 {row.valid_from.isoformat()} 起" if row.valid_from else ""
        by = f"　签名人 {row.publisher[:12]}" if row.publisher else "　随程序来的"
        lines.append(f"{row.digest[:12]:<12}　{row.version}　{STATES[row.state]}{start}{by}")
    answer: list[Json] = [
        {
            "digest": row.digest,
            "version": row.version,
            "state": row.state,
            "valid_from": _iso(row.valid_from),
            "publisher": row.publisher,
        }
        for row in rows
    ]
    write(answer, as_json, "\n".join(lines))


@app.command()
def use(
    context: typer.Context,
    digest: Annotated[str, typer.Argument(help="指纹，开头几位就行；shipped 是随程序来的。")],
    as_json: JsonOption = False,
) -> None:
    """换用装过的另一个内容包（新的出了问题，就这样退回去）。"""
    from desk_app.bootstrap.packs import use_pack

    chosen = use_pack(find_paths(options_of(context).data), digest)
    starts = chosen.valid_from if chosen.state == "waiting" else None
    words = f"选定 {chosen.version} 版。{_starts(starts)}"
    answer: dict[str, Json] = {
        "version": chosen.version, "digest": chosen.digest, "starts": _iso(starts),
    }  # fmt: skip
    write(answer, as_json, words)


@app.command()
def changes(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="旧的：文件夹、指纹的开头，或 shipped。")],
    new: Annotated[str, typer.Argument(help="新的：写法一样。")],
    as_json: JsonOption = False,
) -> None:
    """新版改了什么：每个事项的材料、问题、检查单、机构、关系、时限，旧的和新的并排。"""
    from desk_app.bootstrap.packs import compare_packs

    found = compare_packs(find_paths(options_of(context).data), old, new)
    answer: list[Json] = [
        {"item": c.item, "name": c.name, "what": c.what, "before": c.before, "after": c.after}
        for c in found
    ]
    write(answer, as_json, "\n".join(_told(found)) or "没有不同。")


def _told(found: Iterable[PackChange]) -> Iterable[str]:
    told = told_once(found)
    yield from (f"{change.words}{_of(names)}" for change, names in told)
    if told:
        yield f"一共 {len(told)} 处。"


def _of(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    more = f"等 {len(names)} 个事项" if len(names) > MOST_NAMES else ""
    return f"（{'、'.join(names[:MOST_NAMES])}{more}）"


def _starts(day: date | None) -> str:
    return f"从 {day.isoformat()} 起用，在那之前还用原来的。" if day else NEXT_START


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
