"""``desk-app hub …``: the centre's queue, for who runs it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk_app.bootstrap import hub as work
from desk_app.cli.options import JsonOption, options_of, write
from desk_app.core.kinds.kind import Json

if TYPE_CHECKING:
    from desk_app.bootstrap.hub import HubFolder

app = typer.Typer(help="中心：收下各窗口的记录，编号，分发。", no_args_is_help=True)
centre_app = typer.Typer(help="街镇中心。", no_args_is_help=True)
app.add_typer(centre_app, name="centre")

DbOption = Annotated[
    str, typer.Option("--db", help="数据库地址（postgresql://…）；不写是本文件夹里的 SQLite。")
]
KEY_FILE = "desk_app.hub.key_file"
"""Where the option in front of the command is kept until the command runs."""

STATES = {"active": "在用", "revoked": "已停用", "sealing": "等它封存", "sealed": "已封存"}


@app.callback()
def hub(
    context: typer.Context,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file",
            envvar="DESK_APP_HUB_KEY_FILE",
            help="数据密钥放在哪个文件；不写是本文件夹里的 hub.key。",
        ),
    ] = None,
) -> None:
    """中心：收下各窗口的记录，编号，分发。"""
    context.meta[KEY_FILE] = key_file


def _folder(context: typer.Context, db: str) -> HubFolder:
    return work.hub_folder(options_of(context).data, db, context.meta.get(KEY_FILE))


@app.command()
def init(
    context: typer.Context,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="证书写哪些主机名或地址，可以写几次。")
    ] = None,
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """建一个新的中心：密钥、证书、数据库。"""
    folder = _folder(context, db)
    names = tuple(name or ("localhost", "127.0.0.1"))
    folder.make(names)
    write(
        {"folder": str(folder.path), "ca_fingerprint": folder.ca_fingerprint()},
        as_json,
        f"中心建好了：{folder.path}\n请把 hub.key 另存一份在加锁的地方：没有它，备份也打不开。",
    )


@app.command()
def upgrade(context: typer.Context, db: DbOption = "", as_json: JsonOption = False) -> None:
    """换了新版程序以后：把数据库升到它要的样子。请先备份。"""
    work.upgrade(_folder(context, db))
    write({"upgraded": True}, as_json, "数据库是新的了。")


@app.command()
def certificate(
    context: typer.Context,
    name: Annotated[list[str], typer.Option("--name", help="证书写哪些主机名或地址，可以写几次。")],
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """换一张新的服务器证书，还是原来的 CA：各窗口不用动；重新启动中心后生效。"""
    folder = _folder(context, db)
    folder.renew_certificate(tuple(name))
    ends = folder.certificate_ends()
    until = f"{ends:%Y-%m-%d}" if ends else ""
    write({"ends": until}, as_json, f"换好了，用到 {until}。重新启动中心后生效。")


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="在哪个地址上听。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="在哪个端口上听。")] = 8443,
    plain: Annotated[bool, typer.Option("--plain", help="不加密，只能在本机用。")] = False,
    tls_cert: Annotated[
        Path | None, typer.Option(help="用别的证书；发它的 CA 要放在本文件夹的 ca.pem。")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="那张证书的密钥。")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="几个进程。")] = 1,
    docs: Annotated[bool, typer.Option("--docs", help="给出接口说明 /openapi.json。")] = False,
    db: DbOption = "",
) -> None:
    """开始服务，直到停下。"""
    folder = _folder(context, db)
    tls = (tls_cert, tls_key)
    how = work.serving(host, port, plain=plain, workers=workers, docs=docs, tls=tls)
    work.serve(folder, how)


@centre_app.command("add")
def add_centre(
    context: typer.Context,
    centre: Annotated[str, typer.Argument(help="编号：小写字母、数字、短横。")],
    name: Annotated[str, typer.Argument(help="名称，例如 南京西路街道社区事务受理服务中心。")],
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """加一个街镇中心。"""
    with work.opened(_folder(context, db)) as (_, people):
        people.add_centre(centre, name)
    write({"centre": centre, "name": name}, as_json, f"已加：{centre} {name}")


@centre_app.command("list")
def list_centres(context: typer.Context, db: DbOption = "", as_json: JsonOption = False) -> None:
    """有哪些街镇中心。"""
    with work.opened(_folder(context, db)) as (_, people):
        found = people.centres()
    lines: list[Json] = [{"centre": line.centre, "name": line.name} for line in found]
    write(lines, as_json, "\n".join(f"{line.centre}  {line.name}" for line in found))


@centre_app.command("residents")
def residents(
    context: typer.Context,
    centre: Annotated[str, typer.Argument(help="哪个街镇中心。")],
    phone: Annotated[str | None, typer.Option(help="窗口电话，每一页上都有。")] = None,
    address: Annotated[
        str | None, typer.Option(help="居民从哪里打开网页：https://主机（手机认得的证书）。")
    ] = None,
    status: Annotated[
        bool | None, typer.Option("--status/--no-status", help="开或关：扫码看办到哪一步。")
    ] = None,
    inquiries: Annotated[
        bool | None, typer.Option("--inquiries/--no-inquiries", help="开或关：网上留言。")
    ] = None,
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """给居民看的网页：扫码看进度、网上留言，开还是关；什么都不写就只看。"""
    side = work.residents(
        _folder(context, db), centre, phone=phone, address=address, shows_status=status,
        takes_inquiries=inquiries,
    )  # fmt: skip
    words = (
        f"窗口电话：{side['phone'] or '没有写'}\n网页地址：{side['address'] or '没有写'}\n"
        f"扫码看进度：{'开' if side['shows_status'] else '关'}\n"
        f"网上留言：{'开' if side['takes_inquiries'] else '关'}"
    )
    if side["takes_inquiries"] and side["address"]:
        words += f"，{side['address']}/ask/{centre}"
    write(side, as_json, words)


@app.command()
def enrol(
    context: typer.Context,
    centre: Annotated[str, typer.Option("--centre", help="哪个街镇中心。")],
    address: Annotated[str, typer.Option("--address", help="窗口从哪里连：https://主机:端口。")],
    supervisor: Annotated[bool, typer.Option("--supervisor", help="主管的电脑。")] = False,
    replace: Annotated[
        str, typer.Option("--replace", help="这台设备丢了钥匙：凭这个码换一把，原来的作废。")
    ] = "",
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """发一个加入码：一行字，一小时内、一台电脑用一次。"""
    folder = _folder(context, db)
    role = "supervisor" if supervisor else "desk"
    work.ticket(folder, address, "")  # a wrong address is said before a code is made
    with work.opened(folder) as (_, people):
        code = people.new_code(centre, role, work.now_ms(), replace)
    line = work.ticket(folder, address, code)
    write({"ticket": line, "role": role}, as_json, line)


@app.command()
def devices(
    context: typer.Context,
    centre: Annotated[str, typer.Option("--centre", help="只看这个街镇中心。")] = "",
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """有哪些电脑，在不在用，最后一次联系是什么时候。"""
    with work.opened(_folder(context, db)) as (_, people):
        found = people.devices(centre)
        apart = people.quarantined()
    lines: list[Json] = [
        {**line.model_dump(), "quarantined": apart.get(line.device, 0)} for line in found
    ]
    words = [
        f"{line.device}  {line.name}  {STATES[line.state]}  {_time(line.seen)}"
        + (f"  另存 {apart[line.device]} 条待看" if line.device in apart else "")
        for line in found
    ]
    write(lines, as_json, "\n".join(words) or "还没有电脑加入。")


@app.command()
def revoke(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="设备编号（desk-app hub devices）。")],
    seal: Annotated[bool, typer.Option("--seal", help="并命它下次联网时销毁密钥。")] = False,
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """停用一台电脑；丢了的加 --seal。"""
    with work.opened(_folder(context, db)) as (_, people):
        people.revoke(device, work.now_ms(), seal_it=seal)
    words = "已停用。" + (
        "它下次联网会先把没传的交来，再销毁密钥；一直不联网，就靠磁盘上的加密挡着。" if seal else ""
    )
    write({"device": device, "sealing": seal}, as_json, words)


@app.command()
def check(context: typer.Context, db: DbOption = "", as_json: JsonOption = False) -> None:
    """一条一条核对：编号连不连，校验码对不对，内容打不打得开。"""
    found = work.check(_folder(context, db))
    write(list(found), as_json, _check_words(found))
    if any(line["faults"] for line in found):
        raise typer.Exit(1)


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="备份写到哪个文件。")],
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """备份整个数据库，不用停；内容仍是加密的，要和 hub.key 一起才打得开。"""
    digest = work.backup(_folder(context, db), file)
    write({"file": str(file), "sha256": digest}, as_json, f"已备份：{file}\nsha256 {digest}")


@app.command("restore-drill")
def restore_drill(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="备份文件。")],
    into: Annotated[str, typer.Option("--into", help="恢复到哪个空的数据库（地址）。")],
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """把备份恢复到一个空数据库里，换新的纪元，逐条核对。真恢复也是这样做。"""
    epoch, found = work.restore(_folder(context, db), file, into)
    words = f"已恢复，纪元 {epoch}。各窗口会把备份以后的记录再传一遍。\n{_check_words(found)}"
    write({"epoch": epoch, "centres": list(found)}, as_json, words)
    if any(line["faults"] for line in found):
        raise typer.Exit(1)


@app.command("new-epoch")
def new_epoch(context: typer.Context, db: DbOption = "", as_json: JsonOption = False) -> None:
    """数据库是用别的办法恢复的：告诉各窗口，让它们把后来的记录再传一遍。"""
    epoch = work.new_epoch(_folder(context, db))
    write({"epoch": epoch}, as_json, f"新的纪元 {epoch}。各窗口会把备份以后的记录再传一遍。")


@app.command()
def quarantine(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="设备编号（desk-app hub devices）。")],
    release: Annotated[
        bool, typer.Option("--release", help="核对过了：收下这些记录。设备仍停用。")
    ] = False,
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """停用以后那台电脑又交来的记录：看有哪些（不显示内容），或者收下。"""
    folder = _folder(context, db)
    if release:
        done = work.release(folder, device)
        write(done, as_json, f"收下 {done['taken']} 条，{done['kept']} 条没收，仍另存着。")
        return
    found = work.kept_apart(folder, device)
    lines = [f"{_time(line['received'])}  {line['case_id']}  {line['kind']}" for line in found]
    write([*found], as_json, "\n".join(lines) or "没有另存的记录。")


@app.command("import")
def import_stick(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="窗口导出的文件。")],
    answer: Annotated[Path, typer.Option("--answer", help="答复写到哪个文件，带回那个窗口。")],
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """收下优盘带来的记录，写好答复。"""
    counts = work.take_stick(_folder(context, db), file, answer)
    words = (
        f"新收 {counts['accepted']} 条，已有 {counts['duplicate']} 条，"
        f"没收 {counts['rejected']} 条；答复里有 {counts['rows']} 条。"
    )
    write(counts, as_json, words)


@app.command()
def publish(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="签了名的内容包。")],
    trust: Annotated[Path, typer.Option("--trust", help="签名人的公钥文件。")],
    db: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """把签了名的内容包发给各窗口。"""
    digest, version = work.publish(_folder(context, db), pack, trust)
    write({"digest": digest, "version": version}, as_json, f"已发布 {version}。")


def _check_words(found: list[dict[str, Json]]) -> str:
    return "\n".join(
        f"{line['centre']}：{line['rows']} 条，"
        + ("全部对得上。" if not line["faults"] else f"有 {line['faults']} 处不对！")
        for line in found
    )


def _time(ms: Json) -> str:
    return f"{datetime.fromtimestamp(int(str(ms)) / 1000, UTC).astimezone():%Y-%m-%d %H:%M}"
