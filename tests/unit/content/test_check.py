"""``content check``: each kind of fault is found and named with its file and its line.

Every test spoils one spot of a copy of the starter pack and says where the finger must point.
"""

from __future__ import annotations

import functools
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from desk_app.content.check import check_pack
from desk_app.content.report import CheckReport, Problem, Severity

FORMS = Path(__file__).resolve().parents[3] / "forms"
TODAY = date(2026, 11, 23)


FACT = """
  - id: new-fact
    question: 今天冷不冷？
    asked_of: resident
    options:
      - {value: 'yes', label: 冷}
      - {value: 'no', label: 不冷}
"""


class Spoiler:
    """A copy of the starter pack and the means to spoil it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(FORMS, folder)

    def replace(self, file: str, old: str, new: str, after: str = "") -> int:
        """Replace the first ``old`` that follows ``after``; the line where ``new`` begins."""
        path = self.folder / file
        text = path.read_text("utf-8")
        at = text.index(old, text.index(after))
        path.write_text(text[:at] + new + text[at + len(old) :], "utf-8")
        return text[:at].count("\n") + 1

    def append(self, file: str, text: str) -> int:
        """Add text at the end; the line on which it begins."""
        path = self.folder / file
        before = path.read_text("utf-8")
        path.write_text(before + text, "utf-8")
        return before.count("\n") + 1

    def write(self, file: str, content: bytes) -> None:
        """Put other bytes in the place of a file."""
        (self.folder / file).write_bytes(content)

    def check(self) -> CheckReport:
        """The report, as on a fixed day."""
        return check_pack(self.folder, TODAY)


@pytest.fixture
def pack(tmp_path: Path) -> Spoiler:
    return Spoiler(tmp_path / "forms")


@functools.cache
def starter_report() -> CheckReport:
    """The report on the starter pack itself."""
    return check_pack(FORMS, TODAY)


def only(report: CheckReport, severity: Severity = Severity.ERROR) -> Problem:
    """The one problem of this severity beyond those of the starter pack."""
    known = {(p.file, p.text) for p in starter_report().problems}
    fresh = [p for p in report.problems if p.severity is severity and (p.file, p.text) not in known]
    assert len(fresh) == 1, fresh
    return fresh[0]


def only_in(report: CheckReport, file: str) -> Problem:
    """The one error in ``file`` (others follow from a file that could not be read)."""
    problems = [p for p in report.errors if p.file == file]
    assert len(problems) == 1, problems
    return problems[0]


def relation(source: str, target: str, kind: str, number: int = 900) -> str:
    return (
        f"\n  - id: rel.{number}\n    source: {source}\n    target: {target}\n    kind: {kind}\n"
        "    reason: 试\n    provenance:\n      confidence: low\n"
    )


def found(report: CheckReport, file: str, line: int, words: str) -> bool:
    """Whether some problem stands at that spot and says these words."""
    return any((p.file, p.line) == (file, line) and words in p.text for p in report.problems)


# --- the starter pack itself ---------------------------------------------------------------------


def test_the_starter_pack_has_no_errors_and_exits_with_zero() -> None:
    report = starter_report()
    assert report.errors == ()
    assert report.exit_status == 0
    assert report.counts["items"] == 198


def test_papers_that_nothing_uses_are_the_only_warnings_of_the_starter_pack() -> None:
    report = starter_report()
    assert all("没有任何" in p.text for p in report.warnings)
    assert len(report.warnings) == 3


def test_no_one_has_checked_anything_of_the_starter_pack_yet() -> None:
    unchecked = starter_report().unchecked
    kinds = {kind: sum(1 for u in unchecked if u.kind == kind) for kind in ("items", "materials")}
    assert kinds == {"items": 198, "materials": 119}
    assert {u.why for u in unchecked if u.kind == "agencies"} == {"电话地址还是样例"}


# --- files and YAML ------------------------------------------------------------------------------


def test_a_yaml_error_is_named_with_its_line(pack: Spoiler) -> None:
    line = pack.replace("materials.yaml", "    name: 临时居民身份证", "   name: 临时居民身份证")
    problem = only_in(pack.check(), "materials.yaml")
    assert abs(problem.line - line) <= 1
    assert "缩进" in problem.text


def test_a_tab_is_named(pack: Spoiler) -> None:
    line = pack.replace("facts.yaml", "    question: 户口在哪里？", "\tquestion: 户口在哪里？")
    problem = only_in(pack.check(), "facts.yaml")
    assert problem.line == line
    assert "Tab" in problem.text


def test_a_chinese_colon_is_named(pack: Spoiler) -> None:
    line = pack.replace("reasons.yaml", "    name: 工作人员", "    name：工作人员")
    problem = only_in(pack.check(), "reasons.yaml")
    assert abs(problem.line - line) <= 1
    assert "冒号" in problem.text


def test_bytes_that_are_not_utf8_are_named(pack: Spoiler) -> None:
    pack.write("combos.yaml", "combos: [] # 套餐".encode("gbk"))
    problem = only_in(pack.check(), "combos.yaml")
    assert "UTF-8" in problem.text


def test_an_empty_file_is_named(pack: Spoiler) -> None:
    pack.write("events.yaml", b"# nothing\n")
    assert found(pack.check(), "events.yaml", 1, "空的")


def test_a_missing_file_is_named(pack: Spoiler) -> None:
    (pack.folder / "relations.yaml").unlink()
    assert found(pack.check(), "relations.yaml", 1, "缺少")


def test_a_yaml_file_nobody_reads_is_mentioned(pack: Spoiler) -> None:
    pack.write("material.yaml", b"materials: []\n")
    problem = only(pack.check(), Severity.WARNING)
    assert problem.file == "material.yaml"


def test_a_file_of_aliases_that_would_grow_without_end_is_refused(pack: Spoiler) -> None:
    bomb = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
    )
    pack.write("combos.yaml", (bomb + "combos: [*u, *u]\n").encode())
    assert any("引用" in p.text for p in pack.check().errors)


def test_a_deeply_nested_file_is_refused(pack: Spoiler) -> None:
    pack.write("combos.yaml", b"combos: " + b"[" * 900 + b"]" * 900)
    assert "太深" in only_in(pack.check(), "combos.yaml").text


def test_a_file_nested_beyond_the_parser_is_refused(pack: Spoiler) -> None:
    pack.write("combos.yaml", b"combos: " + b"[" * 50_000)
    only_in(pack.check(), "combos.yaml")


def test_a_pack_of_a_newer_format_is_refused(pack: Spoiler) -> None:
    line = pack.replace("pack.yaml", "schema_version: 1", "schema_version: 2")
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("pack.yaml", line)
    assert "格式版本" in problem.text


# --- shape ---------------------------------------------------------------------------------------


def test_an_unknown_key_is_named_with_a_guess(pack: Spoiler) -> None:
    line = pack.append("facts.yaml", FACT.replace("question:", "qestion:")) + 1
    report = pack.check()
    assert found(report, "facts.yaml", line + 1, "是不是想写“question”")


def test_a_missing_key_is_named(pack: Spoiler) -> None:
    line = pack.replace("items/police.yaml", "    who_may_apply: ", "    # who: ")
    problem = only(pack.check())
    assert problem.file == "items/police.yaml"
    assert "who_may_apply" in problem.text
    assert problem.line == line - 4  # where the item begins


def test_a_wrong_type_is_named(pack: Spoiler) -> None:
    line = pack.replace("items/police.yaml", "        copies: 0", "        copies: none")
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("items/police.yaml", line)
    assert "整数" in problem.text


def test_a_word_where_a_list_belongs_is_named(pack: Spoiler) -> None:
    line = pack.replace("combos.yaml", "    items:\n", "    items: medical.aid\n    x_items:\n")
    assert found(pack.check(), "combos.yaml", line, "以“- ”开头")


def test_an_unknown_word_of_a_choice_is_named_with_a_guess(pack: Spoiler) -> None:
    line = pack.replace("relations.yaml", "kind: often_together", "kind: often_togther")
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("relations.yaml", line)
    assert "是不是想写“often_together”" in problem.text


def test_a_key_written_twice_is_named(pack: Spoiler) -> None:
    line = pack.replace("lines.yaml", "    short_name: 医保\n", "    short_name: 医\n" * 2)
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("lines.yaml", line + 1)
    assert "两遍" in problem.text


def test_a_date_that_does_not_exist_is_named(pack: Spoiler) -> None:
    line = pack.replace("sops/home-visit.yaml", "  valid_from:", "  valid_from: 2026-02-30")
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("sops/home-visit.yaml", line)


# --- ids -----------------------------------------------------------------------------------------


def test_an_id_given_twice_is_named_with_the_first_place(pack: Spoiler) -> None:
    line = pack.replace("materials.yaml", "- id: temp-id-card", "- id: id-card")
    report = pack.check()
    assert found(report, "materials.yaml", line, "重复")


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        ("items/medical.yaml", "material: id-card ", "material: id-crad ", "材料"),
        ("items/medical.yaml", "fact: by-agent", "fact: by-agnet", "情况问题"),
        ("items/medical.yaml", "value: agent", "value: agant", "答案"),
        ("items/medical.yaml", "subline: insure", "subline: insured", "子类"),
        ("items/medical.yaml", "line: medical", "line: medicine", "条线"),
        ("items/medical.yaml", "reason: R02", "reason: R92", "原因码"),
        ("materials.yaml", "issuer: notary ", "issuer: notery ", "机构"),
        ("materials.yaml", "ref: temp-id-card", "ref: temp-id", "材料"),
        ("events.yaml", "item: civil.funeral-guide", "item: civil.funeral", "事项"),
        ("relations.yaml", "    target: ", "    target: x.", "事项"),
        ("combos.yaml", "trigger_event: event.", "trigger_event: evnt.", "生活事件"),
        ("combos.yaml", "      - hrss.file-transfer", "      - hrss.file", "事项"),
        ("sops/home-visit.yaml", "agency: volunteers", "agency: volunteer", "机构"),
        ("sops/remote-enrol.yaml", "        step: b9", "        step: b99", "这一步"),
        ("sops/remote-enrol.yaml", "reason: R11", "reason: R91", "原因码"),
        ("sops/first-contact.yaml", "sop: sop.explain", "sop: sop.explian", "检查单"),
        ("reasons.yaml", "    category: staff", "    category: stuff", "原因类别"),
        ("agencies.yaml", "    kind: local", "    kind: locale", "机构类别"),
    ],
)
def test_an_id_that_leads_nowhere_is_named(
    pack: Spoiler, file: str, old: str, new: str, word: str
) -> None:
    line = pack.replace(file, old, new)
    report = pack.check()
    assert found(report, file, line, word), report.errors
    assert report.exit_status == 1


def test_a_reference_to_something_retired_is_mentioned(pack: Spoiler) -> None:
    pack.replace(
        "items/general.yaml",
        "    version: 1",
        "    retired: true\n    version: 1",
        after="- id: general.home-visit",
    )
    warnings = [p for p in pack.check().warnings if "停用" in p.text]
    assert "sops/home-visit.yaml" in {p.file for p in warnings}
    assert pack.check().exit_status == 0


def test_a_paper_that_nothing_uses_is_mentioned(pack: Spoiler) -> None:
    text = (pack.folder / "materials.yaml").read_text("utf-8")
    record = text[text.index("  - id: temp-id-card") : text.index("  - id: household-register")]
    line = pack.append("materials.yaml", record.replace("temp-id-card", "old-card"))
    problem = only(pack.check(), Severity.WARNING)
    assert (problem.file, problem.line) == ("materials.yaml", line)
    assert "old-card" in problem.text


def test_a_question_that_nothing_hangs_on_is_mentioned(pack: Spoiler) -> None:
    line = pack.append("facts.yaml", FACT) + 1
    problem = only(pack.check(), Severity.WARNING)
    assert (problem.file, problem.line) == ("facts.yaml", line)


# --- rows ----------------------------------------------------------------------------------------


def test_a_fact_without_a_value_is_named(pack: Spoiler) -> None:
    line = pack.replace("items/union.yaml", "        value: 'yes'\n", "") - 1
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("items/union.yaml", line)
    assert "value" in problem.text


def test_the_same_paper_twice_in_one_item_is_named(pack: Spoiler) -> None:
    row = "      - material: id-card\n        role: original_check\n        copies: 0\n"
    line = pack.replace("items/union.yaml", "    materials:\n", "    materials:\n" + row)
    report = pack.check()
    assert found(report, "items/union.yaml", line + 4, "两遍")


def test_copies_of_a_paper_staff_look_up_are_named(pack: Spoiler) -> None:
    line = pack.replace(
        "items/civil.yaml", "        copies: 0", "        copies: 1", after="role: system_check"
    )
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("items/civil.yaml", line)


def test_a_branch_without_what_its_action_needs_is_named(pack: Spoiler) -> None:
    line = pack.replace("sops/remote-enrol.yaml", "        step: b9\n", "") - 2
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("sops/remote-enrol.yaml", line)
    assert "“step”" in problem.text


def test_an_item_id_outside_its_line_is_named(pack: Spoiler) -> None:
    item = "  - id: medical.enroll-change"
    line = pack.replace("items/medical.yaml", item, "  - id: civil.enroll-change")
    report = pack.check()
    assert found(report, "items/medical.yaml", line, "开头")


def test_a_code_without_a_word_for_people_is_mentioned(pack: Spoiler) -> None:
    group = pack.replace("pack.yaml", "  fetcher:", "  fetcher:")
    pack.replace("pack.yaml", "    us: 我们准备\n", "")
    problem = only(pack.check(), Severity.WARNING)
    assert (problem.file, problem.line) == ("pack.yaml", group)
    assert "us" in problem.text


# --- links ---------------------------------------------------------------------------------------


def test_a_link_to_itself_is_named(pack: Spoiler) -> None:
    line = pack.append("relations.yaml", relation("medical.aid", "medical.aid", "follow_up"))
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("relations.yaml", line + 3)
    assert "它自己" in problem.text


def test_a_circle_of_prerequisites_is_named_with_its_way(pack: Spoiler) -> None:
    chain = ["union.mutual-aid-claim", "union.flex-join", "union.mutual-aid-join"]
    pack.append("relations.yaml", relation(chain[0], chain[1], "prerequisite", 901))
    pack.append("relations.yaml", relation(chain[1], chain[2], "prerequisite", 902))
    problem = only(pack.check())
    assert problem.file == "relations.yaml"
    assert "绕成了圈" in problem.text
    assert all(item in problem.text for item in chain)
    text = (pack.folder / "relations.yaml").read_text("utf-8").split("\n")
    assert text[problem.line - 1].strip() == "kind: prerequisite"


def test_links_that_contradict_each_other_are_named(pack: Spoiler) -> None:
    pair = ("hrss.unemployment-medical", "hrss.unemployment-benefit")
    pack.append("relations.yaml", relation(*pair, "excludes"))
    problem = only(pack.check())
    text = (pack.folder / "relations.yaml").read_text("utf-8").split("\n")
    assert text[problem.line - 1].strip() == "kind: often_together"
    assert "rel.003" in problem.text
    assert "rel.900" in problem.text


def test_a_combo_of_things_that_exclude_each_other_is_mentioned(pack: Spoiler) -> None:
    pack.append("relations.yaml", relation("hrss.file-transfer", "civil.low-income", "excludes"))
    problem = only(pack.check(), Severity.WARNING)
    assert problem.file == "combos.yaml"


def test_a_link_said_twice_is_mentioned(pack: Spoiler) -> None:
    line = pack.append(
        "relations.yaml",
        relation("hrss.unemployment-benefit", "hrss.unemployment-medical", "often_together"),
    )
    problem = only(pack.check(), Severity.WARNING)
    assert (problem.file, problem.line) == ("relations.yaml", line + 1)


def test_a_circle_of_substitutes_is_named(pack: Spoiler) -> None:
    pack.replace(
        "materials.yaml",
        "      - kind: inter-agency-check\n        text: 公安人口库核查",
        "      - kind: material\n        ref: id-card",
        after="- id: household-certificate",
    )
    problem = only(pack.check())
    assert problem.file == "materials.yaml"
    assert "绕成了圈" in problem.text
    assert "household-certificate" in problem.text


def test_two_papers_that_stand_in_for_each_other_are_fine(pack: Spoiler) -> None:
    text = (pack.folder / "materials.yaml").read_text("utf-8")
    assert "ref: medical-e-invoice" in text
    assert "ref: medical-invoice-paper" in text
    assert pack.check().errors == ()


def test_a_paper_that_stands_in_for_itself_is_named(pack: Spoiler) -> None:
    line = pack.replace("materials.yaml", "ref: temp-id-card", "ref: id-card")
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("materials.yaml", line)


# --- steps ---------------------------------------------------------------------------------------


def sop(*steps: str) -> bytes:
    """An SOP file; a step is written ``id`` or ``id>answer:target,answer:target``."""
    lines = ["id: sop.new", "title: 新", "when_to_use: 试", "steps:"]
    for step in steps:
        name, _, branches = step.partition(">")
        lines += [f"  - id: {name}", "    stage: receive", "    text: 试", "    kind: ask"]
        lines += ["    who: receiver", "    required: true", "    evidence: 试"]
        lines.append("    branches:" if branches else "    branches: []")
        for branch in filter(None, branches.split(",")):
            answer, target = branch.split(":")
            lines += [f"      - answer: {answer}", "        action: goto_step"]
            lines.append(f"        step: {target}")
    lines += ["related_items:", "  - medical.aid", "risk_points: []", "provenance:"]
    lines += ["  confidence: low", "version: 1"]
    return ("\n".join(lines) + "\n").encode()


def line_of_step(pack: Spoiler, name: str) -> int:
    text = (pack.folder / "sops" / "new.yaml").read_text("utf-8").split("\n")
    return text.index(f"  - id: {name}") + 1


def test_a_plain_sop_is_fine(pack: Spoiler) -> None:
    pack.write("sops/new.yaml", sop("a", "b>有:d,没有:c", "c", "d>再来:a"))
    assert pack.check().errors == ()


def test_a_step_that_no_answer_leads_to_is_named(pack: Spoiler) -> None:
    pack.write("sops/new.yaml", sop("a>有:c,没有:d", "b", "c", "d"))
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("sops/new.yaml", line_of_step(pack, "b"))
    assert "走不到" in problem.text


def test_a_circle_of_steps_that_never_leaves_is_named(pack: Spoiler) -> None:
    pack.write("sops/new.yaml", sop("a>有:b,没有:d", "b>成功:c,失败:c", "c>成功:b,失败:b", "d"))
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("sops/new.yaml", line_of_step(pack, "b"))
    assert "绕不出来" in problem.text


def test_an_sop_without_an_end_is_named(pack: Spoiler) -> None:
    pack.write("sops/new.yaml", sop("a", "b>有:a,没有:a"))
    report = pack.check()
    assert found(report, "sops/new.yaml", 4, "没有结尾")


def test_an_sop_without_steps_is_named(pack: Spoiler) -> None:
    pack.write("sops/new.yaml", sop().replace(b"steps:\n", b"steps: []\n"))
    assert found(pack.check(), "sops/new.yaml", 4, "至少要写一条")


# --- sentences -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("materials.yaml", "plain_name: 您的身份证", "plain_name: " + "证" * 26),
        ("facts.yaml", "question: 户口在哪里？", "question: " + "问" * 26),
        ("facts.yaml", "label: 别人代办", "label: " + "答" * 13),
        ("items/medical.yaml", "- 现在有没有单位在交医保？", "- " + "问" * 26),
        ("events.yaml", "- 生前退休还是在职？", "- " + "问" * 26),
    ],
)
def test_a_sentence_too_long_to_say_is_mentioned(
    pack: Spoiler, file: str, old: str, new: str
) -> None:
    line = pack.replace(file, old, new)
    problem = only(pack.check(), Severity.WARNING)
    assert (problem.file, problem.line) == (file, line)
    assert "太长" in problem.text
    assert pack.check().exit_status == 0


# --- dates and checks ----------------------------------------------------------------------------


def test_validity_that_ends_before_it_begins_is_named(pack: Spoiler) -> None:
    line = pack.replace(
        "items/health.yaml",
        "      valid_from:\n      valid_to:\n",
        "      valid_from: 2026-05-01\n      valid_to: 2026-04-30\n",
    )
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("items/health.yaml", line + 1)
    assert "早于" in problem.text


def checked_on(pack: Spoiler, day: str) -> None:
    pack.replace(
        "items/health.yaml",
        "      last_checked:\n      checked_by:\n",
        f"      last_checked: {day}\n      checked_by: 工号 7\n",
    )


def why_unchecked(pack: Spoiler) -> list[str]:
    return [u.why for u in pack.check().unchecked if u.id == "health.birth-register"]


def test_a_record_checked_within_a_year_leaves_the_list(pack: Spoiler) -> None:
    assert why_unchecked(pack) == ["从没核对过"]
    checked_on(pack, "2025-11-23")
    assert why_unchecked(pack) == []


def test_a_record_checked_more_than_a_year_ago_comes_back(pack: Spoiler) -> None:
    checked_on(pack, "2025-11-22")
    assert why_unchecked(pack) == ["上次核对是 2025-11-22，已过一年"]


def test_a_checked_record_of_low_confidence_stays_on_the_list(pack: Spoiler) -> None:
    checked_on(pack, "2026-11-01")
    pack.replace("items/health.yaml", "      confidence: high", "      confidence: low")
    assert why_unchecked(pack) == ["把握低，需要核实"]


def test_a_check_dated_in_the_future_is_mentioned(pack: Spoiler) -> None:
    checked_on(pack, "2027-01-01")
    assert "还没有到" in only(pack.check(), Severity.WARNING).text


def test_a_check_without_a_name_is_mentioned(pack: Spoiler) -> None:
    line = pack.replace(
        "materials.yaml", "      last_checked:\n", "      last_checked: 2026-11-01\n"
    )
    problem = only(pack.check(), Severity.WARNING)
    assert (problem.file, problem.line) == ("materials.yaml", line)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("  - 2026-02-28", "  - 2026-02-26", "本来就上班"),
        ("  - 2026-02-28", "  - 2026-02-22", "又写了放假"),
        ("  - 2026-02-28", "  - 2027-02-27", "不在 2026 年里"),
        ("from: 2026-06-19, to: 2026-06-21", "from: 2026-06-21, to: 2026-06-19", "早于"),
    ],
)
def test_a_calendar_that_cannot_be_is_named(pack: Spoiler, old: str, new: str, word: str) -> None:
    line = pack.replace("calendars/2026.yaml", old, new)
    problem = only(pack.check())
    assert (problem.file, problem.line) == ("calendars/2026.yaml", line)
    assert word in problem.text


# --- the report ----------------------------------------------------------------------------------


def test_the_words_name_folder_file_and_line(
    pack: Spoiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = pack.replace("items/medical.yaml", "material: id-card ", "material: id-crad ")
    monkeypatch.chdir(pack.folder.parent)
    words = pack.check().words(list_unchecked=False).split("\n")
    assert (
        f"forms/items/medical.yaml:{line}: 错误：没有“id-crad”这个材料。是不是想写“id-card”？"
        in words
    )
    assert words[-1] == "错误 1 处，提醒 3 处。这个内容包改好错误之前不能使用。"


def test_the_words_list_what_no_one_has_checked(pack: Spoiler) -> None:
    words = pack.check().words()
    assert "事项“生育登记”（health.birth-register）：从没核对过" in words
    assert "事项 198，材料 119" in words


def test_the_report_as_data(pack: Spoiler) -> None:
    pack.replace("items/medical.yaml", "material: id-card ", "material: id-crad ")
    report = pack.check()
    data = report.as_json_dict()
    assert data["ok"] is False
    assert json.loads(json.dumps(data)) == data
    assert len(data["problems"]) == len(report.problems)  # type: ignore[arg-type]


def test_a_folder_that_is_not_there_is_an_error_not_a_crash(tmp_path: Path) -> None:
    report = check_pack(tmp_path / "nowhere")
    assert report.exit_status == 1
