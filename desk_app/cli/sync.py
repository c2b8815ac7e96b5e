"""``desk-app sync …``: join a centre, send and fetch, by network or by stick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from desk_app.cli.options import JsonOption, options_of, write
from desk_app.core.exchange import REJECTIONS, TrayItem
from desk_app.core.kinds.kind import Json

app = typer.Typer(help="和中心同步：加入、收发、查看、用优盘带。", no_args_is_help=True)


@app.callback()
def sync() -> None:
    """和中心同步：加入、收发、查看、用优盘带。"""


@app.command()
def join(
    context: typer.Context,
    ticket: Annotated[str, typer.Argument(help="加入凭条：https://主机:端口#码#指纹。")],
    name: Annotated[str, typer.Option(help="这台设备叫什么，主管看得到。")] = "",
    as_json: JsonOption = False,
) -> None:
    """凭凭条加入中心。加入以后，本机的案件会传到中心。"""
    from desk_app.bootstrap.sync import join_centre

    with options_of(context).desk() as desk:
        centre_name = join_centre(desk.store, desk.keyring, ticket, name)
        state = desk.store.sync_state()
        answer: dict[str, Json] = {
            "hub": state.hub, "centre": state.centre, "centre_name": centre_name,
            "device": desk.store.life()[0],
        }  # fmt: skip
        write(answer, as_json, f"加入了{centre_name}。")


@app.command()
def once(context: typer.Context, as_json: JsonOption = False) -> None:
    """和中心收发一次。连不上时退出码是 1，本机什么也不少。"""
    from desk_app.bootstrap.sync import life_mark, sync_once

    with options_of(context).desk() as desk:
        mark = life_mark(desk.paths, desk.keyring)
        whole = sync_once(desk.store, desk.keyring, mark, desk.paths, desk.files)
        done = whole.round
        answer: dict[str, Json] = {
            "sent": done.sent,
            "refused": done.refused,
            "fetched": done.fetched,
            "repaired": done.repaired,
            "reissued": done.reissued,
            "shed": list(done.shed),
            "unsent": done.unsent,
            "files_left": whole.files_left,
            "pack": whole.pack,
            "pack_code": whole.pack_code,
        }
        words = f"传了 {done.sent} 条，收了 {done.fetched} 条。"
        words += f"中心没有收下 {done.refused} 条，见 desk-app sync tray。" if done.refused else ""
        words += f"还有 {done.unsent} 条待传。" if done.unsent else ""
        words += "还有附件没有传完，下次接着传。" if whole.files_left else ""
        words += f"收到新目录 {whole.pack} 版，下次打开时用上。" if whole.pack else ""
        words += f"中心的新目录没有装上（{whole.pack_code}）。" if whole.pack_code else ""
        write(answer, as_json, words)


@app.command()
def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """本机和中心对得怎么样；不连网。

    JSON 里：state 是 none（没有加入）、waiting（有待传的）或 at_centre（都到了中心）；
    hub、centre、centre_name、epoch 是哪个中心；device、incarnation、counter 是本机和它写到第几条；
    cursor 是收到中心第几号；first_load 是第一次取回还没有完；unsent 是待传几条；
    tray 是中心没有收下、还没有处理的几条；held 是等人同意移走的几件；
    offers 是别的中心请本中心接的几件。
    """
    with options_of(context).desk() as desk:
        store = desk.store
        known = store.sync_state()
        device, incarnation, counter = store.life()
        unsent = store.count_outbox() if known.hub else 0
        tray_count, offers = len(store.tray()), len(store.incoming_offers())
        how = ("waiting" if unsent else "at_centre") if known.hub else "none"
        answer: dict[str, Json] = {
            "state": how,
            "hub": known.hub,
            "centre": known.centre,
            "centre_name": known.centre_name,
            "epoch": known.epoch,
            "device": device,
            "incarnation": incarnation,
            "counter": counter,
            "cursor": known.cursor,
            "first_load": bool(known.snapshot_upto),
            "unsent": unsent,
            "tray": tray_count,
            "held": known.hold,
            "offers": offers,
        }
        lines = [f"中心：{known.centre_name or '没有加入'}"]
        if known.hub:
            lines.append(f"待传 {unsent} 条" if unsent else "都到了中心")
        if tray_count:
            lines.append(f"待处理 {tray_count} 条：desk-app sync tray")
        if known.hold:
            lines.append(f"{known.hold} 件等人同意移走：desk-app sync let-go")
        write(answer, as_json, "\n".join(lines))


@app.command()
def tray(
    context: typer.Context,
    retry: Annotated[str, typer.Option(help="再传一次这一条。")] = "",
    done: Annotated[str, typer.Option(help="这一条处理过了，从待处理里拿掉。")] = "",
    as_json: JsonOption = False,
) -> None:
    """中心没有收下的记录：原因，写的是什么；它们仍在案件里。"""
    from desk_app.services.centre import CentreWork

    with options_of(context).desk() as desk:
        work = CentreWork(desk.store)
        if retry:
            work.retry(retry)
        if done:
            work.dealt_with(done)
        items = work.tray()
        rows: list[Json] = [_tray_row(item) for item in items]
        lines = [
            f"{item.entry.id}　{REJECTIONS.get(item.code, item.code)}　{item.entry.kind}"
            for item in items
        ]
        write(rows, as_json, "\n".join(lines) or "没有待处理的。")


@app.command("let-go")
def let_go(context: typer.Context, as_json: JsonOption = False) -> None:
    """同意把已转到别的中心的案件从本机移走（很多件一起时才要人同意）。"""
    from desk_app.services.centre import CentreWork

    with options_of(context).desk() as desk:
        gone = CentreWork(desk.store).let_go()
        cases: list[Json] = list(gone)
        write({"shed": cases}, as_json, f"移走了 {len(gone)} 件，都在对方中心。")


@app.command("export")
def export_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="写到哪个文件（优盘上）。")],
    everything: Annotated[
        bool, typer.Option("--all", help="连已到中心的一起写，带给还没有资料的窗口。")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """把待传的写进一个加密签名的文件，拿优盘带到中心；中心用 desk-app hub import 收。"""
    from desk_app.bootstrap.sync import export_stick, life_mark

    with options_of(context).desk() as desk:
        mark = life_mark(desk.paths, desk.keyring)
        count = export_stick(desk.store, desk.keyring, mark, file, everything=everything)
        write(
            {"file": str(file), "entries": count},
            as_json,
            f"写好了 {count} 条：{file}\n中心给了答复文件，再用 desk-app sync import 收。",
        )


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="中心的答复，或别的窗口写的文件。")],
    as_json: JsonOption = False,
) -> None:
    """收中心的答复文件，或别的窗口用 export 写的文件。不对的文件什么也不改。"""
    from desk_app.bootstrap.sync import import_stick

    with options_of(context).desk() as desk:
        done = import_stick(desk.store, desk.keyring, file)
        answer: dict[str, Json] = {
            "kind": done.kind, "settled": done.settled, "refused": done.refused,
            "new": done.new, "unsent": done.unsent, "fits": done.fits,
        }  # fmt: skip
        words = f"收了 {done.new} 条。"
        if done.kind == "answers":
            words += f"本机的 {done.settled} 条到了中心。"
        if not done.fits:
            words += "有一段对不上，下次联网会自己补。"
        words += f"还有 {done.unsent} 条待传。" if done.unsent else ""
        write(answer, as_json, words)


def _tray_row(item: TrayItem) -> dict[str, Json]:
    entry = item.entry
    return {
        "id": entry.id,
        "case_id": entry.case_id,
        "kind": entry.kind,
        "author": entry.author,
        "written": entry.at,
        "code": item.code,
        "why": REJECTIONS.get(item.code, item.code),
        "refused": item.at,
    }
