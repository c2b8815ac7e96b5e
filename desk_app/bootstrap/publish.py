"""Publishing a content pack: a key, and a folder of forms signed with it."""

from __future__ import annotations

from pathlib import Path

from desk_app.bootstrap.packs import Installed, read_key_file, unreadable
from desk_app.content.check import check_pack
from desk_app.content.pack import ContentError, load_pack
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError, EnvironmentProblem
from desk_app.protocol.packs import SUFFIXES, sign_pack
from desk_app.protocol.publisher import make_publisher_key, read_publisher_key
from desk_app.system.durable import write_durably


def make_key_file(path: Path) -> str:
    """Make a publisher's key: ``path`` is secret, ``path.pub`` is for the desks. Returns its id.

    Raises BadInputError where one of them exists, EnvironmentProblem where they cannot be written.
    """
    key, public = make_publisher_key(), path.with_name(path.name + ".pub")
    if path.exists() or public.exists():
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "已经有“{name}”或它的 .pub 了，没有另做。"),
            safe=QT_TRANSLATE_NOOP("Errors", "原来的密钥没有动。"),
            name=path.name,
        )
    for place, content, mode in ((path, key.pem, 0o600), (public, key.public_pem, 0o644)):
        try:
            write_durably(place, content, mode)
        except OSError as error:
            raise _unwritable(place, error) from error
    return key.id


def sign_folder(folder: Path, key_file: Path, out: Path) -> Installed:
    """Sign the forms in ``folder`` into the pack file ``out``.

    Hidden files and files of other kinds are left out. Raises ContentError where the forms have
    errors, BadInputError for what no desk would accept, EnvironmentProblem for a bad disk.
    """
    key = read_publisher_key(read_key_file(key_file))
    if errors := check_pack(folder).errors:
        raise ContentError(errors)
    pack = load_pack(folder)
    files = _files_of(folder)
    packed = sign_pack(files, pack.version, pack.valid_from, key)
    try:
        write_durably(out, packed, 0o644)
    except OSError as error:
        raise _unwritable(out, error) from error
    return Installed(pack.digest, pack.version, key.id, pack.valid_from, len(files))


def _files_of(folder: Path) -> dict[str, bytes]:
    files = {}
    try:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if any(part.startswith(".") for part in name.split("/")):
                continue
            if path.is_symlink():
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "“{name}”是一个链接，内容包里只能放真的文件。"),
                    safe=QT_TRANSLATE_NOOP("Errors", "没有签，也没有写文件。"),
                    name=name[:80],
                )
            if path.is_file() and name.endswith(SUFFIXES):
                files[name] = path.read_bytes()
    except OSError as error:
        raise unreadable(folder, error) from error
    return files


def _unwritable(path: Path, error: OSError) -> EnvironmentProblem:
    return EnvironmentProblem(
        QT_TRANSLATE_NOOP("Errors", "“{name}”写不进去（{reason}）。"),
        name=path.name,
        reason=error.strerror or "",
    )
