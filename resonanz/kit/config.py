"""The settings of an installation: one frozen ``Config`` from ``RESONANZ_*``; secrets also from a file (``…_FILE``).

An unknown name or a bad value stops the start with a sentence. ``resonanz config`` prints what holds, redacted.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from resonanz.kit.errors import BadSetting
from resonanz.kit.secrets import Secret

PREFIX = "RESONANZ_"
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def _setting(default: Any, help_text: str, **bounds: Any) -> Any:
    return field(default=default, metadata={"help": help_text, **bounds})


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; docs/operate.md lists them and a test holds the list."""

    home: Path = _setting(Path(".resonanz"), "Folder for the database, attachments, keys and logs.")
    host: str = _setting("127.0.0.1", "Address on which the pages listen.")
    port: int = _setting(8000, "Port of the pages.", least=1, most=65535)
    database_url: str = _setting("", "postgresql://user:password@host/name; empty: SQLite in the home folder.")
    secret_key: Secret = _setting(
        Secret(""), "Key for sessions and stored secrets; empty: made once in the home folder."
    )
    former_secret_keys: tuple[str, ...] = _setting((), "Former keys, comma-separated, for reading what they locked.")
    allowed_hosts: tuple[str, ...] = _setting(("127.0.0.1", "localhost", "[::1]"), "Host names the pages answer to.")
    public_url: str = _setting("", "Address under which people reach the pages, e.g. https://resonanz.example.org.")
    proxies: int = _setting(
        0,
        "How many proxies of ours stand in front; from 1 on, X-Forwarded-For and X-Forwarded-Proto are believed.",
        least=0,
        most=10,
    )
    private_hosts: frozenset[str] = _setting(
        frozenset(), "Hosts on private networks that may be called (host or host:port)."
    )
    company: str = _setting("", "Name of the company as agents and mails show it.")
    language: str = _setting("de", "Language of a person who chose none.", choices=("de", "en"))
    time_zone: str = _setting("Europe/Berlin", "Time zone of a person who chose none.")
    debug: bool = _setting(default=False, help_text="Detailed error pages; never on a machine that others reach.")
    log_level: str = _setting("info", "How much is logged.", choices=("debug", "info", "warning", "error"))
    web_workers: int = _setting(1, "Processes for the pages.", least=1, most=64)
    web_threads: int = _setting(4, "Threads in each of them.", least=1, most=64)
    arrival_days: int = _setting(30, "Days for which raw arrivals are kept.", least=1, most=3650)
    undo_seconds: int = _setting(
        10, "Seconds between release and sending in which a reply can be taken back.", least=0, most=600
    )
    four_eyes: bool = _setting(default=True, help_text="A reply needs the release of a second person.")
    hook_most_bytes: int = _setting(5_000_000, "Largest hook body in bytes.", least=1_000, most=100_000_000)
    upload_most_bytes: int = _setting(200_000_000, "Largest import file in bytes.", least=1_000, most=4_000_000_000)
    mail_url: str = _setting(
        "", "smtp://user:password@host:port for our own mails; empty: each is a file in the home folder, under mails."
    )
    mail_from: str = _setting(
        "", "Sender of our own mails, e.g. service@example.org; empty: resonanz@ and the host of the public address."
    )
    browser_push: bool = _setting(
        default=True,
        help_text="People may have notices pushed to their browsers, by the push services of the browsers' makers.",
    )

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def house_name(self) -> str:
        """What mails call the house."""
        return self.company or "Resonanz"

    @property
    def sender(self) -> str:
        """Who our own mails are from, with a name."""
        name, address = parseaddr(self.mail_from)
        return formataddr(
            (name or self.house_name, address or f"resonanz@{urlsplit(self.public_url).hostname or 'localhost'}")
        )

    @property
    def is_postgres(self) -> bool:
        return self.database_url.startswith(("postgres://", "postgresql://"))


def read_config(environ: Mapping[str, str] | None = None) -> Config:
    """The settings from the environment. Raises BadSetting with a sentence for the first one that cannot hold."""
    environ = os.environ if environ is None else environ
    known = {f.name: f for f in fields(Config)}
    values: dict[str, Any] = {}
    for name, raw in sorted(environ.items()):
        if not name.startswith(PREFIX):
            continue
        bare = name.removeprefix(PREFIX).lower()
        if bare.endswith("_file") and bare.removesuffix("_file") in {"secret_key", "database_url", "mail_url"}:
            bare, raw = bare.removesuffix("_file"), _from_file(name, raw)  # noqa: PLW2901 - the file holds the value
        if bare not in known:
            raise BadSetting(name=name, why="there is no such setting. `resonanz config` lists them all")
        values[bare] = _value(name, raw, known[bare].default, known[bare].metadata)
    config = Config(**values)
    _check(config)
    return config


