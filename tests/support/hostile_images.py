"""Broken or odd image files: real encodings of every format, damaged in ways that are hard for parsers."""

import io
import random
import struct
import zlib

import numpy as np
from PIL import Image

SIDES = (8, 1, 61, 33)
KINDS = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB", "CMYK"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F", "I", "YCbCr"),
    "BMP": ("1", "L", "P", "RGB", "RGBA"),
    "GIF": ("1", "L", "P", "RGB"),
    "WEBP": ("RGB", "RGBA"),
}
WAYS = {  # options of saving, besides the default
    "TIFF": [{"compression": name} for name in ("tiff_lzw", "tiff_adobe_deflate", "packbits")],
    "JPEG": [{"progressive": True}, {"quality": 5}, {"optimize": True}],
    "PNG": [{"compress_level": 0}, {"dpi": (72, 72), "icc_profile": b"\0" * 200}],
    "WEBP": [{"lossless": True}, {"save_all": True}],
    "GIF": [{"save_all": True}],
}
SUFFIX = {"PNG": "png", "JPEG": "jpg", "TIFF": "tif", "BMP": "bmp", "GIF": "gif", "WEBP": "webp"}
EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1_000_000, 65_000)


def seeds() -> list[tuple[str, bytes]]:
    """Return (suffix, content) of intact images in each format, mode and way of saving."""
    files, rng = [], np.random.default_rng(0)
    for number, (kind, modes) in enumerate(KINDS.items()):
        for mode in modes:
            rows, cols = SIDES[number % 4] + 3, SIDES[(number + 1) % 4] + 2
            image = drawn(rng, rows, cols, mode)
            for options in [{}, *WAYS.get(kind, ())]:
                if options.get("save_all"):
                    options = options | {"append_images": [image.transpose(Image.Transpose.ROTATE_180)] * 3}
                files.append((SUFFIX[kind], encoded(image, kind, **options)))
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = 6, "a note" * 9
        if kind not in ("BMP", "GIF"):
            files.append((SUFFIX[kind], encoded(drawn(rng, 40, 30, "RGB"), kind, exif=exif)))
    return files


def drawn(rng: np.random.Generator, rows: int, cols: int, mode: str) -> Image.Image:
    """Draw an image that is smooth in one half and noise in the other."""
    levels = np.linspace(0, 255, rows * cols).reshape(rows, cols)
    levels[:, cols // 2 :] = rng.integers(0, 256, (rows, cols - cols // 2))
    if mode in ("I;16", "I", "F"):
        return Image.fromarray((levels * 257).astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]))
    base = Image.fromarray(np.dstack([levels, levels[::-1], levels[:, ::-1], 255 - levels]).astype(np.uint8))
    return base.convert("RGB").convert(mode) if mode not in ("RGBA", "LA") else base.convert(mode)


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


# Each of these functions damages a file in one way.


def flip_bits(draw: random.Random, data: bytearray, _) -> bytearray:
    for _ in range(draw.choice((1, 1, 2, 5, 50))):
        data[place(draw, data)] ^= 1 << draw.randrange(8)
    return data


def put_bytes(draw, data, _):
    for _ in range(draw.choice((1, 3, 20))):
        data[place(draw, data)] = draw.choice((0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)))
    return data


def put_number(draw, data, _):
    """Overwrite bytes that may be a length, a size or an offset."""
    form = draw.choice("<>") + draw.choice("HHIIQ")
    size = struct.calcsize(form)
    if len(data) > size:
        at = min(place(draw, data), len(data) - size)
        data[at : at + size] = struct.pack(form, draw.choice(EXTREMES) & (2 ** (8 * size) - 1))
    return data


def cut(draw, data, _):
    return data[: place(draw, data)]


def cut_out(draw, data, _):
    first, last = sorted((place(draw, data), place(draw, data)))
    return data[:first] + data[last:]


