"""What the settings become: a proxy is believed only where somebody says that there is one."""

import json
import subprocess
import sys

import pytest

ASK = """
import json
from resonanz.site import settings as s
print(json.dumps([s.ALLAUTH_TRUSTED_PROXY_COUNT, s.SECURE_PROXY_SSL_HEADER, s.ACCOUNT_DEFAULT_HTTP_PROTOCOL,
                  s.DEFAULT_FROM_EMAIL, s.ACCOUNT_EMAIL_SUBJECT_PREFIX]))
"""
FORWARDED = ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ({}, [0, None, "http", "Resonanz <resonanz@localhost>", "[Resonanz] "]),
        (
            {"RESONANZ_PUBLIC_URL": "https://a.example", "RESONANZ_COMPANY": "Auenwerke"},
            [0, None, "https", "Auenwerke <resonanz@a.example>", "[Auenwerke] "],
        ),
        (
            {"RESONANZ_PROXIES": "2", "RESONANZ_MAIL_FROM": "s@b.example"},
            [2, FORWARDED, "http", "Resonanz <s@b.example>", "[Resonanz] "],
        ),
    ],
)
def test_settings_become_those_of_the_libraries(tmp_path, given, becomes):
    told = subprocess.run(
        [sys.executable, "-c", ASK], env={"RESONANZ_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path), **given},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(told.stdout) == becomes
