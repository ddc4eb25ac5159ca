"""The full text index over cases: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL; one row a case.

Texts come in folded (see ``kit.fold``), so that both databases find the same. The index lies beside the tables: it can
be emptied and filled again at any time, and a row whose case is gone is never shown (``forget_gone`` takes it away).
"""

from collections.abc import Iterable, Sequence

from django.db import connection

Phrase = tuple[str, ...]  # folded words that follow each other; the last one may go on
Query = tuple[tuple[Phrase, ...], ...]  # of each group one phrase must be there

_PUT = {
    "sqlite": "INSERT INTO case_text (rowid, words) VALUES (%s, %s)",
    "postgresql": "INSERT INTO case_text (case_id, words) VALUES (%s, to_tsvector('simple', %s))"
    " ON CONFLICT (case_id) DO UPDATE SET words = excluded.words",
}
_FIND = {
    "sqlite": "SELECT rowid FROM case_text WHERE case_text MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s",
    "postgresql": "SELECT case_id FROM case_text WHERE words @@ to_tsquery('simple', %s) AND case_id < %s"
    " ORDER BY case_id DESC LIMIT %s",
}
_GONE = {
    "sqlite": "DELETE FROM case_text WHERE rowid NOT IN (SELECT id FROM model_case)",
    "postgresql": "DELETE FROM case_text WHERE NOT EXISTS (SELECT 1 FROM model_case WHERE id = case_id)",
}
_BEYOND = 2**62


def put(texts: Iterable[tuple[int, str]]) -> None:
    """Write what each case (by number) says now, in the place of what it said before. Call inside a transaction."""
    rows = list(texts)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany("DELETE FROM case_text WHERE rowid = %s", [(pk,) for pk, _words in rows])
        cursor.executemany(_PUT[connection.vendor], rows)


def find(query: Query, *, before: int | None = None, most: int) -> list[int]:
    """Numbers of at most ``most`` cases that say all this, newest first, of those older than ``before``."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND[connection.vendor], [_written(query), _BEYOND if before is None else before, most])
        return [row[0] for row in cursor.fetchall()]


def forget_gone() -> int:
    """Take away what cases said that are no more; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE[connection.vendor])
        return max(int(cursor.rowcount), 0)


def _written(query: Query) -> str:
    """The query in the database's own language. Words are letters and digits alone, so nothing needs an escape."""
    if connection.vendor == "sqlite":
        groups = (" OR ".join(_fts5(phrase) for phrase in group) for group in query)
        return " AND ".join(f"({group})" for group in groups)
    groups = (" | ".join(_tsquery(phrase) for phrase in group) for group in query)
    return " & ".join(f"({group})" for group in groups)


def _fts5(phrase: Sequence[str]) -> str:
    return f'"{" ".join(phrase)}"{" *" if goes_on(phrase) else ""}'


def _tsquery(phrase: Sequence[str]) -> str:
    return "(" + " <-> ".join(f"'{word}'" for word in phrase) + (":*)" if goes_on(phrase) else ")")


def goes_on(phrase: Sequence[str]) -> bool:
    """Whether words that begin with the last one count: a single letter begins far too many."""
    return len(phrase[-1]) > 1
