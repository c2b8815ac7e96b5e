"""What a new version changed, told per item, the old value beside the new."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desk_app.content.changes import item_changes, pack_changes, sop_changes
from desk_app.content.pack import load_pack
from desk_app.core.catalogue import Agency, CalendarYear, Item, Pack, Relation
from desk_app.core.pack_change import told_once, version_key
from tests.helpers import small_pack as made

FORMS = Path(__file__).resolve().parents[3] / "forms"


def pack(item: Item | None = None, **parts: object) -> Pack:
    """A pack with one item, 低保, that wants 身份证 and hangs on a question."""
    item = item or low_income()
    base = made.pack(
        items=[item, made.item("救助")],
        materials=[made.material("身份证", issuer="派出所"), made.material("户口本")],
        facts=[made.fact("代办", "本人", "别人")],
        agencies=[made.agency("派出所", phone="110")],
    )
    return replace(base, **parts)  # type: ignore[arg-type]


def low_income(*more: object, **fields: object) -> Item:
    needs = [made.need("身份证"), made.need("委托书", when="代办时", fact="代办", value="别人")]
    item = made.item("低保", *needs, *more, ask=["家里几口人？"])  # type: ignore[arg-type]
    return replace(item, **fields)  # type: ignore[arg-type]


def words(old: Pack, new: Pack) -> list[str]:
    return [change.words for change in item_changes(old, new, ["低保"])]


def test_a_pack_does_not_differ_from_itself() -> None:
    forms = load_pack(FORMS)
    assert pack_changes(forms, forms) == ()


def test_a_material_that_came_went_or_is_wanted_in_another_form() -> None:
    assert words(pack(), pack(low_income(made.need("户口本", "copy", 1)))) == [
        "材料“户口本”：新增“copy 1 份”"
    ]
    assert words(pack(low_income(made.need("户口本"))), pack()) == [
        "材料“户口本”：取消了，原来是“original_check”"
    ]
    fewer = low_income(materials=(made.need("身份证", "copy", 2), low_income().materials[1]))
    assert words(pack(), pack(fewer)) == ["材料“身份证”：原来“original_check”，现在“copy 2 份”"]


def test_a_row_that_hangs_on_another_answer_says_the_answer() -> None:
    other = replace(low_income().materials[1], value="本人")
    changed = low_income(materials=(low_income().materials[0], other))
    (told,) = words(pack(), pack(changed))
    assert told.endswith("（代办时：别人）”，现在“original_check（代办时：本人）”")


def test_what_a_material_says_of_itself() -> None:
    materials = {**pack().materials}
    materials["身份证"] = replace(materials["身份证"], deadline="三十天内", issuer="")
    assert words(pack(), pack(materials=materials)) == [
        "材料“身份证”的出具机构：取消了，原来是“派出所”",
        "材料“身份证”的时间限制：新增“三十天内”",
    ]


def test_a_reworded_question_stands_beside_the_old_one() -> None:
    assert words(pack(), pack(low_income(ask_first=("家里住几个人？", "有没有房？")))) == [
        "先问的话：原来“家里几口人？”，现在“家里住几个人？”",
        "先问的话：新增“有没有房？”",
    ]


def test_a_question_with_set_answers() -> None:
    facts = {"代办": made.fact("代办", "本人", "家人", "别人")}
    assert words(pack(), pack(facts=facts)) == [
        "要问的情况：原来“代办？ 本人／别人”，现在“代办？ 本人／家人／别人”"
    ]


def test_name_place_days_and_whether_it_is_still_done() -> None:
    changed = low_income(
        name="最低生活保障", promised_days=20, statutory_days=0, retired=True,
        where_handled=("district",),
    )  # fmt: skip
    labels = {"day_unit": {"working_day": "个工作日"}, "where": {"district": "区里"}}
    assert words(pack(labels=labels), pack(changed, labels=labels)) == [
        "名称：原来“低保”，现在“最低生活保障”",
        "还办不办：原来“照常办”，现在“不再办了”",
        "在哪办：原来“this_centre”，现在“区里”",
        "法定时限：原来“没有写”，现在“当场办结”",
        "承诺时限：原来“没有写”，现在“20 个工作日”",
    ]


def test_the_telephone_of_an_office_that_issues_a_paper() -> None:
    agencies: dict[str, Agency] = {"派出所": made.agency("派出所", phone="119")}
    assert words(pack(), pack(agencies=agencies)) == ["机构“派出所”的电话：原来“110”，现在“119”"]


def test_links_between_items() -> None:
    def linked(reason: str) -> Pack:
        link = Relation("r", "低保", "救助", "follow_up", reason, made.UNKNOWN.confidence)
        return pack(relations=(link,))

    assert words(pack(), linked("能一起办")) == ["和“救助”的关系（follow_up）：新增“能一起办”"]
    assert words(linked("能一起办"), linked("办完再办")) == [
        "和“救助”的关系（follow_up）：原来“能一起办”，现在“办完再办”"
    ]


def test_steps_of_a_checklist() -> None:
    old = made.sop(
        "流程", made.step("问", ("是", "goto_step", "办")), made.step("办"), items=["低保"]
    )
    new = made.sop(
        "流程", made.step("问", ("是", "escalate", "派出所")), made.step("查", required=False),
        items=["低保"],
    )  # fmt: skip
    told = words(pack(sops={"流程": old}), pack(sops={"流程": new}))
    assert told == [
        "检查单里“问”的答案：原来“是→goto_step“办””，现在“是→escalate“派出所””",
        "检查单“流程”的一步：新增“查”",
        "检查单“流程”的一步：取消了，原来是“办（必做）”",
    ]
    assert [change.words for change in sop_changes(old, new, pack())] == told
    turned = replace(old, steps=tuple(reversed(old.steps)))
    assert "顺序" in sop_changes(old, turned, pack())[0].words
    assert sop_changes(old, None, pack())[0].words == "检查单：取消了，原来是“流程”"


def test_items_that_came_or_went_and_records_of_no_item() -> None:
    more = made.pack(items=[low_income(), made.item("低收入")], facts=[made.fact("代办", "本人")])
    years = {2027: CalendarYear(2027, True, "", (), ())}
    changes = pack_changes(pack(), replace(more, calendars=years))
    told = [change.words for change in changes if change.what in ("事项", "日历有 1 条不同")]
    assert told == ["事项：新增“低收入”", "事项：取消了，原来是“救助”", "日历有 1 条不同"]


def test_a_change_that_concerns_many_items_is_told_once() -> None:
    old = made.pack(items=[made.item(name, made.need("身份证")) for name in "甲乙"])
    materials = {"身份证": replace(old.materials["身份证"], validity="十年")}
    ((change, names),) = told_once(pack_changes(old, replace(old, materials=materials)))
    assert (change.after, names) == ("十年", ("甲", "乙"))


@pytest.mark.parametrize(
    ("older", "newer"), [("2026.9", "2026.10"), ("2026.1", "2026.1.1"), ("", "1"), ("v2", "v10")]
)
def test_versions_are_compared_by_their_numbers(older: str, newer: str) -> None:
    assert version_key(older) < version_key(newer)
