"""The command line, as a script meets it: JSON out, exit codes, one clear line on refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desk_app.cli.main import main
from tests.helpers.pdf_reading import codes, words

Desk = Callable[..., Any]
PASSPHRASE = "一句只有我知道的话"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Run a command on a store of its own; returns its JSON, or (exit code, stderr) on refusal."""
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n", "utf-8")
    before = ["--data", str(tmp_path / "data"), "--passphrase-file", str(secret)]

    def run(*words: str, officer: str = "小李") -> Any:
        code = main([*before, "--officer", officer, *words, "--json"])
        out, err = capsys.readouterr()
        return json.loads(out) if code == 0 else (code, err)

    return run


def test_a_case_from_the_first_word_to_the_end(desk: Desk) -> None:
    number = desk("case", "new", "--words", "老伴走了，火化证明丢了")["number"]
    chosen = desk("case", "choose", number, "civil.cremation-cert-reissue", "hrss.funeral-grant")
    assert [item["item"] for item in chosen["items"]] == [
        "civil.cremation-cert-reissue",
        "hrss.funeral-grant",
    ]
    answered = desk(
        "case", "answer", number, "by-agent=self", "material:id-card=in_hand",
        "sop:sop.cremation-cert-reissue=start",
        "step:sop.cremation-cert-reissue/e2=done:已近10年", "field:resident_title=沈女士",
    )  # fmt: skip
    states = {row["material"]: row["state"] for row in answered["materials"]}
    assert states["id-card"] == "in_hand"
    assert desk("case", "note", number, "打了三个电话")["notes"][0]["text"] == "打了三个电话"
    assert desk("case", "list", "--search", "火化")[0]["number"] == number
    closed = desk("case", "close", number, "--outcome", "done_now", "--explained")
    assert not closed["open"]
    assert desk("case", "list", "--open") == []


def test_a_no_needs_its_reason_and_the_next_door(desk: Desk) -> None:
    number = desk("case", "new")["number"]
    code, said = desk("case", "close", number, "--outcome", "infeasible")
    assert code == 1
    assert "下一步" in said
    assert desk("case", "show", number)["open"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["case", "show", "BCS-20200101-01-AA"], "没有这个案件"),
        (["case", "choose", "{number}", "no.such-item"], "no.such-item"),
        (["case", "answer", "{number}", "by-agent"], "等号"),
        (["case", "answer", "{number}", "by-agent=perhaps"], "没有"),
        (["case", "answer", "{number}", "material:id-card=eaten"], "eaten"),
        (["case", "answer", "{number}", "material:id-card=not_applicable"], "为什么"),
        (["case", "answer", "{number}", "field:verdict=sure"], "verdict"),
        (["case", "note", "{number}", "  "], "还没有写字"),
        (["case", "note", "{number}", "长" * 100_001], "100001"),
        (["case", "close", "{number}", "--outcome", "vanished"], "vanished"),
        (["case", "close", "{number}", "--outcome", "done_now", "--reason", "X99"], "X99"),
    ],
)
def test_bad_input_gets_one_clear_line_and_changes_nothing(
    desk: Desk, words: list[str], said: str
) -> None:
    number = desk("case", "new")["number"]
    before = desk("case", "show", number)
    code, line = desk(*(word.replace("{number}", number) for word in words))
    assert code == 1
    assert said in line
    assert line.count("\n") == 1
    assert desk("case", "show", number) == before


def test_private_fields_come_out_masked(desk: Desk) -> None:
    number = desk("case", "new")["number"]
    shown = desk(
        "case", "answer", number, "field:resident_name=张小芳",
        "field:id_number=310106196001011012", "field:phone=13812345678",
    )["fields"]  # fmt: skip
    assert shown == {
        "resident_name": "张**", "id_number": "310***********1012", "phone": "138****5678",
    }  # fmt: skip


