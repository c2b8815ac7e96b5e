"""Pictures from outside: upright, small, refused where they are too much; and the codes in them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import segno
from PIL import Image

from desk_app.core.errors import BadInputError
from desk_app.printing.pictures import codes_in, small_picture

INVOICE = "01,32,,23442000000012345678,112,20230215,,74AE"


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 200), turned: int = 0) -> bytes:
    """Red above, blue below; ``turned``: EXIF orientation."""
    made = Image.new("RGB", size, "blue")
    made.paste("red", (0, 0, size[0], size[1] // 2))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
    kept = io.BytesIO()
    made.save(kept, kind, exif=exif)
    return kept.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP"])
def test_a_small_picture_of_each_kind(kind: str) -> None:
    small = small_picture(picture(kind), 100)
    assert (small.width, small.height, len(small.pixels)) == (100, 50, 100 * 50 * 4)
    blue, green, red, _ = small.pixels[:4]
    assert red > 200 > 60 > max(blue, green)


def test_a_picture_is_turned_as_the_camera_says() -> None:
    small = small_picture(picture("JPEG", turned=6), 100)  # held upright: what was left is above
    assert (small.width, small.height) == (50, 100)
    assert small.pixels[0] > 200 > small.pixels[2]  # blue at the left
    end = 49 * 4
    assert small.pixels[end + 2] > 200 > small.pixels[end]  # red at the right


def test_what_shines_through_stands_on_white() -> None:
    kept = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(kept, "PNG")
    assert small_picture(kept.getvalue(), 10).pixels[:3] == b"\xff\xff\xff"


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is so many pixels square."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("read", [lambda content: small_picture(content, 100), codes_in])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(60_000), "尺寸太大"),
        (bomb(9_450), "尺寸太大"),
        (bomb(9_430), "打不开"),
        (b"", "打不开"),
        (b"%PDF-1.7", "打不开"),
        (picture()[:60], "打不开"),
        (picture("JPEG")[:300], "打不开"),
        (bytes(1000), "打不开"),
    ],
)
def test_too_much_or_broken_is_said(read: object, content: bytes, words: str) -> None:
    assert callable(read)
    with pytest.raises(BadInputError, match=words):
        read(content)


def code(text: str) -> bytes:
    kept = io.BytesIO()
    segno.make(text).save(kept, kind="png", scale=4, border=4)
    return kept.getvalue()


@pytest.mark.parametrize("text", [INVOICE, "https://example.invalid/一号", "12345"])
def test_a_code_in_a_picture_is_read(text: str) -> None:
    assert codes_in(code(text)) == (text,)


def test_several_codes_and_none() -> None:
    both = Image.new("L", (600, 300), "white")
    for place, text in enumerate(("one", "two")):
        with Image.open(io.BytesIO(code(text))) as made:
            both.paste(made, (40 + 280 * place, 60))
    kept = io.BytesIO()
    both.save(kept, "PNG")
    assert sorted(codes_in(kept.getvalue())) == ["one", "two"]
    assert codes_in(picture()) == ()
