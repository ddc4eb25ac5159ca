"""Mastodon and everything that speaks its API."""

from resonanz.connectors.mastodon.connector import Mastodon

connector = Mastodon()
