"""Pictures from outside: never given on as they came, always drawn anew from their dots."""

import io
import struct
import warnings
from typing import Final

from PIL import Image, ImageOps

from resonanz.kit.errors import Refused

DRAWN_AS: Final = "image/webp"
MOST_DOTS: Final = 40_000_000
"""Width times height in pixels beyond which a picture is not opened; a phone's largest photographs lie below."""
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_QUALITY: Final = 82
# what Pillow's readers raise for files that are damaged or made to hurt; UnidentifiedImageError is an OSError
_BROKEN: Final = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, MemoryError, EOFError, struct.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


class BadPicture(Refused):
    """A file calls itself a picture and is none, is damaged, or is too large to be drawn."""

    code = "bad_picture"
    said = "This picture cannot be shown. Save the file and open it only if you trust where it comes from."


def drawn_anew(content: bytes, *, longest: int) -> bytes:
    """The picture as WebP, its longer side at most ``longest`` pixels, upright, without place, camera or comment.

    Only PNG, JPEG, GIF (its first frame) and WebP are opened, whatever the file says of itself; what hides behind the
    dots (scripts, a second file, metadata) is left behind. Raises ``BadPicture``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                return _drawn(opened, longest)
    except _BROKEN as error:
        raise BadPicture from error


def _drawn(opened: Image.Image, longest: int) -> bytes:
    if not 0 < opened.width * opened.height <= MOST_DOTS:
        raise BadPicture
    opened.draft("RGB", (longest, longest))  # a JPEG comes out smaller at once: less memory, less time
    upright = ImageOps.exif_transpose(opened)
    clear = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    clear.thumbnail((longest, longest))
    bare = Image.new(clear.mode, clear.size)  # carries nothing that the file told about itself
    bare.paste(clear)
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=_QUALITY, method=2)
    return out.getvalue()
