"""The starter pack as the program gets it: whole, as given, and quick to load again."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from desk_app.content.forms import digest_of, pack_files
from desk_app.content.pack import CACHE_NAME, ContentError, load_pack
from desk_app.content.schema import SPOKEN_LIMIT, schema_texts
from desk_app.core.catalogue import Confidence, Pack
from desk_app.core.errors import EnvironmentProblem

FORMS = Path(__file__).resolve().parents[3] / "forms"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FORMS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the starter pack that a test may spoil."""
    copy = tmp_path / "forms"
    shutil.copytree(FORMS, copy)
    return copy


def test_the_whole_starter_data_is_in_the_pack(pack: Pack) -> None:
    assert {
        "lines": len(pack.lines),
        "items": len(pack.items),
        "materials": len(pack.materials),
        "events": len(pack.events),
        "phrases": sum(len(event.phrases) for event in pack.events.values()),
        "relations": len(pack.relations),
        "combos": len(pack.combos),
        "sops": len(pack.sops),
        "steps": sum(len(sop.steps) for sop in pack.sops.values()),
        "reasons": len(pack.reasons),
        "reason_categories": len(pack.reason_categories),
        "agencies": len(pack.agencies),
    } == {
        "lines": 11,
        "items": 198,
        "materials": 119,
        "events": 51,
        "phrases": 202,
        "relations": 138,
        "combos": 6,
        "sops": 13,
        "steps": 118,
        "reasons": 57,
        "reason_categories": 8,
        "agencies": 54,
    }


def test_every_line_of_business_has_its_own_file_with_its_items(pack: Pack) -> None:
    counts = Counter(item.line for item in pack.items.values())
    assert counts == {
        "medical": 29,
        "hrss": 45,
        "civil": 39,
        "disability": 17,
        "health": 10,
        "housing": 12,
        "police": 13,
        "veterans": 9,
        "union": 5,
        "archives": 11,
        "general": 8,
    }
    assert sorted(path.stem for path in (FORMS / "items").glob("*.yaml")) == sorted(pack.lines)


def test_material_rows_and_their_situations_are_all_kept(pack: Pack) -> None:
    rows = [row for item in pack.items.values() for row in item.materials]
    assert len(rows) == 698
    assert sum(1 for row in rows if row.when) == 152
    assert len({row.when for row in rows if row.when}) == 82


def test_situations_that_a_question_can_decide_have_one(pack: Pack) -> None:
    rows = [row for item in pack.items.values() for row in item.materials if row.when]
    undecidable = {row.when for row in rows if not row.fact}
    assert undecidable == {"按需", "有时", "部分情形", "部分类别"}
    assert Counter(row.fact for row in rows)["by-agent"] == 44


def test_questions_are_fewer_than_situations_and_short_enough_to_say(pack: Pack) -> None:
    assert len(pack.facts) == 53
    too_long = [f.question for f in pack.facts.values() if len(f.question) > SPOKEN_LIMIT]
    assert too_long == []


def test_paper_and_electronic_invoice_are_two_sides_of_one_question(pack: Pack) -> None:
    fact = pack.facts["invoice-form"]
    assert fact.exclusive
    item = pack.items["medical.reimburse-outpatient"]
    sides = {row.material: row.value for row in item.materials if row.fact == "invoice-form"}
    assert sides == {"medical-invoice-paper": "paper", "medical-e-invoice": "electronic"}


def test_yes_and_no_stay_words(pack: Pack) -> None:
    assert {item.online for item in pack.items.values()} == {"yes", "partial", "no"}
    assert pack.materials["hotline-ticket"].where_to_get == "12345"


def test_days_nobody_verified_are_none_and_days_on_the_spot_are_zero(pack: Pack) -> None:
    item = pack.items["medical.enroll-resident"]
    assert item.statutory_days is None
    assert item.promised_days == 0


def test_where_a_record_comes_from_is_kept_and_no_one_is_said_to_have_checked_it(
    pack: Pack,
) -> None:
    provenance = pack.items["medical.enroll-resident"].provenance
    assert "国办发〔2024〕38号" in provenance.source
    assert provenance.confidence is Confidence.HIGH
    assert provenance.origin == "name_from_public_source"
    assert all(i.provenance.last_checked is None for i in pack.items.values())
    assert pack.sops["sop.remote-enrol"].provenance.source == "种子案例（广先生、小杨）"


def test_who_fetches_a_paper(pack: Pack) -> None:
    materials = pack.materials
    assert materials["commitment-letter"].fetcher == "us"
    assert materials["personnel-file"].fetcher == "third_party"
    assert materials["id-card"].fetcher == "resident"
    assert not materials["id-card"].obtainable_by_us
    assert materials["household-cancel-proof"].obtainable_by_us  # by inter-agency check
    assert materials["commitment-letter"].obtainable_by_us


def test_the_ten_years_of_the_cremation_certificate_are_not_called_law(pack: Pack) -> None:
    deadline = pack.materials["cremation-cert"].deadline
    assert "10年" in deadline
    assert "该馆自己的规定" in deadline
    assert "不是法律" in deadline


