"""Messages to browsers: the example of RFC 8291, what browsers say wrongly, and a signature that others can check."""

import base64
from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from resonanz.kit.web_push import MOST, new_keys, sealed, signature, target_of

KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
THERE = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_example_of_the_standard_is_sealed_byte_for_byte():
    once = ec.derive_private_key(
        int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )

    found = sealed(
        b"When I grow up, I want to be a watermelon",
        target_of(THERE, KEY, AUTH),
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
        once=once,
    )

    assert found == raw(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(st.binary(max_size=MOST))
def test_no_two_messages_are_sealed_alike_and_each_fits_one_record(message):
    target = target_of(THERE, KEY, AUTH)

    one, other = sealed(message, target), sealed(message, target)

    assert one != other
    assert len(one) == 86 + len(message) + 17 <= 4096


def test_a_message_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=str(MOST + 1)):
        sealed(b"x" * (MOST + 1), target_of(THERE, KEY, AUTH))


@pytest.mark.parametrize(
    ("endpoint", "key", "auth"),
    [
        ("no address", KEY, AUTH),
        (THERE, KEY[:-2], AUTH),
        (THERE, "B" + "A" * 86, AUTH),
        (THERE, "ä", AUTH),
        (THERE, KEY, AUTH[:-4]),
        (THERE, "", ""),
    ],
)
def test_what_cannot_be_a_browser_is_a_value_error(endpoint, key, auth):
    with pytest.raises(ValueError):
        target_of(endpoint, key, auth)


def test_the_signature_says_who_sends_to_whom_and_until_when():
    private, public = new_keys()

    said = signature(THERE, private=private, public=public, contact="mailto:desk@auenwerke.example", now=NOW)

    token, key = said.removeprefix("vapid t=").split(", k=")
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(key))
    claims = jwt.decode(
        token, point, algorithms=["ES256"], audience="https://push.example.net", options={"verify_exp": False}
    )
    assert (key, claims["sub"]) == (public, "mailto:desk@auenwerke.example")
    assert claims["exp"] - NOW.timestamp() == 12 * 3600
    assert repr(private) == "[hidden]"
