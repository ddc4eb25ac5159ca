"""Messages to a browser: sealed for it alone (RFC 8291, aes128gcm), and signed by this installation (RFC 8292).

The push service of the browser's maker carries them and reads nothing of them. Pure but for the chance in keys.
"""

import base64
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from resonanz.kit.secrets import Secret

RECORD = 4096  # bytes of one sealed record; services take at least so much
MOST = RECORD - 17 - 86  # bytes of one message: the record less its seal, its end mark and the header
POINT, AUTH, SALT = 65, 16, 16
TOKEN_LIVES = timedelta(hours=12)  # a day at most, says RFC 8292
_CURVE = ec.SECP256R1()


@dataclass(frozen=True, slots=True)
class Target:
    """A browser as it gave itself: its address at the service, its public key (65 bytes), its secret (16 bytes)."""

    endpoint: str
    key: bytes
    auth: bytes


def target_of(endpoint: str, key: str, auth: str) -> Target:
    """The browser's own words (the last two base64url); raises ValueError where they cannot be."""
    target = Target(endpoint, _bytes(key), _bytes(auth))
    if not urlsplit(endpoint).hostname or len(target.key) != POINT or len(target.auth) != AUTH:
        raise ValueError(endpoint)
    _point(target.key)  # a place that is not on the curve
    return target


def new_keys() -> tuple[Secret, str]:
    """A private key of this installation (PEM) and the public one as browsers want it (base64url)."""
    private = ec.generate_private_key(_CURVE)
    return Secret(_pem(private)), text_of(_raw(private.public_key()))


def sealed(
    message: bytes, target: Target, *, salt: bytes | None = None, once: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """``message`` (at most ``MOST`` bytes) so that only this browser can read it. ``salt`` and ``once`` (the key used
    for this message alone) are for proofs; left out, they are chance.
    """
    if len(message) > MOST:
        raise ValueError(len(message))
    salt, once = salt or os.urandom(SALT), once or ec.generate_private_key(_CURVE)
    ours = _raw(once.public_key())
    shared = once.exchange(ec.ECDH(), _point(target.key))
    secret = _derived(shared, target.auth, b"WebPush: info\x00" + target.key + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def signature(endpoint: str, *, private: Secret, public: str, contact: str, now: datetime) -> str:
    """The Authorization header for one message to ``endpoint``. ``contact``: an https: or mailto: address of ours."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + TOKEN_LIVES).timestamp()), "sub": contact}
    return f"vapid t={jwt.encode(claims, private.reveal(), algorithm='ES256')}, k={public}"


def text_of(raw: bytes) -> str:
    """base64url without its padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _point(raw: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)


def _raw(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _pem(private: ec.EllipticCurvePrivateKey) -> str:
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private.private_bytes(serialization.Encoding.PEM, kind, plain).decode()


def _derived(key: bytes, salt: bytes, about: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=about).derive(key)
