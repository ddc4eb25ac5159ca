"""Pictures from outside are drawn anew or refused; nothing but their dots comes through."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from resonanz.kit.pictures import BadPicture, drawn_anew
from tests import make


def opened(content):
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_drawable_kind_comes_out_as_webp_of_its_size(kind):
    drawn = opened(drawn_anew(make.dots(40, 20, kind), longest=320))

    assert (drawn.format, drawn.size) == ("WEBP", (40, 20))


def test_a_large_picture_comes_out_small_and_in_proportion():
    assert opened(drawn_anew(make.dots(2000, 1000, "JPEG"), longest=320)).size == (320, 160)


def test_place_camera_and_comment_are_left_behind_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Kamera von Ada", 6  # the maker; turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    content = make.dots(40, 20, "JPEG", exif=exif, comment=b"Haselweg 3")
    assert b"Kamera von Ada" in content

    drawn = drawn_anew(content, longest=320)

    assert opened(drawn).size == (20, 40)
    assert not opened(drawn).getexif()
    assert b"Kamera" not in drawn
    assert b"Haselweg" not in drawn


def test_what_is_glued_behind_a_picture_is_left_behind():
    assert b"<script>" not in drawn_anew(make.dots() + b"<script>alert(1)</script>", longest=320)


def test_what_one_can_see_through_stays_so():
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")

    assert opened(drawn_anew(out.getvalue(), longest=320)).convert("RGBA").getpixel((0, 0))[3] == 0


def _png_that_says(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="svg"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", id="postscript"),
        pytest.param(make.dots(4, 4, "BMP"), id="a kind that is not drawn"),
        pytest.param(make.dots(400, 400)[:300], id="cut off"),
        pytest.param(_png_that_says(9_000, 9_000), id="81 million dots in 200 bytes"),
        pytest.param(_png_that_says(60_000, 60_000), id="3.6 billion dots in 200 bytes"),
        pytest.param(_png_that_says(0, 0), id="no dots"),
    ],
)
def test_what_is_no_honest_picture_is_refused_by_name(content):
    with pytest.raises(BadPicture):
        drawn_anew(content, longest=320)


@given(st.binary(max_size=200), st.integers(0, 600), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]))
def test_any_damage_gives_a_picture_or_the_named_refusal(noise, where, kind):
    content = make.dots(30, 30, kind)
    where = min(where, len(content))
    try:
        drawn = drawn_anew(content[:where] + noise + content[where + len(noise) :], longest=320)
    except BadPicture:
        return
    assert opened(drawn).format == "WEBP"
