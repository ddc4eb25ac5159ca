"""Practice: reactions made up for looking round; replies go nowhere."""

from resonanz.connectors.practice.connector import Practice

connector = Practice()
