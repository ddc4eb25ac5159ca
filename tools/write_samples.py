"""Write the .incoming.json beside each sample that has none yet (all of a channel's with --again).

python tools/write_samples.py mastodon [--again]; read the result before you commit it: it becomes the truth.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from resonanz.connectors.contract import Arrival, Connector
from resonanz.connectors.registry import connectors
from tests.connectors.contract import Samples, as_json


def write(connector: Connector, *, again: bool) -> None:
    samples = Samples(connector)
    for raw in sorted(samples.folder.iterdir()):
        meaning = raw.with_name(raw.stem + ".incoming.json")
        if raw.name == "access.json" or raw.name.endswith(".incoming.json") or (meaning.exists() and not again):
            continue
        found = as_json(connector.parse(samples.access(), Arrival(raw.stem, raw.read_bytes())))
        meaning.write_text(json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
        print(meaning.name)


if __name__ == "__main__":
    write(connectors()[sys.argv[1]], again="--again" in sys.argv)
