"""Looks into pictures that came from outside: small ones to show, and the codes in them.

Everything is done in memory; nothing of a picture is ever a file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import zxingcpp
from PIL import Image, ImageOps

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.printing.preview import PageImage

MOST_PIXELS = 89_000_000
"""Pillow's own limit, which it only warns of; 270 MB while it is looked at. An A3 page scanned at
600 dpi has 70 million."""

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP")
MOST_CODES = 20
CODE_SIDE = 3_000
"""Codes are looked for in a picture of this size: they fill a good part of it, or it is useless."""


def small_picture(content: bytes, side: int) -> PageImage:
    """The picture upright (EXIF), its longer side at most ``side`` pixels, on white.

    Raises BadInputError: not a picture, damaged, or larger than any camera's.
    """
    with _opened(content, side) as picture:
        shown = Image.new("RGB", picture.size, "white")
        shown.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
        return PageImage(shown.width, shown.height, shown.tobytes("raw", "BGRX"))


def codes_in(content: bytes) -> Sequence[str]:
    """What the QR and bar codes in a picture say, each once. Raises BadInputError."""
    with _opened(content, CODE_SIDE) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))
    texts = (code.text.strip() for code in found if code.valid)
    return tuple(dict.fromkeys(text for text in texts if text))[:MOST_CODES]


@contextmanager
def _opened(content: bytes, side: int) -> Iterator[Image.Image]:
    """The picture upright, no larger than ``side``, as RGB or RGBA."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            picture.draft("RGB", (side, side))  # JPEG: unpacked no larger than needed
            upright = ImageOps.exif_transpose(picture)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            made = upright.convert("RGBA" if has_alpha else "RGB")
            made.thumbnail((side, side))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refused(QT_TRANSLATE_NOOP("Errors", "这张图片的尺寸太大，没有打开。")) from None
    except (OSError, ValueError, SyntaxError):
        raise _refused(
            QT_TRANSLATE_NOOP("Errors", "这张图片打不开：损坏了，或者不是图片。")
        ) from None
    with made:
        yield made


def _refused(what: str) -> BadInputError:
    return BadInputError(
        what,
        safe=QT_TRANSLATE_NOOP("Errors", "附件还在，没有变。"),
        press=QT_TRANSLATE_NOOP("Errors", "可以存一份副本，用别的程序看。"),
    )
