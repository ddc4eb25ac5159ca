"""The full text index over cases, and the mark of those whose words changed since they were indexed."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MAKE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE case_text USING fts5("
        "words, prefix = '2 3', columnsize = 0, tokenize = 'unicode61 remove_diacritics 0')",
    ],
    "postgresql": [
        "CREATE TABLE case_text (case_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX case_text_words ON case_text USING gin (words)",
    ],
}


def make(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in MAKE[editor.connection.vendor]:
        editor.execute(statement)


def drop(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute("DROP TABLE case_text")


class Migration(migrations.Migration):
    dependencies = [("model", "0014_team")]

    operations = [
        migrations.AddField("case", "text_due", models.BooleanField(default=True, db_default=True)),
        migrations.AddIndex(
            "case",
            models.Index(fields=["id"], condition=models.Q(text_due=True), name="case_text_due"),
        ),
        migrations.RunPython(make, drop),
    ]
