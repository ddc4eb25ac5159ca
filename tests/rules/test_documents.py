"""Documents that are made from the code are the code's: `make schema` and the tools write them anew."""

from pathlib import Path

from resonanz.kit.config import read_config, shown
from tools import errors_table, schema, settings_table

ROOT = Path(__file__).parent.parent.parent


def test_the_schema_file_is_the_schema():
    kept = (ROOT / "resonanz/model/schema.txt").read_text(encoding="utf-8")

    assert kept == schema.text(), "run `make schema`"


def test_the_guide_for_operators_lists_every_setting_and_nothing_else():
    guide = (ROOT / "docs/operate.md").read_text(encoding="utf-8")

    assert settings_table.inside(guide) == settings_table.table(), "run python tools/settings_table.py"
    assert settings_table.names(guide) == [name for name, _, _ in shown(read_config({}))]


def test_every_error_has_a_code_of_its_own():
    codes = [error.code for error in errors_table.errors()]

    assert sorted(codes) == sorted(set(codes))
    assert [error.__name__ for error in errors_table.errors() if "code" not in error.__dict__] == []


def test_the_list_of_errors_lists_every_error():
    assert (ROOT / "docs/errors.md").read_text(encoding="utf-8") == errors_table.text(), (
        "run python tools/errors_table.py"
    )
