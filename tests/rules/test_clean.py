"""What is not left lying about: reminders, machine paths, prints; and who may import what."""

import re
import tomllib

import pytest

from tests.rules.source import HOUSE, ROOT, house

TEXTS = {".py", ".md", ".toml", ".html", ".css", ".js", ".sh", ".txt", ".yml", ".json"}
REMINDER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}/])/(?:work|home|root|Users)/\w")
FOLDERS = ("resonanz", "tests", "tools", "docs")
PRINTS = {"sandbox/": "says on standard output where the town stands, to people who run it alone"}

STRAIGHT = {
    ("intake/file.py", "resonanz.connectors.file.read"): "an uploaded file is no platform: it is read line by line"
}


def texts():
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in TEXTS]
    paths += [path for path in ROOT.glob("*") if path.suffix in TEXTS and path.is_file()]
    return [path for path in paths if "__pycache__" not in path.parts and "migrations" not in path.parts]


def found(pattern):
    return [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in texts()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]


def test_there_are_no_reminders_in_main():
    assert found(REMINDER) == []


def test_no_text_names_a_machine_path():
    assert found(MACHINE_PATH) == []


def test_nothing_prints_outside_the_command():
    prints = [
        f"{source.name}:{call.lineno}"
        for source in house()
        if source.room != "site" and not source.name.startswith(tuple(PRINTS))
        for call in source.calls()
        if getattr(call.func, "id", "") == "print"
    ]

    assert prints == []


@pytest.mark.parametrize("room", ["connectors", "sandbox", "kit"])
def test_plain_rooms_know_no_django_and_no_tables(room):
    known = {
        f"{source.name}: {name}"
        for source in house()
        if source.room == room
        for name in source.imports()
        if name.split(".")[0] == "django" or name.startswith("resonanz.model")
    }

    assert known == set()


def test_connectors_are_reached_through_the_registry_alone():
    reached = {
        f"{source.name}: {name}"
        for source in house()
        if source.room != "connectors"
        for name in source.imports()
        if name.startswith("resonanz.connectors.")
        and name.split(".")[2] not in {"contract", "registry"}
        and (source.name, name) not in STRAIGHT
    }

    assert reached == set()


def test_every_folder_has_a_floor():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = contracts["contracts"][0]
    floors = {room.strip() for layer in layers["layers"] for room in layer.split("|")} | set(
        layers["exhaustive_ignores"]
    )

    rooms = {path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert rooms - floors == set()
    assert layers["exhaustive"] is True