def test_long_notes_and_odd_characters_come_back_as_they_were(desk: Desk) -> None:
    number = desk("case", "new")["number"]
    text = "记" * 99_990 + "🙂\U00020bb7\U0003ffff"
    desk("case", "note", number, text)
    assert desk("case", "show", number)["notes"][0]["text"] == text


def test_a_wrong_passphrase_opens_nothing(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk("case", "new")
    wrong = tmp_path / "wrong"
    wrong.write_text("另一句完全不同的话\n", "utf-8")
    code = main(["--data", str(tmp_path / "data"), "--passphrase-file", str(wrong), "case", "list"])
    assert code == 1
    assert "口令不对" in capsys.readouterr().err


def test_a_lost_key_file_never_leads_to_an_empty_new_store(desk: Desk, tmp_path: Path) -> None:
    desk("case", "new")
    store = (tmp_path / "data" / "store.db").read_bytes()
    (tmp_path / "data" / "keys.json").unlink()
    code, _ = desk("case", "list")
    assert code == 1
    assert (tmp_path / "data" / "store.db").read_bytes() == store


def test_the_list_of_items_is_merged_printed_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(
        json.dumps({"facts": {"by-agent": "self"}, "materials": {"id-card": "in_hand"}}), "utf-8"
    )
    pdf = tmp_path / "list.pdf"
    code = main(
        ["list", "medical.aid", "civil.low-income", "civil.temp-relief",
         "--answers", str(answers), "--pdf", str(pdf), "--json"]
    )  # fmt: skip
    assert code == 0
    told = json.loads(capsys.readouterr().out)
    names = [paper["material"] for paper in told["papers"]]
    assert len(names) == len(set(names))
    assert "power-of-attorney" not in names
    assert told["saving"]["papers_after"] < told["saving"]["papers_before"]
    assert "户口本" in words(pdf.read_bytes())
    assert codes(pdf.read_bytes()) == []  # no case, so no number to hold


@pytest.mark.parametrize(
    ("words_given", "said"),
    [
        (["list", "no.such-item"], "no.such-item"),
        (["list", "medical.aid", "--size", "40"], "16"),
        (["list", "medical.aid", "--answers", "/nowhere.json"], "nowhere.json"),
        (["suggest"], "原话"),
        (["suggest", "--batch", "/nowhere.txt"], "nowhere.txt"),
    ],
)
def test_commands_without_a_store_refuse_clearly_too(
    words_given: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pdf = ["--pdf", str(tmp_path / "x.pdf")] if words_given[0] == "list" else []
    assert main([*words_given, *pdf]) == 1
    assert said in capsys.readouterr().err


def test_one_json_line_for_each_utterance(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "utterances.txt"
    file.write_text("老伴走了想领丧葬费\n今天天气真好\n\nylbx\n", "utf-8")
    assert main(["suggest", "--batch", str(file), "--limit", "3"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["query"] for line in lines] == ["老伴走了想领丧葬费", "今天天气真好", "", "ylbx"]
    assert lines[0]["suggestions"][0]["item"].startswith("hrss.funeral")
    assert lines[0]["suggestions"][0]["why"]
    assert lines[1]["suggestions"] == lines[2]["suggestions"] == []
    assert 0 < len(lines[3]["suggestions"]) <= 3


def test_doctor_and_rebuild_find_a_healthy_store(desk: Desk) -> None:
    desk("case", "new", "--words", "试一试")
    assert desk("rebuild")["same"]
    found = {row["what"]: row["ok"] for row in desk("doctor")}
    assert found["资料"]
    assert found["内容包"]
    assert found["字体"]


def test_the_store_may_be_chosen_behind_the_command_and_by_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv("DESK_APP_PASSPHRASE_FILE", str(secret))
    data = str(tmp_path / "data")
    assert main(["case", "new", "--json", f"--data={data}", "--officer", "小王"]) == 0
    assert json.loads(capsys.readouterr().out)["first_contact_officer"] == "小王"
    assert main(["--data", data, "case", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
