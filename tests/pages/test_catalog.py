import importlib.util
import sys
from pathlib import Path

import pytest

from resonanz.web.catalog import compile_catalogs

TOOL = Path(__file__).parents[2] / "tools" / "messages.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("messages_tool", TOOL)
    module = sys.modules["messages_tool"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sentence_is_translated(tool, language):
    missing = tool.unready(language, tool.collect())

    assert missing == []


def test_the_collector_finds_sentences_where_they_are_written(tool, tmp_path):
    (tmp_path / "a.py").write_text(
        'class Gone(ResonanzError):\n    said = "It is gone."\n'
        'raise Gone("The {thing} is gone.", thing=1)\n_("Plain")\n'
        'ngettext("one", "many", 2)\nViolation("x", "Too long.")\n'
    )
    (tmp_path / "b.html").write_text(
        '{% load i18n %}{% translate "Shown" %}{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}'
    )

    found = tool.collect(tmp_path)

    texts = {one.text for one in found.places}
    assert texts == {"It is gone.", "The {thing} is gone.", "Plain", "one", "Too long.", "Shown", "Hello %(name)s"}


def test_a_catalog_is_made_once_and_again_only_when_its_source_is_newer(tmp_path):
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "b"\n')

    made = [len(compile_catalogs(tmp_path)), len(compile_catalogs(tmp_path))]

    assert made == [1, 0]
