"""Write resonanz/model/schema.txt: every table with its columns, constraints and indexes, for reading and review."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resonanz.site.settings")

import django

django.setup()

from django.apps import apps  # noqa: E402 - after the set-up
from django.db import models  # noqa: E402 - after the set-up

TARGET = Path(__file__).parent.parent / "resonanz/model/schema.txt"
HEAD = "Every table of the house. Made by `make schema` from resonanz/model; a test compares.\n"


def text() -> str:
    """The whole schema as text, the same on both databases."""
    tables = sorted(apps.get_app_config("model").get_models(include_auto_created=True), key=lambda m: m._meta.db_table)
    return "\n".join([HEAD, *[_table(model) for model in tables]])


def _table(model: type[models.Model]) -> str:
    meta = model._meta
    columns = [_column(field) for field in meta.concrete_fields]
    constraints = [f"  ! {_constraint(one)}" for one in meta.constraints]
    indexes = [f"  # {_index(one)}" for one in meta.indexes]
    return "\n".join([f"{meta.db_table}", *columns, *constraints, *indexes, ""])


def _column(field: models.Field) -> str:
    kind = field.get_internal_type().removesuffix("Field").lower()
    if field.max_length and kind in {"char", "slug", "email"}:
        kind += f"({field.max_length})"
    if field.is_relation:
        kind = f"-> {field.related_model._meta.db_table} on delete {field.remote_field.on_delete.__name__.lower()}"
    marks = [("null", field.null), ("unique", field.unique and not field.primary_key), ("index", field.db_index)]
    marks.append(("key", field.primary_key))
    return f"  {field.column}  {kind}" + "".join(f", {name}" for name, holds in marks if holds)


def _constraint(one: models.BaseConstraint) -> str:
    if isinstance(one, models.UniqueConstraint):
        return f"{one.name}: unique ({', '.join(one.fields)}){_where(one.condition)}"
    return f"{one.name}: check {_q(one.condition)}"


def _index(one: models.Index) -> str:
    told = one.fields or [str(part) for part in one.expressions]
    return f"{one.name}: ({', '.join(told)}){_where(one.condition)}"


def _where(condition: models.Q | None) -> str:
    return f" where {_q(condition)}" if condition else ""


def _q(node: object) -> str:
    if not isinstance(node, models.Q):
        name, value = node
        shown = [str(v) for v in value] if isinstance(value, (list, tuple)) else str(value)
        return f"{name.replace('__', ' ')} = {shown}" if "__" not in name else f"{name.replace('__', ' ')} {shown}"
    joined = f" {node.connector.lower()} ".join(_q(child) for child in node.children)
    grouped = f"({joined})" if len(node.children) > 1 else joined
    return f"not {grouped}" if node.negated else grouped


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
