"""Which version of the content pack a case is worked with, and what a newer one changed."""

from __future__ import annotations

from desk_app.core.pack_change import PackChange
from desk_app.services.case_pack import PackNews
from desk_app.ui.presenters.lines import Act, Line

NEWS = "pack_news"
"""The line that opens and closes the list of changes."""


def news_lines(news: PackNews | None, *, is_open: bool) -> tuple[Line, ...]:
    """One quiet line; below it, where ``is_open``, each change with the old value and the new.

    Nothing where there is nothing to say.
    """
    if news is None:
        return ()
    acts = (Act(NEWS, "收起" if is_open else "看改了什么", "1"),) if news.changes else ()
    lines = [Line(NEWS, _sentence(news), quiet=True, acts=acts)]
    head = ""
    for number, (change, names) in enumerate(news.changes if is_open else ()):
        if names and head != (head := "、".join(names)):
            lines.append(Line("", head, bold=True))
        lines.append(Line(f"{NEWS}:{number}", change.what, detail=_both(change)))
    return tuple(lines)


def _sentence(news: PackNews) -> str:
    count = len(news.changes)
    if not news.kept:
        found = f"；看得出改了 {count} 处" if count else ""
        return (
            f"这个案件按 {news.version} 版目录办，本机没有这一版，"
            f"材料按现在的 {news.now} 版算{found}"
        )
    if not news.is_newer:
        return f"这个案件按 {news.version} 版目录办；现在用的 {news.now} 版有 {count} 处不同"
    return f"这个案件按 {news.version} 版目录办；新版改了 {count} 处"


def _both(change: PackChange) -> str:
    return f"原来：{change.before or '没有'}　→　现在：{change.after or '没有了'}"
