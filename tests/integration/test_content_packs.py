"""Installing signed content packs: the old one or the new one, never half of one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from desk_app.bootstrap.content import open_content
from desk_app.bootstrap.packs import (
    compare_packs,
    install_pack,
    list_packs,
    signature_problem,
    use_pack,
)
from desk_app.bootstrap.publish import make_key_file, sign_folder
from desk_app.content.pack import ContentError
from desk_app.content.shelf import SHIPPED, PackShelf
from desk_app.core.errors import BadInputError, EnvironmentProblem, UserFacingError
from desk_app.protocol.packs import PackRefusedError, UntrustedPublisherError, open_pack, sign_pack
from desk_app.protocol.publisher import read_publisher_key
from desk_app.system.paths import AppPaths
from tests.helpers.packs import FORMS, Publisher, data_folder

RENAMED = ("items/civil.yaml", "name: 最低生活保障", "name: 低保（新名称）")


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    return Publisher(tmp_path_factory.mktemp("publisher"))


@pytest.fixture(scope="module")
def newer(publisher: Publisher) -> bytes:
    return publisher.pack("2026.10", ("materials.yaml", "plain_name: ", "plain_name: 新"))


@pytest.fixture(scope="module")
def newest(publisher: Publisher) -> bytes:
    return publisher.pack("2026.11")


@pytest.fixture
def desk(tmp_path: Path) -> AppPaths:
    return data_folder(tmp_path)


def version(desk: AppPaths) -> str:
    """The version the next start would use."""
    return open_content(desk.data, desk.cache).pack.version


def states(desk: AppPaths) -> dict[str, str]:
    return {row.version: row.state for row in list_packs(desk)}


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_installed_pack_is_in_force_at_the_next_start(
    desk: AppPaths, publisher: Publisher, newer: bytes
) -> None:
    before = open_content(desk.data, desk.cache)
    done = install_pack(desk, newer, trust=publisher.public)
    assert (done.version, done.starts, done.publisher) == ("2026.10", None, publisher.id)
    assert (before.pack.version, before.digest) == ("2026.1", SHIPPED)
    after = open_content(desk.data, desk.cache)
    assert (after.pack.version, after.digest, after.problem) == ("2026.10", done.digest, None)
    kept = PackShelf(desk.data).pack(done.digest)
    assert kept is not None
    opened = open_pack(newer, [publisher.public])
    assert tree(kept.forms) == dict(opened.files)
    assert signature_problem(desk, done.digest) is None


def test_nothing_is_made_and_nothing_is_trusted_before_the_first_installation(
    desk: AppPaths, newer: bytes
) -> None:
    assert version(desk) == "2026.1"
    assert states(desk) == {"2026.1": "in_force"}
    with pytest.raises(UntrustedPublisherError):
        install_pack(desk, newer)
    assert not (desk.data / "packs").exists()


def test_a_publisher_is_trusted_once_and_only_if_the_pack_was_his(
    desk: AppPaths, publisher: Publisher, newer: bytes, newest: bytes, tmp_path: Path
) -> None:
    other = Publisher(tmp_path)
    with pytest.raises(UntrustedPublisherError):
        install_pack(desk, newer, trust=other.public)
    install_pack(desk, newer, trust=publisher.public)
    assert list(PackShelf(desk.data).trusted()) == [publisher.id]
    install_pack(desk, newest)
    assert version(desk) == "2026.11"


def test_an_older_version_is_refused_unless_it_is_wanted(
    desk: AppPaths, publisher: Publisher, newer: bytes, newest: bytes
) -> None:
    install_pack(desk, newest, trust=publisher.public)
    with pytest.raises(UserFacingError, match="--roll-back"):
        install_pack(desk, newer)
    assert states(desk) == {"2026.1": "kept", "2026.11": "in_force"}
    install_pack(desk, newer, roll_back=True)
    assert states(desk) == {"2026.1": "kept", "2026.10": "in_force", "2026.11": "kept"}


def test_one_version_has_one_content(
    desk: AppPaths, publisher: Publisher, newer: bytes, tmp_path: Path
) -> None:
    install_pack(desk, newer, trust=publisher.public)
    twin = Publisher(tmp_path).pack("2026.10")
    with pytest.raises(UserFacingError, match="加一"):
        install_pack(desk, twin, trust=(tmp_path / "publisher.pem.pub").read_bytes())
    assert version(desk) == "2026.10"
    assert install_pack(desk, newer).version == "2026.10"  # the same again is fine


def test_going_back_and_forth_among_what_is_kept(
    desk: AppPaths, publisher: Publisher, newer: bytes, newest: bytes
) -> None:
    first = install_pack(desk, newer, trust=publisher.public).digest
    install_pack(desk, newest)
    assert use_pack(desk, first[:8].upper()).version == "2026.10"
    assert version(desk) == "2026.10"
    assert use_pack(desk, SHIPPED).digest == SHIPPED
    assert version(desk) == "2026.1"
    for unknown in ("0" * 64, "", "zz", "../.."):
        with pytest.raises(BadInputError, match="content packs"):
            use_pack(desk, unknown)
    assert version(desk) == "2026.1"


def test_a_pack_of_a_day_to_come_waits_for_it(
    desk: AppPaths, publisher: Publisher, newer: bytes, tmp_path: Path
) -> None:
    tomorrow = date.today() + timedelta(days=1)
    install_pack(desk, newer, trust=publisher.public)
    coming = Publisher(tmp_path).pack("2027.1", valid_from=tomorrow.isoformat())
    trust = (tmp_path / "publisher.pem.pub").read_bytes()
    done = install_pack(desk, coming, trust=trust)
    assert done.starts == tomorrow
    assert version(desk) == "2026.10"
    assert states(desk)["2027.1"] == "waiting"
    shelf = PackShelf(desk.data)
    assert shelf.in_force(tomorrow) == done.digest
    assert shelf.in_force(date.today()) != done.digest


@pytest.mark.parametrize("damage", ["changed", "gone", "more", "manifest", "words", "one word"])
def test_a_damaged_pack_never_keeps_the_program_from_starting(
    desk: AppPaths, publisher: Publisher, newer: bytes, damage: str
) -> None:
    digest = install_pack(desk, newer, trust=publisher.public).digest
    folder = desk.data / "packs" / digest
    if damage == "gone":
        (folder / "forms" / "lines.yaml").unlink()
    elif damage == "more":
        (folder / "forms" / "items" / "more.yaml").write_text("line: civil\n")
    elif damage == "one word":
        path = folder / "forms" / "synonyms" / "common.yaml"
        path.write_text(path.read_text("utf-8").replace("请问", "不问", 1), "utf-8")
    else:
        name = {"manifest": "manifest.json", "words": "forms/synonyms/civil.yaml"}.get(
            damage, "forms/items/civil.yaml"
        )
        path = folder / name
        path.write_bytes(path.read_bytes()[:-20])
    content = open_content(desk.data, desk.cache)
    assert content.pack.version == "2026.1"
    assert content.problem is not None
    assert "再装一次" in str(content.problem)
    if damage != "manifest":
        assert states(desk) == {"2026.1": "in_force", "2026.10": "damaged"}
        with pytest.raises(BadInputError):
            use_pack(desk, digest)
    install_pack(desk, newer)  # mends it
    assert version(desk) == "2026.10"
    assert signature_problem(desk, digest) is None


def test_a_manifest_forged_on_the_disk_is_told_by_its_signature(
    desk: AppPaths, publisher: Publisher, newer: bytes
) -> None:
    digest = install_pack(desk, newer, trust=publisher.public).digest
    path = desk.data / "packs" / digest / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"2026.10", b"2026.99"))
    assert isinstance(signature_problem(desk, digest), PackRefusedError)


def test_a_damaged_key_file_keeps_no_other_publisher_from_being_trusted(
    desk: AppPaths, publisher: Publisher, newer: bytes, newest: bytes
) -> None:
    install_pack(desk, newer, trust=publisher.public)
    (desk.data / "packs" / "trusted" / f"{'0' * 32}.pub").write_bytes(b"nonsense")
    (desk.data / "packs" / "trusted" / f"{'1' * 32}.pub").write_bytes(publisher.public)
    install_pack(desk, newest)
    assert version(desk) == "2026.11"


def test_forms_with_errors_are_neither_signed_nor_installed(
    desk: AppPaths, publisher: Publisher, tmp_path: Path
) -> None:
    broken = publisher.forms("2026.12", ("items/civil.yaml", "material: ", "material: no-such-"))
    out = tmp_path / "broken.pack"
    with pytest.raises(ContentError, match="no-such-"):
        sign_folder(broken, publisher.key, out)
    assert not out.exists()
    files = tree(broken)
    key = read_publisher_key(publisher.key.read_bytes())
    with pytest.raises(ContentError, match="no-such-"):
        install_pack(desk, sign_pack(files, "2026.12", None, key), trust=publisher.public)
    assert version(desk) == "2026.1"
    assert list((desk.data / "packs").iterdir()) == []


def test_a_manifest_that_says_another_version_than_the_forms_is_refused(
    desk: AppPaths, publisher: Publisher, newer: bytes
) -> None:
    files = open_pack(newer, [publisher.public]).files
    key = read_publisher_key(publisher.key.read_bytes())
    with pytest.raises(PackRefusedError, match=r"pack\.yaml"):
        install_pack(desk, sign_pack(files, "2099.1", None, key), trust=publisher.public)
    assert version(desk) == "2026.1"


def test_what_is_signed_is_the_folder_without_what_does_not_belong(
    publisher: Publisher, tmp_path: Path
) -> None:
    folder = tmp_path / "forms"
    shutil.copytree(FORMS, folder)
    for name in (".git/config.yaml", "notes.docx", "items/.civil.yaml.swp"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    out = tmp_path / "p.pack"
    sign_folder(folder, publisher.key, out)
    assert open_pack(out.read_bytes(), [publisher.public]).files == tree(FORMS)
    (folder / "items" / "linked.yaml").symlink_to(folder / "lines.yaml")
    with pytest.raises((BadInputError, ContentError)):
        sign_folder(folder, publisher.key, out)


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    make_key_file(tmp_path / "k")
    before = tree(tmp_path)
    assert oct((tmp_path / "k").stat().st_mode)[-3:] == "600"
    with pytest.raises(BadInputError, match="没有另做"):
        make_key_file(tmp_path / "k")
    assert tree(tmp_path) == before


def test_folders_and_digests_can_be_compared(
    desk: AppPaths, publisher: Publisher, newer: bytes, tmp_path: Path
) -> None:
    digest = install_pack(desk, newer, trust=publisher.public).digest
    by_digest = compare_packs(desk, SHIPPED, digest[:10])
    assert by_digest
    assert compare_packs(desk, str(FORMS), digest) == by_digest
    assert compare_packs(desk, digest, digest) == ()
    with pytest.raises(BadInputError):
        compare_packs(desk, str(tmp_path / "nowhere"), digest)


class CutError(BaseException):
    """The power went: nothing after this runs."""


@contextmanager
def cut_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The first ``steps`` changes of the disk happen, the next one cuts."""
    done: list[str] = []

    def counted(name: str) -> None:
        original = getattr(os, name)

        def act(*args: object, **kwargs: object) -> object:
            if len(done) >= steps:
                raise CutError
            done.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(os, name, act)

    for name in ("rename", "replace", "mkdir", "fsync"):
        counted(name)
    # Nobody cleans up after a cut.
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    yield done
    monkeypatch.undo()


