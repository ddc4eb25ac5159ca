"""Settings that cannot hold stop the start with a sentence that names them; none of them tells a secret."""

import pytest

from resonanz.kit.config import key_of, read_config, shown
from resonanz.kit.errors import BadSetting

BAD = {
    "RESONANZ_PORT": ["0", "65536", "eight", "", "8000.5"],
    "RESONANZ_LANGUAGE": ["fr", "DE", ""],
    "RESONANZ_TIME_ZONE": ["Mars/Base", ""],
    "RESONANZ_DEBUG": ["perhaps", "2"],
    "RESONANZ_DATABASE_URL": ["mysql://a/b", "sqlite:///x", "postgresql://u:p@host:port/x", "postgresql://["],
    "RESONANZ_PUBLIC_URL": ["example.org", "ftp://example.org", "https://[", "https://host:99999"],
    "RESONANZ_MAIL_URL": ["http://host", "smtp://u:p@host:port", "host"],
    "RESONANZ_LOG_LEVEL": ["loud"],
    "RESONANZ_UNDO_SECONDS": ["-1", "601"],
    "RESONANZ_HOOK_MOST_BYTES": ["10"],
    "RESONANZ_WEB_WORKERS": ["0", "65"],
    "RESONANZ_PROXIES": ["-1", "11", "one"],
    "RESONANZ_MAIL_FROM": ["nobody", "Auenwerke", "@example.org", "a@"],
    "RESONANZ_PROT": ["8000"],
    "RESONANZ_PORT_FILE": ["some/where"],
    "RESONANZ_SECRET_KEY_FILE": ["no/such/file"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_setting_is_named_in_a_sentence(name, value):
    with pytest.raises(BadSetting) as bad:
        read_config({name: value})

    assert name in str(bad.value)


def test_nothing_set_holds():
    config = read_config({"PATH": "/bin"})

    assert (config.port, config.language, config.four_eyes, config.is_postgres) == (8000, "de", True, False)


def test_settings_are_read_in_their_kinds():
    config = read_config(
        {"RESONANZ_PORT": "9000", "RESONANZ_DEBUG": "Yes", "RESONANZ_ALLOWED_HOSTS": " a.example , b.example,"}
    )

    assert (config.port, config.debug, config.allowed_hosts) == (9000, True, ("a.example", "b.example"))


def test_a_secret_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("from a file\n", encoding="utf-8")

    config = read_config({"RESONANZ_SECRET_KEY_FILE": str(tmp_path / "key")})

    assert config.secret_key.reveal() == "from a file"


def test_what_is_shown_tells_no_secret():
    config = read_config(
        {
            "RESONANZ_SECRET_KEY": "hush-hush",
            "RESONANZ_FORMER_SECRET_KEYS": "older-hush",
            "RESONANZ_DATABASE_URL": "postgresql://user:hush-pass@host/name",
            "RESONANZ_MAIL_URL": "smtp://user:hush-mail@host:25",
        }
    )

    assert "hush" not in str(shown(config)) + repr(config.secret_key)


def test_the_key_of_an_installation_is_made_once_and_for_its_owner_alone(tmp_path):
    config = read_config({"RESONANZ_HOME": str(tmp_path / "home")})

    first, second = key_of(config), key_of(config)

    assert first.reveal() == second.reveal()
    assert (tmp_path / "home" / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("settings", "sender"),
    [
        ({}, "Resonanz <resonanz@localhost>"),
        ({"RESONANZ_PUBLIC_URL": "https://care.example.org"}, "Resonanz <resonanz@care.example.org>"),
        ({"RESONANZ_MAIL_FROM": "a@b.example", "RESONANZ_COMPANY": "Auenwerke"}, "Auenwerke <a@b.example>"),
        ({"RESONANZ_MAIL_FROM": "Service <a@b.example>", "RESONANZ_COMPANY": "Auenwerke"}, "Service <a@b.example>"),
    ],
)
def test_mails_of_the_house_have_a_sender_with_a_name(settings, sender):
    assert read_config(settings).sender == sender
