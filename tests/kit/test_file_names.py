"""Names of files from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.kit.file_names import may_run, plain_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\bild.png", "bild.png"),
        ("rechnung\u202egpj.exe", "rechnunggpj.exe"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("zwei\nZeilen.txt", "zweiZeilen.txt"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("x" * 300 + ".pdf", "x" * 115 + "….pdf"),
    ],
)
def test_a_name_becomes_one_plain_name(name, plain):
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    "name", ["a.exe", "bild.jpg.EXE", "seite.html", "logo.svg", "liste.xlsm", "a.exe . ", "x\u202egnp.js"]
)
def test_files_that_may_run_are_told_apart(name):
    assert may_run(name)


@pytest.mark.parametrize("name", ["bild.jpg", "rechnung.pdf", "exe", "brief.docx", "a.exe.png", ""])
def test_files_that_run_nothing_are_left_in_peace(name):
    assert not may_run(name)


@given(st.text(max_size=400))
def test_any_name_stays_one_short_name_that_is_stable(name):
    plain = plain_name(name)

    assert 0 < len(plain) <= 120
    assert not set(plain) & set('/\\\n\r\0\u202e"')
    assert plain_name(plain) == plain
