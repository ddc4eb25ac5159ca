"""What a browser does with what was pushed to it (RFC 8291, RFC 8188), written apart from what the house does."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def point(private):
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def opened(body, private, auth):
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    theirs, record = body[21 : 21 + length], body[21 + length :]
    assert len(record) <= size
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    secret = _hkdf(auth, shared, b"WebPush: info\x00" + point(private) + theirs, 32)
    key, nonce = (
        _hkdf(salt, secret, b"Content-Encoding: " + name + b"\x00", n)
        for name, n in ((b"aes128gcm", 16), (b"nonce", 12))
    )
    padded = AESGCM(key).decrypt(nonce, record, None)
    message, end = padded.rstrip(b"\x00")[:-1], padded.rstrip(b"\x00")[-1:]
    assert end == b"\x02"
    return message


def _hkdf(salt, key, about, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=about).derive(key)