def home_of(config: Config) -> Path:
    """The home folder, made on first need. Raises BadSetting where nothing can be written there."""
    home = config.home.resolve()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)  # what customers wrote is for the house alone
    except OSError as error:
        raise BadSetting(
            name="RESONANZ_HOME", why=f"the folder {home} cannot be made ({error.strerror}). Name another"
        ) from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise BadSetting(
            name="RESONANZ_HOME", why=f"nothing can be written in {home}. Change its owner or rights, or name another"
        )
    return home


def key_of(config: Config) -> Secret:
    """The installation's key: the configured one, else the one kept in the home folder (made on first need)."""
    if config.secret_key.reveal():
        return config.secret_key
    path = config.home / "secret.key"
    if not path.exists():
        handle = os.open(home_of(config) / path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return Secret(path.read_text(encoding="ascii").strip())


def shown(config: Config) -> list[tuple[str, str, str]]:
    """(name, value as it may be shown, help) of every setting."""
    rows = []
    for one in fields(config):
        value = getattr(config, one.name)
        rows.append((PREFIX + one.name.upper(), _shown(one.name, value), str(one.metadata["help"])))
    return rows


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Secret) or name == "former_secret_keys":
        return "[set]" if value and (not isinstance(value, Secret) or value.reveal()) else ""
    if name in {"database_url", "mail_url"} and value:
        parts = urlsplit(value)
        return str(value).replace(f":{parts.password}@", ":[hidden]@") if parts.password else value
    return ",".join(sorted(value)) if isinstance(value, (tuple, frozenset)) else str(value)


def _from_file(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(name=name, why=f"the file cannot be read ({error.strerror})") from None


def _value(name: str, raw: str, default: Any, rules: Mapping[str, Any]) -> Any:
    if isinstance(default, bool):
        return _boolean(name, raw)
    if isinstance(default, int):
        return _number(name, raw, rules)
    if isinstance(default, (tuple, frozenset)):
        return type(default)(part.strip() for part in raw.split(",") if part.strip())
    if "choices" in rules and raw not in rules["choices"]:
        raise BadSetting(name=name, why=f"it must be one of {', '.join(rules['choices'])}")
    return type(default)(raw) if isinstance(default, (Secret, Path)) else raw


def _boolean(name: str, raw: str) -> bool:
    if raw.lower() in _TRUE | _FALSE:
        return raw.lower() in _TRUE
    raise BadSetting(name=name, why="it must be yes or no")


def _number(name: str, raw: str, rules: Mapping[str, Any]) -> int:
    try:
        number = int(raw)
    except ValueError:
        raise BadSetting(name=name, why="it must be a whole number") from None
    if not rules["least"] <= number <= rules["most"]:
        raise BadSetting(name=name, why=f"it must lie between {rules['least']} and {rules['most']}")
    return number


def _check(config: Config) -> None:
    if config.database_url and not config.is_postgres:
        raise BadSetting(name="RESONANZ_DATABASE_URL", why="it must begin with postgresql:// (or be empty for SQLite)")
    for name in ("database_url", "public_url", "mail_url"):
        _check_address(name, getattr(config, name))
    if config.public_url and urlsplit(config.public_url).scheme not in {"http", "https"}:
        raise BadSetting(name="RESONANZ_PUBLIC_URL", why="it must begin with https:// or http://")
    if config.mail_url and urlsplit(config.mail_url).scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise BadSetting(name="RESONANZ_MAIL_URL", why="it must begin with smtp://, smtps:// or smtp+tls://")
    if config.mail_from and not _ADDRESS.fullmatch(parseaddr(config.mail_from)[1]):
        raise BadSetting(name="RESONANZ_MAIL_FROM", why="it must be an e-mail address, e.g. service@example.org")
    if config.time_zone not in available_timezones():
        raise BadSetting(name="RESONANZ_TIME_ZONE", why="there is no such time zone; an example is Europe/Berlin")


def _check_address(name: str, value: str) -> None:
    """Raise BadSetting where host or port of an address cannot be read; nothing of the value is said, for it may hold a
    password.
    """
    try:
        _ = urlsplit(value).port
    except ValueError:
        raise BadSetting(
            name=PREFIX + name.upper(), why="its host or port cannot be read; an example is https://host:8000"
        ) from None
