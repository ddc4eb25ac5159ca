"""Files: archives and trials, as CSV or JSON Lines."""

from resonanz.connectors.file.connector import File

connector = File()
