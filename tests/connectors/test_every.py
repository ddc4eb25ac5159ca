"""Every connector that is installed keeps the contract, ours and others'."""

import pytest

from resonanz.connectors.registry import connectors
from tests.connectors.contract import ConnectorContract

pytestmark = pytest.mark.contract


@pytest.mark.parametrize("channel", sorted(connectors()))
class TestEvery(ConnectorContract):
    @pytest.fixture(autouse=True)
    def _choose(self, channel: str) -> None:
        self.channel = channel
        names = {one.name for one in connectors()[channel].manifest.settings}
        self.address_setting = "base_url" if "base_url" in names else ""
