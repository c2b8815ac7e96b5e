"""Where the program keeps its things."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem

VARIABLE = "DESK_APP_DATA"
APP = "desk-app"

REASONS = {
    errno.EACCES: QT_TRANSLATE_NOOP("Errors", "没有权限"),
    errno.EPERM: QT_TRANSLATE_NOOP("Errors", "没有权限"),
    errno.EROFS: QT_TRANSLATE_NOOP("Errors", "磁盘是只读的"),
    errno.ENOSPC: QT_TRANSLATE_NOOP("Errors", "磁盘满了"),
    errno.EDQUOT: QT_TRANSLATE_NOOP("Errors", "磁盘满了"),
    errno.EEXIST: QT_TRANSLATE_NOOP("Errors", "已经有同名的文件"),
    errno.ENOTDIR: QT_TRANSLATE_NOOP("Errors", "路径中间有一个文件，不是文件夹"),
}


@dataclass(frozen=True, slots=True)
class AppPaths:
    """Folders of one installation, all private to the user (mode 0700).

    Attributes:
        data: store, keys, lock. Must be on a local disk.
        cache: what can be made again at any time.
        logs: redacted logs and crash reports.
    """

    data: Path
    cache: Path
    logs: Path

    @property
    def store(self) -> Path:
        """The encrypted store."""
        return self.data / "store.db"


def find_paths(data: Path | None = None) -> AppPaths:
    """The folders to use, made if absent.

    Args:
        data: the data folder; None = $DESK_APP_DATA, else the user's own data folder. With a data
            folder given, logs and cache live inside it, so that one folder holds everything.

    Raises:
        EnvironmentProblem: a folder cannot be made or written.
    """
    chosen = _chosen(data)
    if chosen is None:
        import platformdirs  # not needed when a folder is given

        paths = AppPaths(
            Path(platformdirs.user_data_dir(APP, appauthor=False)),
            Path(platformdirs.user_cache_dir(APP, appauthor=False)),
            Path(platformdirs.user_log_dir(APP, appauthor=False)),
        )
    else:
        chosen = chosen.absolute()  # the folder stays the same when the process changes its own
        paths = AppPaths(chosen, chosen / "cache", chosen / "logs")
    for folder in (paths.data, paths.cache, paths.logs):
        make_private(folder)
    return paths


def look_for_data(data: Path | None = None) -> Path:
    """The data folder that ``find_paths`` would use; nothing is made."""
    if (chosen := _chosen(data)) is not None:
        return chosen.absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def _chosen(data: Path | None) -> Path | None:
    named = os.environ.get(VARIABLE)
    return data or (Path(named) if named else None)


def cache_dir() -> Path | None:
    """A folder for what can be made again, for commands without a store; None = there is none."""
    import platformdirs

    folder = Path(platformdirs.user_cache_dir(APP, appauthor=False))
    try:
        make_private(folder)
    except EnvironmentProblem:
        return None
    return folder


def state_dir() -> Path:
    """Where this user's marks of stores lie: never inside a data folder, never copied with one.

    Made if it can be made; whoever writes there copes with a folder that is not.
    """
    import platformdirs

    # A name of its own: on Windows and macOS the user's state folder is the data folder.
    folder = Path(platformdirs.user_state_dir(f"{APP}-state", appauthor=False))
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def make_private(folder: Path) -> None:
    """Make ``folder`` for this user alone. Raises EnvironmentProblem when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".write-test-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "文件夹“{folder}”不能写（{reason}）。"),
            safe=QT_TRANSLATE_NOOP("Errors", "没有动任何资料。"),
            press=QT_TRANSLATE_NOOP("Errors", "请换一个文件夹（--data），或者改权限、腾出空间。"),
            folder=folder,
            reason=REASONS.get(error.errno or 0, os.strerror(error.errno or 0)),
        ) from error
