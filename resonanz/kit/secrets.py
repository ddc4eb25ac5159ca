"""Secrets: encrypted at rest, never in a log, compared in constant time."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from resonanz.kit.errors import ResonanzError

HIDDEN = "[hidden]"
_SECRET_NAME = re.compile(r"secret|token|passw|authorization|cookie|api[-_]?key|signature|credential", re.IGNORECASE)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_IN_QUERY = re.compile(r"(?i)([?&](?:access_token|token|key|secret|password|code|state)=)[^&\s]+")


class CannotUnlock(ResonanzError):
    """The stored secrets do not fit the key of this installation."""

    code = "cannot_unlock"
    said = "The stored secrets cannot be read with RESONANZ_SECRET_KEY. Put the former key back or enter them anew."


class Secret(str):
    """A string that does not show itself: ``repr`` and logs say [hidden]. Use ``reveal()`` where it must leave."""

    __slots__ = ()

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def reveal(self) -> str:
        """The text itself."""
        return str.__str__(self)


class Vault:
    """Encrypts and decrypts small mappings with keys derived from the installation's key.

    ``keys``: the present key first, then former ones (for reading only). Fernet: AES-128-CBC with HMAC-SHA-256.
    """

    def __init__(self, *keys: str) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def lock(self, secrets: Mapping[str, str]) -> bytes:
        plain = {name: value.reveal() if isinstance(value, Secret) else value for name, value in secrets.items()}
        return self._fernet.encrypt(json.dumps(plain).encode())

    def unlock(self, locked: bytes) -> dict[str, Secret]:
        if not locked:
            return {}
        try:
            plain = json.loads(self._fernet.decrypt(bytes(locked)))
        except InvalidToken:
            raise CannotUnlock from None
        return {name: Secret(value) for name, value in plain.items()}


def redact(text: str, *secrets: str) -> str:
    """``text`` without the given secrets and without anything that looks like a token."""
    for secret in secrets:
        bare = secret.reveal() if isinstance(secret, Secret) else secret
        if len(bare) > 3:  # noqa: PLR2004 - shorter would blank out ordinary words
            text = text.replace(bare, HIDDEN)
    low = text.lower()
    if "bearer" in low or "basic" in low:
        text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    return _IN_QUERY.sub(rf"\1{HIDDEN}", text) if "=" in text else text


@lru_cache(maxsize=1000)
def sounds_secret(name: str) -> bool:
    """Whether what goes by this name is nobody's to read."""
    return _SECRET_NAME.search(name) is not None


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers (or settings) with the values of secret-sounding names hidden."""
    return {name: HIDDEN if sounds_secret(name) else redact(value) for name, value in headers.items()}


def signed(key: str, body: bytes) -> str:
    """HMAC-SHA-256 of ``body`` as lower-case hex."""
    bare = key.reveal() if isinstance(key, Secret) else key
    return hmac.new(bare.encode(), body, hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _derived(key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.scrypt(key.encode(), salt=b"resonanz.vault.1", n=2**14, r=8, p=1, dklen=32))
