"""The square: a page with posts, many authors' comments and direct messages (the sandbox speaks it)."""

from resonanz.connectors.square.connector import Square

connector = Square()
