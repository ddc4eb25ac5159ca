"""Every page says what it is for and how it is worked."""

import pytest

from resonanz.web.help_texts import HELP, SAME, help_for
from tests.pages.test_permissions import TABLE, address, arguments, names  # noqa: F401 - a fixture

pytestmark = [pytest.mark.page]


@pytest.mark.parametrize("name", [name for name, (verb, _who) in TABLE.items() if verb == "get"])
def test_every_page_has_help(town, as_, arguments, name):  # noqa: F811
    for person in (town.lead, town.operator):
        page = as_(person).get(address(name, arguments))
        if page.status_code == 200 and b'id="rail"' in page.content:
            assert b'id="help"' in page.content
            assert str(help_for(name)[0])


def test_no_help_is_for_a_page_that_there_is_not():
    known = set(names())

    assert (set(HELP) | set(SAME)) <= known | {"bulk"}
    assert set(SAME.values()) <= set(HELP)
