"""What a centre offers residents, switched on and off; and hubs from before it could."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from desk_app.cli.main import main
from desk_app.core.errors import BadInputError
from desk_app.hub import migrate
from desk_app.hub.database import Database
from desk_app.hub.folder import HubFolder
from desk_app.hub.people import People
from desk_app.hub.resident.side import change_side, side_of


@pytest.fixture
def database(tmp_path: Path) -> Any:
    """A hub with one centre."""
    folder = HubFolder(tmp_path / "hub")
    folder.make(("localhost",))
    opened = folder.open()
    People(opened.database, opened.identity).add_centre("east", "东街")
    yield opened.database
    opened.database.close()


def test_everything_is_off_until_somebody_switches_it_on(database: Database) -> None:
    with database.reading() as connection:
        side = side_of(connection, "east")
    assert (side.name, side.phone, side.address) == ("东街", "", "")
    assert not side.shows_status
    assert not side.takes_inquiries


def test_what_is_not_named_stays_as_it_is(database: Database) -> None:
    change_side(database, "east", phone=" 021-62178800、13800001111 ", takes_inquiries=True)
    side = change_side(database, "east", address="https://shouli.example.org/")
    assert side.phone == "021-62178800、13800001111"
    assert side.address == "https://shouli.example.org"
    assert side.takes_inquiries
    assert not change_side(database, "east", takes_inquiries=False).takes_inquiries


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"phone": "问门卫"}, "窗口电话要写成"),
        ({"phone": "021-6217880\n0"}, "窗口电话要写成"),
        ({"phone": "1" * 70}, "窗口电话要写成"),
        ({"phone": "021-62178800", "address": "http://shouli.example.org"}, "网页地址要写成"),
        ({"phone": "021-62178800", "address": "https://shouli.example.org/x"}, "网页地址要写成"),
        ({"phone": "021-62178800", "address": "https://a@b"}, "网页地址要写成"),
        ({"phone": "021-62178800", "address": "https://a:99999"}, "网页地址要写成"),
        ({"phone": "021-62178800", "address": "javascript:alert(1)"}, "网页地址要写成"),
        ({"takes_inquiries": True}, "请先用 --phone"),
        ({"phone": "021-62178800", "shows_status": True}, "请用 --address"),
    ],
)
def test_what_residents_could_not_use_is_not_taken(
    database: Database, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInputError, match=said):
        change_side(database, "east", **given)
    with database.reading() as connection:
        assert side_of(connection, "east").phone == ""


def test_an_unknown_centre_is_said_in_a_sentence(database: Database) -> None:
    with pytest.raises(BadInputError, match="没有“nowhere”这个中心"):
        change_side(database, "nowhere", phone="021-62178800")


def test_the_command_shows_and_switches(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert database
    ways = ["--data", str(tmp_path / "hub"), "hub", "centre", "residents", "east"]
    switches = ["--phone", "021-62178800", "--address", "https://a.example.org", "--status"]
    assert main([*ways, *switches, "--inquiries"]) == 0
    assert "https://a.example.org/ask/east" in capsys.readouterr().out
    assert main([*ways, "--no-status", "--json"]) == 0
    side = json.loads(capsys.readouterr().out)
    assert (side["shows_status"], side["takes_inquiries"]) == (False, True)
    assert main([*ways, "--phone", "x"]) == 1
    assert "窗口电话要写成" in capsys.readouterr().err


def test_a_hub_from_before_is_brought_up_with_all_of_it_off(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}", bytes(32))
    with database.writing() as connection:
        config = Config()
        place = Path(migrate.__file__).parent / "migrations"
        config.set_main_option("script_location", str(place))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO centres "
                "(id, name, high, mark_sum, received, epoch, common, sealed_key) "
                "VALUES ('east', '东街', 0, '0', 0, 'e', 0, '')"
            )
        )
    database.create()
    with database.reading() as connection:
        side = side_of(connection, "east")
    database.close()
    assert (side.name, side.shows_status, side.takes_inquiries) == ("东街", False, False)
