"""What tests of pages share: catalogs, and a look for anything inline."""

import re
from pathlib import Path

import pytest
from django.conf import settings

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
