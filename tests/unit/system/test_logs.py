"""The log holds ids, codes and counts; nothing of a person passes."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from desk_app.system import logs


def written(folder: Path) -> str:
    return (folder / logs.FILE_NAME).read_text("utf-8")


@pytest.mark.parametrize(
    "value",
    [
        "陈阿姨",
        "chen ayi",
        "13800138000",
        "138-0013-8000",
        "110101.19491231.002X"[:17],
        "11010119491231002X",
        13800138000,
        "ａｂｃ",
        "１３８００１３８０００",
        "a" * 65,
        "line\nbreak",
        b"bytes",
        ["id"],
        float("nan"),
    ],
)
def test_what_may_be_of_a_person_is_blanked(value: object) -> None:
    assert logs.redact(value) == logs.REDACTED


@pytest.mark.parametrize(
    "value",
    ["case.closed", "k7xq0m2p9d4htw3z", "id-card", "M04", 12, 0.25, True, None, "2.0.40", ""],
)
def test_ids_codes_and_counts_pass(value: object) -> None:
    assert logs.redact(value) == str(value)


def test_a_line_says_when_how_bad_and_what(tmp_path: Path) -> None:
    logs.start_logging(tmp_path)
    logs.note("case.closed", case="k7xq0m2p9d4htw3z", entries=12, who="广先生")
    logs.stop_logging()
    line = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO case\.closed "
    rest = r"case=k7xq0m2p9d4htw3z entries=12 who=\[redacted\]\n"
    assert re.fullmatch(line + rest, written(tmp_path))


def test_a_closed_log_takes_no_other_lines_with_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logs.start_logging(tmp_path)
    logs.stop_logging()
    with caplog.at_level(logging.INFO):
        logs.note("tick")
    assert "tick" in caplog.text
    assert not written(tmp_path)


def test_an_event_that_is_no_code_is_blanked_too(tmp_path: Path) -> None:
    logs.start_logging(tmp_path)
    logs.note("广先生 的 案件")
    assert written(tmp_path).endswith("INFO [redacted]\n")


@pytest.mark.allow_log("disk.slow")
def test_nothing_reaches_the_screen(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logs.start_logging(tmp_path)
    logs.warn("disk.slow", ms=120)
    assert capfd.readouterr() == ("", "")
    assert "WARNING disk.slow ms=120" in written(tmp_path)


def test_log_files_stay_few_small_and_private(tmp_path: Path) -> None:
    logs.start_logging(tmp_path)
    handler = logging.getLogger(logs.NAME).handlers[-1]
    handler.maxBytes = 200  # type: ignore[attr-defined]
    for count in range(100):
        logs.note("tick", count=count)
    files = sorted(tmp_path.iterdir())
    assert [f.name for f in files] == ["desk-app.log", "desk-app.log.1", "desk-app.log.2"]
    assert all(f.stat().st_mode & 0o777 == 0o600 for f in files)
    assert "count=99" in written(tmp_path)


def test_a_full_disk_does_not_stop_the_program(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / logs.FILE_NAME).symlink_to("/dev/full")
    logs.start_logging(tmp_path)
    logs.note("tick")
    logs.stop_logging()
    assert capfd.readouterr() == ("", "")


def test_starting_twice_writes_each_line_once(tmp_path: Path) -> None:
    logs.start_logging(tmp_path)
    logs.start_logging(tmp_path)
    logs.note("tick")
    assert written(tmp_path).count("tick") == 1