def test_a_cut_at_any_step_leaves_the_old_or_the_new(
    desk: AppPaths, publisher: Publisher, newer: bytes, newest: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    old = install_pack(desk, newer, trust=publisher.public).digest
    new = install_pack(desk, newest).digest

    def as_before() -> None:
        use_pack(desk, old)
        for left in [desk.data / "packs" / new, *(desk.data / "packs").glob(".building-*")]:
            shutil.rmtree(left, ignore_errors=True)

    as_before()
    with cut_after(10_000, monkeypatch) as done:
        install_pack(desk, newest)
    last = len(done)
    seen = set()
    # Every step that gives something its name, and a few of those that only write.
    for steps in sorted({0, 40, *range(last - 8, last)}):
        as_before()
        with cut_after(steps, monkeypatch), pytest.raises(CutError):
            install_pack(desk, newest)
        content = open_content(desk.data, desk.cache)
        assert content.problem is None
        seen.add(content.pack.version)
    assert seen == {"2026.10", "2026.11"}
    install_pack(desk, newest)
    assert version(desk) == "2026.11"


def test_a_full_disk_leaves_what_was_in_force(
    desk: AppPaths, publisher: Publisher, newer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match="没有动"):
        install_pack(desk, newer, trust=publisher.public)
    monkeypatch.undo()
    assert version(desk) == "2026.1"
    assert [path.name for path in (desk.data / "packs").iterdir()] == []


def test_looking_for_an_installed_pack_needs_no_library_of_the_wire(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from desk_app.bootstrap.content import open_content;"
        f"open_content(Path({str(tmp_path)!r}), Path({str(tmp_path)!r})).case_packs();"
        "assert not {'pydantic', 'cryptography', 'desk_app.protocol'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert not (tmp_path / "packs").exists()