def swap(draw, data, _):
    a, b, c = sorted(draw.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def repeat(draw, data, _):
    first, last = sorted((place(draw, data), place(draw, data)))
    return data[:last] + data[first:last] * draw.choice((1, 3, 40)) + data[last:]


def splice(draw, data, others):
    """Join the beginning of one file and the end of another."""
    other = draw.choice(others)[1]
    return data[: draw.randrange(len(data) + 1)] + other[draw.randrange(len(other) + 1) :]


def join(draw, data, others):
    return data + draw.choice(others)[1]


def junk(draw, data, _):
    return data[: draw.choice((4, 8, 16, 32))] + bytearray(draw.randbytes(draw.choice((0, 10, 3000))))


def png_chunk(draw, data, _):
    """Break one chunk of a PNG, with correct checksums."""
    if data[:4] != b"\x89PNG" or len(data) < 20:
        return put_number(draw, data, _)
    chunks, at = [], 8
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        chunks.append([bytes(data[at + 4 : at + 8]), bytearray(data[at + 8 : at + 8 + size])])
        at += 12 + size
    name, content = draw.choice(chunks)
    if content:
        put_number(draw, content, _)
    extra = draw.choice((b"tRNS", b"PLTE", b"iCCP", b"zTXt", b"iTXt", b"acTL", b"fcTL", b"eXIf", b"gAMA", b"IHDR"))
    bomb = zlib.compress(bytes(draw.choice((10, 5_000_000))))
    chunks.insert(draw.randrange(len(chunks) + 1), [extra, draw.choice((b"", b"a\0\0" + bomb, draw.randbytes(20)))])
    draw.choice(chunks)[0] = draw.choice((name, b"IDAT", b"fdAT", b"xxxx"))
    return bytearray(b"\x89PNG\r\n\x1a\n") + b"".join(
        struct.pack(">I", len(content)) + name + bytes(content) + struct.pack(">I", zlib.crc32(name + bytes(content)))
        for name, content in chunks
    )


def huge(draw, data, _):
    """Write sizes into the header that the data do not match, below and above the allowed size."""
    side = draw.choice((9_999, 30_000, 65_500, 2**31 - 1))
    ways = {
        b"\x89PNG": lambda: png_of(side, side if draw.random() < 0.5 else 3, draw),
        b"BM": lambda: data[:18] + struct.pack("<ii", side, side) + data[26:],
        b"GIF8": lambda: data[:6] + struct.pack("<HH", side & 0xFFFF, side & 0xFFFF) + data[10:],
    }
    return next((bytearray(make()) for begin, make in ways.items() if data.startswith(begin)), repeat(draw, data, _))


def png_of(width: int, height: int, draw) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, draw.choice((1, 8, 16)), draw.choice((0, 2, 3, 4, 6)), 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(draw.choice((0, 1000, 3_000_000))))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def place(draw: random.Random, data) -> int:
    """Draw any position, more often near the beginning, where the headers are."""
    return draw.randrange(min(len(data), draw.choice((32, 128, len(data)))) or 1)


DAMAGES = (flip_bits, put_bytes, put_number, cut, cut_out, swap, repeat, splice, join, junk, png_chunk, huge)


def damaged(count: int, seed: int) -> list[tuple[str, bytes]]:
    """Return (name, content) of `count` files; every tenth is intact, and one in ten has another format's suffix."""
    draw, whole, files = random.Random(seed), seeds(), []
    for number in range(count):
        suffix, content = draw.choice(whole)
        data, done = bytearray(content), ["whole"]
        if number % 10:
            done = [draw.choice(DAMAGES) for _ in range(draw.choice((1, 1, 2, 3)))]
            for damage in done:
                data = damage(draw, data, whole) or bytearray(b"\0")
            done = [damage.__name__ for damage in done]
        suffix = draw.choice(list(SUFFIX.values())) if draw.random() < 0.1 else suffix
        files.append((f"{number:05}-{'-'.join(done)}.{suffix}", bytes(data)))
    return files