def test_all_phone_numbers_of_the_starter_data_are_marked_as_samples(pack: Pack) -> None:
    assert all(agency.sample for agency in pack.agencies.values())


def test_a_branch_names_what_its_action_needs(pack: Pack) -> None:
    step = pack.sops["sop.charity-advance-loop"].step("a7")
    assert [(b.action, b.target) for b in step.branches] == [
        ("start_sop", "sop.explain-unresolvable"),
        ("escalate", "subdistrict-party-gov-office"),
    ]


def test_coded_values_have_words(pack: Pack) -> None:
    assert pack.label("role", "copy") == "收复印件"
    assert pack.label("stage", "receive") == "接待受理"
    assert pack.label("agency_kind", "hrss") == "人社"
    assert pack.label("role", "unheard-of") == "unheard-of"


def test_the_calendar_of_2026_follows_the_notice_and_2027_is_an_estimate(pack: Pack) -> None:
    year = pack.calendars[2026]
    assert year.official
    assert "2026-10-07" in [day.isoformat() for day in year.days_off]
    assert [day.isoformat() for day in year.work_days] == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]
    assert len(year.days_off) == 33
    assert not pack.calendars[2027].official


def test_schema_files_for_editors_are_those_of_the_program() -> None:
    written = {p.name: p.read_text(encoding="utf-8") for p in (FORMS / "schema").glob("*.json")}
    assert written == schema_texts()


def test_the_cached_pack_equals_the_fresh_one(tmp_path: Path, pack: Pack) -> None:
    load_pack(FORMS, tmp_path)
    assert (tmp_path / CACHE_NAME).is_file()
    assert load_pack(FORMS, tmp_path) == pack


def test_the_second_load_takes_at_most_60_ms(tmp_path: Path) -> None:
    load_pack(FORMS, tmp_path)
    best = min(_timed(lambda: load_pack(FORMS, tmp_path)) for _ in range(5))
    assert best <= 0.060


def test_the_cache_is_read_and_not_the_forms_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_pack(FORMS, tmp_path)

    def not_again(*_: object) -> None:
        raise AssertionError("the forms were read again")

    monkeypatch.setattr("desk_app.content.pack.read_forms", not_again)
    assert len(load_pack(FORMS, tmp_path).items) == 198


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content.replace("居民身份证".encode(), "居民身份征".encode()),
        lambda content: b"\xff\xfe" + content,
        lambda _: b"desk-app pack x y\n[]",
        lambda _: b"[" * 100_000,
    ],
    ids=["empty", "cut off", "one character changed", "binary", "foreign", "nested"],
)
def test_a_damaged_or_foreign_cache_is_ignored_and_written_again(
    tmp_path: Path, pack: Pack, spoil: object
) -> None:
    load_pack(FORMS, tmp_path)
    cache = tmp_path / CACHE_NAME
    good = cache.read_bytes()
    cache.write_bytes(spoil(good))  # type: ignore[operator]
    assert load_pack(FORMS, tmp_path) == pack
    assert cache.read_bytes() == good


def test_a_change_of_one_form_is_seen_at_the_next_load(folder: Path, tmp_path: Path) -> None:
    before = load_pack(folder, tmp_path)
    file = folder / "materials.yaml"
    file.write_text(file.read_text("utf-8").replace("您的身份证", "身份证"), "utf-8")
    after = load_pack(folder, tmp_path)
    assert after.materials["id-card"].plain_name == "身份证"
    assert after.digest != before.digest


def test_a_cache_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", "utf-8")
    assert len(load_pack(FORMS, in_the_way / "cache").items) == 198
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_no_half_written_cache_is_left_behind(tmp_path: Path) -> None:
    load_pack(FORMS, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CACHE_NAME]
    json.loads((tmp_path / CACHE_NAME).read_bytes().partition(b"\n")[2])


def test_the_digest_depends_on_names_and_bytes_only() -> None:
    files = pack_files(FORMS)
    assert digest_of(files) == digest_of(dict(reversed(files.items())))
    assert digest_of({"a": b"bc"}) != digest_of({"ab": b"c"})
    assert digest_of({"a": b"bc"}) != digest_of({"a": b"bd"})


def test_an_error_in_a_form_names_file_and_line_and_what_to_do(folder: Path) -> None:
    file = folder / "items" / "medical.yaml"
    lines = file.read_text("utf-8").split("\n")
    at = lines.index("    online: 'yes'")
    lines[at] = "    online: sometimes"
    file.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ContentError) as caught:
        load_pack(folder)
    said = str(caught.value)
    assert f"items/medical.yaml 第 {at + 1} 行" in said
    assert "没有动" in said
    assert "desk-app content check" in said


def test_a_broken_pack_is_not_served_from_an_old_cache(folder: Path, tmp_path: Path) -> None:
    load_pack(folder, tmp_path)
    (folder / "facts.yaml").write_text("facts: [", "utf-8")
    with pytest.raises(ContentError):
        load_pack(folder, tmp_path)


def test_a_folder_without_forms_is_a_clear_environment_problem(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="找不到内容包"):
        load_pack(tmp_path / "nowhere")


def _timed(action: object) -> float:
    start = time.perf_counter()
    action()  # type: ignore[operator]
    return time.perf_counter() - start
