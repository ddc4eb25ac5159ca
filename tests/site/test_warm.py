"""What a fresh process does before its first person comes."""

from django.template import engines

from resonanz.web.warm import TEMPLATES, compile_pages


def test_every_template_of_the_house_compiles_before_anybody_waits():
    for loader in engines["django"].engine.template_loaders:
        loader.reset()

    compiled = compile_pages()

    assert compiled == len(list(TEMPLATES.rglob("*.html"))) > 50
