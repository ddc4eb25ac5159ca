"""What tests of pages share: catalogs, signed-in people, and a look for anything inline."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from resonanz.model.models import Agent
from resonanz.web.catalog import compile_catalogs

compile_catalogs()
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none

INLINE = re.compile(
    r"<script(?![^>]*(\ssrc=|type=\"application/json\"))[^>]*>|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE
)


@pytest.fixture
def inline_parts():
    """Every inline script or style in an answer, as found."""
    return lambda response: [match.group(0) for match in INLINE.finditer(response.content.decode())]


@pytest.fixture
def as_() -> Callable[[Agent], Client]:
    """A browser in which this person has signed in."""

    def signed_in(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent)
        return client

    return signed_in
