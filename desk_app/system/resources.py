"""The one place that finds packaged files, from a checkout, an installation or a frozen build."""

from __future__ import annotations

import sys
from pathlib import Path

from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem


def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", "")
    return Path(frozen) if frozen else Path(__file__).resolve().parents[2]


def resource_path(name: str) -> Path:
    """The file ``name`` below ``resources/``, e.g. ``fonts/NotoSansSC-Regular.ttf``.

    Raises:
        EnvironmentProblem: it is missing: the installation is not whole.
    """
    return _existing(_root() / "resources" / name)


def forms_dir() -> Path:
    """The folder of the content pack that came with the program. Raises as ``resource_path``."""
    return _existing(_root() / "forms")


def _existing(path: Path) -> Path:
    if not path.exists():
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "程序缺少文件“{name}”，没有装全。"),
            safe=QT_TRANSLATE_NOOP("Errors", "资料没有动。"),
            press=QT_TRANSLATE_NOOP("Errors", "请重新安装。"),
            name=path.name,
        )
    return path
