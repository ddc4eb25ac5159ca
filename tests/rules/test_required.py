"""A bare machine leaves tests on real servers out and says why; what CI runs may leave none of them out."""

from pathlib import Path

import pytest

from tests.real.conftest import needs

CI = Path(__file__).parent.parent.parent / ".ci/run"


@pytest.fixture(autouse=True)
def _bare_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_a_bare_machine_leaves_out_what_it_has_not_and_says_why(monkeypatch):
    monkeypatch.delenv("REQUIRE_REAL", raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"tools/real_servers\.sh"):
        needs("snac")


def test_where_real_servers_are_required_a_missing_one_is_a_failure(monkeypatch):
    monkeypatch.setenv("REQUIRE_REAL", "1")

    with pytest.raises(pytest.fail.Exception, match="REQUIRE_REAL"):
        needs("snac")


def test_ci_requires_them():
    lines = CI.read_text(encoding="utf-8").splitlines()

    assert "bash tools/real_servers.sh" in lines  # and nothing behind it that would let it fail
    assert [line for line in lines if "make check" in line and "REQUIRE_REAL=1" in line] != []
