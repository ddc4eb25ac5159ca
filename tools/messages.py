"""Collect every message id of the program and bring the catalogs up to date; works without gettext.

Usage: python tools/messages.py            update the .po files
       python tools/messages.py --check    only say what is missing; exit status 1 if anything is
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "resonanz"
LOCALE = SOURCE / "locale"
LANGUAGES = ("de", "en")
WIDTH = 110
PLAIN = {"gettext", "gettext_lazy", "gettext_noop", "_", "_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
SAYING = {
    "Step": 1,
    "Suggestion": 1,
    "Violation": 1,
    "Health": 1,
    "Setting": 1,
    "Finding": 1,
    "Reason": 0,
    "BadLine": 1,
    "NotUsable": 0,
}
HINTED = {"Setting": 2}  # what also says something in a further place
SAYING_WORDS = {"said", "label", "help", "help_text", "why"}
HAS_WORDS = re.compile(r"[A-Za-z]{2}")
STRING = r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\""""
CALL = re.compile(rf"(?<![\w.])(?:n|p|np)?gettext\((?:[^()'\"]|{STRING})*\)|(?<!\w)_\((?:{STRING})\)")


@dataclass(frozen=True, order=True)
class Id:
    """One message id, with its plural and context where it has them."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass
class Found:
    """Where each id stands."""

    places: dict[Id, set[str]] = field(default_factory=dict)

    def add(self, one: Id, place: str) -> None:
        self.places.setdefault(one, set()).add(place)


def collect(source: Path = SOURCE) -> Found:
    """Every message id of templates and Python under ``source``."""
    found = Found()
    errors = error_names(source)
    for path in sorted(source.rglob("*.py")):
        if not {"migrations", "sandbox"} & set(path.parts):  # the sandbox speaks to machines only
            _from_python(path, errors, found)
    for path in sorted([*source.rglob("*.html"), *source.rglob("templates/**/*.txt")]):
        _from_template(path, found)
    return found


def error_names(source: Path) -> set[str]:
    """Names of all classes that descend from ResonanzError."""
    bases: dict[str, set[str]] = {}
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(_name(base) for base in node.bases)
    known = {"ResonanzError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def catalog_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def unready(language: str, found: Found) -> list[str]:
    """What keeps the catalog from being complete, as sentences."""
    entries = {_id_of(entry): entry for entry in polib.pofile(str(catalog_path(language)), wrapwidth=WIDTH)}
    missing = {one: min(places) for one, places in found.places.items() if one not in entries}
    bare = [entry.msgid for entry in entries.values() if entry.fuzzy or not entry.translated()]
    said = [f"{language}: missing: {one.text!r} ({place})" for one, place in missing.items()]
    return said + [f"{language}: not translated: {text!r}" for text in bare]


def update(language: str, found: Found) -> int:
    """Bring one catalog up to date; returns how many ids lack a translation. English says what the id says."""
    path = catalog_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else polib.POFile(wrapwidth=WIDTH)
    catalog.metadata = _header(language)
    entries = {_id_of(entry): entry for entry in catalog}
    for entry in [entry for one, entry in entries.items() if one not in found.places and not _kept(entry)]:
        catalog.remove(entry)
    for one in found.places:
        if one not in entries:
            catalog.append(_entry(one, language))
    catalog.sort(key=lambda entry: (_kept(entry), entry.msgid.casefold(), entry.msgctxt or ""))
    catalog.save(str(path))
    return sum(not entry.translated() for entry in catalog)


def _from_python(path: Path, errors: set[str], found: Found) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            for one in _of_call(node, errors):
                found.add(one, path.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for one in _of_class(node):
                found.add(one, path.name)


def _of_class(node: ast.Assign | ast.AnnAssign) -> Iterator[Id]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    text = _string(node.value) if node.value is not None else ""
    if HAS_WORDS.search(text) and any(_name(target) == "said" for target in targets):
        yield Id(text)


def _of_call(node: ast.Call, errors: set[str]) -> Iterator[Id]:
    name, strings = _name(node.func), [_string(argument) for argument in node.args] + ["", ""]
    first, second = strings[:2]
    if name in PLAIN and first:
        yield Id(first)
    elif name in PLURAL and first and second:
        yield Id(first, second)
    elif name in CONTEXT and first and second:
        yield Id(second, context=first)
    elif name in errors and node.args:
        yield from (Id(text) for text in _sayings(node.args[0]) if " " in text)
    elif name in SAYING and len(node.args) > SAYING[name]:
        yield from (Id(text) for text in _sayings(node.args[SAYING[name]]) if text)
    if name in HINTED and (hint := [*strings, ""][HINTED[name]]):
        yield Id(hint)
    if name in errors or name in SAYING:
        yield from _worded(node)


def _worded(node: ast.Call) -> Iterator[Id]:
    for keyword in node.keywords:
        text = _string(keyword.value)
        if keyword.arg in SAYING_WORDS and HAS_WORDS.search(text):
            yield Id(text)


def _from_template(path: Path, found: Found) -> None:
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    calls = "\n".join(match.group(0) for match in CALL.finditer(text))
    for node in ast.walk(ast.parse(calls)):
        if isinstance(node, ast.Call):
            for one in _of_call(node, set()):
                found.add(one, path.name)


def _sayings(node: ast.expr) -> Iterator[str]:
    """The strings that an argument can be: one of two, or one cut to one line."""
    if isinstance(node, ast.IfExp):
        yield from _sayings(node.body)
        yield from _sayings(node.orelse)
    elif isinstance(node, ast.Call) and _name(node.func) == "one_line" and node.args:
        yield from _sayings(node.args[0])
    else:
        yield _string(node)


def _string(node: ast.expr) -> str:
    """A plain string; of one with a detail ("head: {detail}"), its head: see ``resonanz.web.kept``."""
    if isinstance(node, ast.JoinedStr) and node.values and ": " in (head := _string(node.values[0])):
        return head.split(": ")[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _id_of(entry: polib.POEntry) -> Id:
    return Id(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _kept(entry: polib.POEntry) -> bool:
    """Sentences of the libraries that we word ourselves stay, marked by a comment."""
    return "library" in (entry.tcomment or "")


def _entry(one: Id, language: str) -> polib.POEntry:
    same = language == "en"
    if one.plural:
        forms = {0: one.text if same else "", 1: one.plural if same else ""}
        return polib.POEntry(msgid=one.text, msgid_plural=one.plural, msgstr_plural=forms)
    return polib.POEntry(msgid=one.text, msgctxt=one.context or None, msgstr=one.text if same else "")


def _header(language: str) -> dict[str, str]:
    return {
        "Project-Id-Version": "Resonanz",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }


def main(arguments: list[str]) -> int:
    if not settings.configured:
        settings.configure()
    found = collect()
    if "--check" in arguments:
        said = [line for language in LANGUAGES for line in unready(language, found)]
        print("\n".join(said) or "All translated.")
        return 1 if said else 0
    for language in LANGUAGES:
        print(f"{language}: {len(found.places)} ids, {update(language, found)} not translated")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
