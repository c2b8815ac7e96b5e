"""Words about the files of a case: how large, how they came, where they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk_app.core.attachments import AT_CENTRE, HERE, MEGABYTE, MISSING, REFUSED
from desk_app.core.catalogue import Pack

SOURCE_NAMES = {
    "drag": "拖进来的", "paste": "粘贴的", "choose": "选的文件", "folder": "照片文件夹里的",
    "camera": "拍的", "scan": "扫描的",
}  # fmt: skip
PLACE_NAMES = {
    HERE: "本机", AT_CENTRE: "已到中心", MISSING: "还没取来", REFUSED: "中心没有收",
}  # fmt: skip
PLACE_TONES = {HERE: "info", AT_CENTRE: "ok", MISSING: "warn", REFUSED: "warn"}


def size_words(size: int) -> str:
    """3.4 MB, 120 KB, 1 KB for anything smaller."""
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.1f} MB"
    return f"{max(1, round(size / 1024))} KB"


def _added(body: Mapping[str, str], _: Pack) -> str:
    size = body["size"]
    shown = size_words(int(size)) if size.isdecimal() else size
    return f"附件：{body['name']}（{shown}，{SOURCE_NAMES.get(body['source'], body['source'])}）"


WORDS: Mapping[str, Callable[[Mapping[str, str], Pack], str]] = {"attachment.added": _added}
