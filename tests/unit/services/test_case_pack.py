"""A case is worked with the version it was opened with, and says what a newer one changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desk_app.content.changes import item_changes, sop_changes
from desk_app.core.catalogue import Pack, Sop
from desk_app.core.checklist import to_definition
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.kind import Json
from desk_app.core.pack_change import PackChange
from desk_app.services.case_pack import CasePacks, PackNews, blend
from tests.helpers import small_pack as made
from tests.helpers.factories import Desk

OLD, NEW = "1" * 64, "2" * 64


class Shelf:
    """Keeps the packs it is given, and counts how often it was asked."""

    def __init__(self, *kept: Pack) -> None:
        self.kept = {pack.digest: pack for pack in kept}
        self.asked: list[str] = []

    def pack(self, digest: str) -> Pack | None:
        self.asked.append(digest)
        return self.kept.get(digest)

    def changes(self, old: Pack, new: Pack, items: Iterable[str]) -> tuple[PackChange, ...]:
        return item_changes(old, new, items)

    def sop_changes(self, old: Sop, new: Sop | None, pack: Pack) -> tuple[PackChange, ...]:
        return sop_changes(old, new, pack)


def pack(digest: str, version: str, *needs: str, **parts: object) -> Pack:
    """A pack whose one item, 低保, wants ``needs``."""
    base = made.pack(
        items=[made.item("低保", *map(made.need, needs))],
        sops=[made.sop("流程", made.step("问"), items=["低保"])],
        agencies=[made.agency("街道", phone=version)],
        facts=[made.fact("代办", "本人")],
    )
    return replace(base, digest=digest, version=version, **parts)  # type: ignore[arg-type]


BEFORE = pack(OLD, "2026.9", "身份证", "户口本")
NOW = pack(NEW, "2026.10", "身份证", "收入证明")


def case(
    digest: str = OLD, version: str = "2026.9", *more: tuple[str, dict[str, Json]]
) -> CaseState:
    desk = Desk()
    opened: dict[str, Json] = {
        "number": "N", "channel": "counter", "pack_version": version, "pack_digest": digest,
    }  # fmt: skip
    chosen: dict[str, Json] = {"item": "低保", "name": "低保", "version": 1}
    rows = [("case.opened", opened), ("item.chosen", chosen), *more]
    entries: list[Entry] = [desk.write(NewEntry("c1", kind, body)) for kind, body in rows]
    return fold("c1", entries)


def told(news: PackNews | None) -> list[str]:
    assert news is not None
    return [change.words for change, _ in news.changes]


def test_a_case_keeps_the_papers_of_its_own_version() -> None:
    packs = CasePacks(NOW, Shelf(BEFORE))
    own = packs.of(case())
    assert [need.material for need in own.items["低保"].materials] == ["身份证", "户口本"]
    assert packs.of(case(NEW, "2026.10")) is NOW


def test_a_version_is_read_once() -> None:
    shelf = Shelf(BEFORE)
    packs = CasePacks(NOW, shelf)
    assert packs.of(case()) is packs.of(case())
    packs.news(case())
    assert shelf.asked == [OLD]


def test_a_version_that_is_not_here_gives_way_to_the_one_in_force() -> None:
    assert CasePacks(NOW, Shelf()).of(case()) is NOW
    assert CasePacks(NOW).of(case()) is NOW


def test_what_must_be_of_today_is_of_today() -> None:
    more = replace(NOW, items={**NOW.items, "救助": made.item("救助", made.need("收入证明"))})
    both = blend(BEFORE, more)
    assert both.agencies["街道"].phone == "2026.10"
    assert both.items["低保"] is BEFORE.items["低保"]
    assert both.items["救助"] is more.items["救助"]
    assert set(both.materials) == {"身份证", "户口本", "收入证明"}
    assert (both.version, both.digest) == ("2026.9", OLD)


def test_an_answer_that_only_the_new_version_offers_can_be_given() -> None:
    now = replace(NOW, facts={"代办": made.fact("代办", "别人", "本人")})
    options = blend(BEFORE, now).facts["代办"].options
    assert [option.value for option in options] == ["本人", "别人"]


def test_news_are_of_the_chosen_items_with_both_values() -> None:
    news = CasePacks(NOW, Shelf(BEFORE)).news(case())
    assert news is not None
    assert (news.version, news.now, news.kept, news.is_newer) == ("2026.9", "2026.10", True, True)
    assert told(news) == [
        "材料“收入证明”：新增“original_check”",
        "材料“户口本”：取消了，原来是“original_check”",
    ]
    assert news.changes[0][1] == ("低保",)


def test_there_are_no_news_where_nothing_concerns_the_case() -> None:
    same = pack(NEW, "2026.10", "身份证", "户口本")
    assert CasePacks(same, Shelf(BEFORE)).news(case()) is None
    assert CasePacks(NOW, Shelf(BEFORE)).news(case(NEW, "2026.10")) is None
    assert CasePacks(NOW, Shelf(BEFORE)).news(case("", "")) is None


def test_a_closed_case_has_no_news_but_keeps_its_papers() -> None:
    closing: dict[str, Json] = {"outcome": "done_now", "explained": True, "sheet_given": False}
    closed = case(OLD, "2026.9", ("case.closed", closing))
    packs = CasePacks(NOW, Shelf(BEFORE))
    assert packs.news(closed) is None
    assert packs.of(closed).version == "2026.9"


def test_without_its_own_version_the_case_tells_by_what_it_kept_itself() -> None:
    started: dict[str, Json] = {
        "sop": "流程", "version": 1, "definition": to_definition(BEFORE.sops["流程"]),
    }  # fmt: skip
    items = {"低保": replace(NOW.items["低保"], name="最低生活保障", version=2)}
    sops = {"流程": made.sop("流程", made.step("问清"), items=["低保"])}
    now = replace(NOW, items=items, sops=sops)
    news = CasePacks(now, Shelf()).news(case(OLD, "2026.9", ("sop.started", started)))
    assert news is not None
    assert not news.kept
    assert told(news) == [
        "事项：原来“低保（第 1 版）”，现在“最低生活保障（第 2 版）”",
        "检查单“流程”的一步：新增“问清（必做）”",
        "检查单“流程”的一步：取消了，原来是“问（必做）”",
    ]
    gone = CasePacks(replace(NOW, items={}), Shelf()).news(case())
    assert told(gone) == ["事项：取消了，原来是“低保（第 1 版）”"]


def test_a_started_checklist_is_compared_as_the_case_has_it() -> None:
    started: dict[str, Json] = {
        "sop": "旧", "version": 1, "definition": to_definition(made.sop("旧", made.step("问"))),
    }  # fmt: skip
    same = pack(NEW, "2026.10", "身份证", "户口本")
    news = CasePacks(same, Shelf(BEFORE)).news(case(OLD, "2026.9", ("sop.started", started)))
    assert told(news) == ["检查单：取消了，原来是“旧”"]


def test_a_version_gone_back_to_is_not_called_newer() -> None:
    news = CasePacks(BEFORE, Shelf(NOW)).news(case(NEW, "2026.10"))
    assert news is not None
    assert not news.is_newer
