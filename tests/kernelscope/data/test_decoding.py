"""Images of every format and mode against the pattern that they were made from, as a viewer shows it."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from kernelscope.data.decoding import MOST_PIXELS, decoded
from kernelscope.data.planes import Choice, NotAnImageError, unit

ROWS, COLS = 24, 40
COLOR = np.full((ROWS, COLS, 3), (40, 90, 200), np.uint8)  # without symmetry: a red mark in the corner, a ramp below
COLOR[:8, :8] = (250, 20, 30)
COLOR[16:, :, 1] = np.linspace(0, 255, COLS).astype(np.uint8)
GRAY = COLOR[..., 1].copy()
GRAY[:8, :8] = 255
INK = GRAY > 128
RGB, L = Image.fromarray(COLOR), Image.fromarray(GRAY)
ALPHA = np.full((ROWS, COLS), 255, np.uint8)
ALPHA[:, 20:] = 0
ALPHA[:, 16:20] = 128
LOSSY = 12  # mean error of a lossy format, in levels of 255, at most


def encoded(image, kind, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pixels(data, least=0) -> np.ndarray:
    return np.asarray(decoded(data, least).image)


def levels(data) -> np.ndarray:
    """Return gray levels of 255 of an image that is decoded as floats with white as 1."""
    image = decoded(data).image
    assert image.mode == "F"
    return np.asarray(image) * 255


def off(actual, expected) -> float:
    return np.abs(actual.astype(float) - expected.astype(float)).mean()


def words(data) -> str:
    """Return why a file is no image: one printable line."""
    with pytest.raises(NotAnImageError) as error:
        decoded(data)
    assert str(error.value).isprintable()
    assert len(str(error.value)) <= 300
    return str(error.value)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, bits, kind, rows: bytes, *chunks: bytes) -> bytes:
    """Return a PNG file as in its specification, from rows that begin with the number of a filter."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def tiff(order, numbers, bits, ink=1, kind=1, cols=None) -> bytes:
    """Return a TIFF file of one row as in its specification; ink 0: larger numbers are darker; kind 3: floats."""
    data, end = numbers if isinstance(numbers, bytes) else numbers.tobytes(), "<" if order == "II" else ">"
    tags = {256: cols or len(numbers), 257: 1, 258: bits, 259: 1, 262: ink, 273: 0, 277: 1, 278: 1, 279: len(data)}
    tags[339] = kind
    tags[273] = 10 + 12 * len(tags) + 4
    header = order.encode() + struct.pack(f"{end}HIH", 42, 8, len(tags))
    header += b"".join(struct.pack(f"{end}HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    return header + b"\0\0\0\0" + data


EXACT = {
    "PNG": {},
    "BMP": {},
    "TIFF": {},
    "TIFF, LZW": {"kind": "TIFF", "compression": "tiff_lzw"},
    "TIFF, deflate": {"kind": "TIFF", "compression": "tiff_adobe_deflate"},
    "TIFF, packed bits": {"kind": "TIFF", "compression": "packbits"},
    "WebP": {"kind": "WEBP", "lossless": True},
}


@pytest.mark.parametrize("way", EXACT)
def test_a_format_without_loss_gives_every_pixel(way):
    options = {"kind": way} | EXACT[way]
    result = decoded(encoded(RGB, **options))
    np.testing.assert_array_equal(np.asarray(result.image), COLOR)
    assert result.size == (ROWS, COLS)
    if way != "WebP":  # which has no gray mode
        np.testing.assert_array_equal(pixels(encoded(L, **options)), GRAY)


LOSS = {
    "JPEG": {},
    "progressive JPEG": {"kind": "JPEG", "progressive": True},
    "JPEG of few colors": {"kind": "JPEG", "subsampling": 2},
    "MPO": {"save_all": True, "append_images": [RGB.transpose(Image.Transpose.ROTATE_180)]},
    "WEBP": {},
    "JPEG in a TIFF": {"kind": "TIFF", "compression": "jpeg"},
}


@pytest.mark.parametrize("way", LOSS)
def test_a_format_with_loss_gives_nearly_every_pixel(way):
    result = decoded(encoded(RGB, **({"kind": way, "quality": 92} | LOSS[way])))
    assert (result.image.mode, result.size) == ("RGB", (ROWS, COLS))
    assert off(np.asarray(result.image), COLOR) < LOSSY


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF"])
def test_one_bit_is_black_and_white(kind):
    np.testing.assert_array_equal(pixels(encoded(Image.fromarray(INK), kind)), INK * np.uint8(255))


def test_fax_is_black_on_white():
    np.testing.assert_array_equal(pixels(encoded(Image.fromarray(INK), "TIFF", compression="group4")), INK * 255)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF"])
def test_a_palette_gives_its_colors(kind):
    few = RGB.quantize(16, dither=Image.Dither.NONE)
    np.testing.assert_array_equal(pixels(encoded(few, kind)), np.asarray(few.convert("RGB")))


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_what_is_transparent_in_a_palette_is_transparent(kind):
    few = RGB.quantize(16, dither=Image.Dither.NONE)
    gone = int(np.asarray(few)[0, 0])
    result = pixels(encoded(few, kind, transparency=gone))
    np.testing.assert_array_equal(result[..., 3] == 0, np.asarray(few) == gone)
    np.testing.assert_array_equal(result[result[..., 3] > 0][:, :3], np.asarray(few.convert("RGB"))[result[..., 3] > 0])


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_an_alpha_channel_is_kept(kind):
    image = Image.fromarray(np.dstack([COLOR, ALPHA]))
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    np.testing.assert_array_equal(pixels(encoded(image, kind, **options)), np.asarray(image))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_gray_with_alpha_is_kept(kind):
    image = Image.merge("LA", (L, Image.fromarray(ALPHA)))
    result = decoded(encoded(image, kind)).image
    assert result.mode == "LA"
    np.testing.assert_array_equal(np.asarray(result), np.dstack([GRAY, ALPHA]))


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_four_inks_look_like_the_colors_they_were_made_from(kind):
    result = pixels(encoded(RGB.convert("CMYK"), kind, **({"quality": 95} if kind == "JPEG" else {})))
    assert result.shape == COLOR.shape
    assert off(result, COLOR) < LOSSY


def test_other_ways_to_say_a_color_look_the_same():
    assert off(pixels(encoded(RGB.convert("YCbCr"), "TIFF")), COLOR) < LOSSY
    from PIL import ImageCms

    lab = ImageCms.profileToProfile(
        RGB, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert off(pixels(encoded(lab, "TIFF")), COLOR) < LOSSY


DEEP = GRAY.astype(np.uint16) * 257


@pytest.mark.parametrize(("order", "bytes_"), [("II", "<u2"), ("MM", ">u2")])
def test_a_tiff_of_16_bits_shows_what_8_do(order, bytes_):
    assert np.abs(levels(tiff(order, DEEP[20].astype(bytes_), 16))[0] - GRAY[20]).max() < 1e-3


def test_a_png_of_16_bits_shows_what_8_do():
    rows = b"".join(b"\0" + row.tobytes() for row in DEEP.astype(">u2"))
    assert np.abs(levels(png(COLS, ROWS, 16, 0, rows)) - GRAY).max() < 1e-3


@pytest.mark.parametrize("channels", [3, 4])
def test_16_bits_of_color_show_what_8_do(channels):
    image = np.dstack([COLOR, ALPHA])[..., :channels]
    rows = b"".join(b"\0" + row.tobytes() for row in (image.astype(np.uint16) * 257).astype(">u2"))
    np.testing.assert_array_equal(pixels(png(COLS, ROWS, 16, {3: 2, 4: 6}[channels], rows)), image)


def test_levels_between_those_of_8_bits_are_kept():
    result = levels(tiff("II", np.array([0, 1, 2, 65535], "<u2"), 16))[0]
    np.testing.assert_allclose(result, np.array([0, 1, 2, 65535]) / 257, atol=1e-4)


@pytest.mark.parametrize("order", ["II", "MM"])
def test_floats_have_white_at_1_255_or_65535(order):
    ramp, end = np.array([0, 0.25, 1]), "<" if order == "II" else ">"
    for white in (1, 255, 65535):
        result = levels(tiff(order, (ramp * white).astype(f"{end}f4"), 32, kind=3))
        np.testing.assert_allclose(result[0], ramp * 255, rtol=1e-5)


def test_whole_numbers_of_12_and_32_bits_have_white_at_their_largest():
    result = levels(tiff("II", bytes([0x00, 0x08, 0x00, 0xFF, 0xF0]), 12, cols=3))
    np.testing.assert_allclose(result[0], np.array([0, 0x800, 0xFFF]) / 0xFFF * 255, rtol=1e-5)
    result = levels(tiff("II", np.array([0, 2**31, 2**32 - 1], "<u4"), 32))
    np.testing.assert_allclose(result[0], [0, 127.5, 255], rtol=1e-5)


INKED = {  # bits -> numbers, and the levels that they are if larger numbers are darker
    1: (bytes([0b01000000]), [255, 0, 255]),
    8: (np.array([0, 100, 255], np.uint8), [255, 155, 0]),
    16: (np.array([0, 100 * 257, 65535], "<u2"), [255, 155, 0]),
    32: (np.array([0, 0.4, 1], "<f4"), [255, 153, 0]),
}


@pytest.mark.parametrize("bits", INKED)
def test_where_white_is_zero_the_larger_is_the_darker(bits):
    numbers, expected = INKED[bits]
    result = pixels(tiff("II", numbers, bits, ink=0, kind=3 if bits == 32 else 1, cols=3))
    np.testing.assert_allclose(result[0] * (1 if bits < 16 else 255), expected, atol=0.01)


TRANSPARENT = {  # bits and kind of PNG -> a row, its transparent color, and the opacity of its pixels
    (1, 0): (bytes([0b01000000]), [1], [255, 0, 255]),
    (2, 0): (bytes([0b00011100]), [3], [255, 255, 0]),
    (4, 0): (bytes([0x05, 0xF0]), [15], [255, 255, 0]),
    (8, 0): (bytes([7, 5, 9]), [5], [255, 0, 255]),
    (16, 0): (struct.pack(">3H", 1000, 1001, 65535), [1000], [0, 255, 255]),
    (8, 2): (bytes([1, 2, 3, 4, 5, 6, 7, 8, 9]), [4, 5, 6], [255, 0, 255]),
    (16, 2): (struct.pack(">9H", *([1000] * 3), *([9000] * 3), *([65535] * 3)), [9000] * 3, [255, 0, 255]),
}


@pytest.mark.parametrize("case", TRANSPARENT)
def test_one_color_may_be_transparent(case):
    row, color, opacity = TRANSPARENT[case]
    decoded_row = pixels(png(3, 1, *case, b"\0" + row, chunk(b"tRNS", struct.pack(f">{len(color)}H", *color))))
    assert decoded_row[0, :, -1].tolist() == opacity


HELD = {  # orientation (EXIF 2.3, 4.6.4 A) -> how the file stores the scene
    **{1: lambda seen: seen, 2: np.fliplr, 3: lambda seen: np.rot90(seen, 2), 4: np.flipud, 5: lambda seen: seen.T},
    **{6: np.rot90, 7: lambda seen: np.rot90(seen.T, 2), 8: lambda seen: np.rot90(seen, -1)},
}


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "MPO"])
def test_a_picture_stands_upright_however_the_camera_was_held(kind, orientation):
    """The viewer sees the same scene in every case: the file stores it rotated."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(HELD[orientation](GRAY)))
    options = {"JPEG": {"quality": 95}, "MPO": {"quality": 95}, "WEBP": {"lossless": True}}.get(kind, {})
    result = decoded(encoded(stored, kind, exif=exif, **options))
    assert result.size == (ROWS, COLS)
    seen = np.asarray(result.image.convert("L"))
    assert seen.shape == (ROWS, COLS)
    assert off(seen, GRAY) < (LOSSY if kind in ("JPEG", "MPO") else 1e-9)


def test_16_bits_stand_upright_too():
    deep = Image.fromarray(np.ascontiguousarray(np.rot90(GRAY).astype(np.uint16) * 257))
    exif = Image.Exif()
    exif[0x0112] = 6
    assert np.abs(levels(encoded(deep, "PNG", exif=exif)) - GRAY).max() < 1e-3


@pytest.mark.parametrize("note", [0, 9, 65535, b"\xff" * 400])
def test_a_note_that_makes_no_sense_turns_nothing(note):
    exif = Image.Exif()
    exif[0x0112] = note
    data = encoded(L, "PNG", exif=exif if not isinstance(note, bytes) else b"Exif\0\0" + note)
    np.testing.assert_array_equal(pixels(data), GRAY)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_several_frames_the_first_counts_unless_another_is_chosen(kind):
    frames = [Image.new("RGB", (COLS, ROWS), color) for color in ("red", "lime", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    np.testing.assert_array_equal(pixels(data)[..., :3], np.asarray(frames[0]))
    assert decoded(data).pages == 3
    np.testing.assert_array_equal(np.asarray(decoded(data, 0, Choice(2)).image)[..., :3], np.asarray(frames[2]))
    with pytest.raises(NotAnImageError, match="3 pages or frames, without page 3"):
        decoded(data, 0, Choice(3))
    with pytest.raises(NotAnImageError, match="an animation of 3 frames, of which `pages` has to choose one"):
        decoded(data, 0, Choice("max"))


def written(levels: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, levels, **options)
    return file.getvalue()


PILES = {
    "one page": (written(DEEP), 1),
    "a stack": (written(np.stack([DEEP] * 5), imagej=True, metadata={"axes": "ZYX"}), 5),
    "time, depth and channels": (written(np.stack([DEEP] * 12).reshape(2, 2, 3, *DEEP.shape), ome=True), 4),
    "a stack in one piece": (written(DEEP, description="ImageJ=1.53\nimages=24\nslices=24\n", metadata=None), 24),
    "words about images": (written(DEEP, description="images=24", metadata=None), 1),
}


@pytest.mark.parametrize("case", PILES)
def test_the_pages_of_a_tiff_are_counted(case):
    data, expected = PILES[case]
    assert decoded(data, 0, Choice("first")).pages == expected


def test_reduced_copies_are_no_pages():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(DEEP)
        writer.write(DEEP[::2, ::2], subfiletype=1)
    assert decoded(file.getvalue()).pages == 1


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("order", ["<", ">"])
def test_deep_colors_in_planes_are_those_in_pixels(compression, channels, order):
    image = np.dstack([COLOR, ALPHA])[..., :channels]
    planes = (image.astype(np.uint16) * 257).transpose(2, 0, 1)
    options = {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    data = written(
        planes, photometric="rgb", planarconfig="separate", compression=compression, byteorder=order, **options
    )
    np.testing.assert_array_equal(pixels(data), image)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_planes_stand_upright_like_pixels(orientation):
    planes = (COLOR.astype(np.uint16) * 257).transpose(2, 0, 1)
    tag = [(274, "H", 1, orientation, True)]
    chunky = written(COLOR, photometric="rgb", extratags=tag)
    data = written(planes, photometric="rgb", planarconfig="separate", extratags=tag)
    np.testing.assert_array_equal(pixels(data), pixels(chunky))
    assert decoded(data).size == decoded(chunky).size


@pytest.mark.parametrize("size", [(400, 300), (99, 100), (100, 99), (33, 32), (17, 3000)])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_jpeg_that_comes_smaller_is_the_same_picture_and_keeps_its_size(size, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(RGB.resize(size), "JPEG", quality=95, exif=exif)
    whole, less = decoded(data), decoded(data, least=8)
    assert less.size == whole.size == (size if orientation == 6 else size[::-1])
    assert 8 <= min(less.image.size) <= min(whole.image.size)
    assert (less.image.width < less.image.height) <= (whole.image.width <= whole.image.height)
    assert off(np.asarray(less.image.resize((8, 8))), np.asarray(whole.image.resize((8, 8)))) < 3 * LOSSY


NO_PICTURES = {
    "nothing": (b"", "an empty file"),
    "text": (b"hello, world\n" * 9, "no PNG, JPEG, TIFF, BMP, GIF or WebP image"),
    "zeros": (bytes(10_000), "no PNG, JPEG, TIFF, BMP, GIF or WebP image"),
    "another format": (encoded(RGB, "PPM"), "no PNG, JPEG, TIFF, BMP, GIF or WebP image"),
    "a drawing of commands": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no PNG, JPEG, TIFF"),
    "half a PNG": (encoded(RGB, "PNG")[:90], "a file that cannot be read ("),
    "half a JPEG": (encoded(RGB, "JPEG")[:700], "a file that cannot be read (image file is truncated"),
    "a TIFF of doubles": (tiff("II", np.zeros(3), 64, kind=3), "a TIFF file that is damaged or of an unsupported kind"),
    "no numbers": (tiff("II", np.array([1, np.nan], "<f4"), 32, kind=3), "pixels that are not finite numbers"),
    "a row without end": (png(10**7, 4, 1, 0, bytes(100)), "4 x 10000000 pixels, more than 100,000 on a side"),
    "a bomb": (png(60_000, 60_000, 1, 0, bytes(100)), f"60000 x 60000 pixels, more than {MOST_PIXELS:,} in all"),
}


@pytest.mark.parametrize("case", NO_PICTURES)
def test_what_is_no_picture_is_told_in_a_line(case):
    data, expected = NO_PICTURES[case]
    assert words(data).startswith(expected)


def test_what_pillow_says_of_a_file_is_printed_without_what_a_terminal_obeys(monkeypatch):
    def fail(*_, **__):
        raise OSError("bad \x1b[31m\nname" + "x" * 900)

    monkeypatch.setattr(Image, "open", fail)
    assert words(b"x").startswith("a file that cannot be read (bad [31m name")


def test_what_pillow_warns_of_is_no_error(monkeypatch):
    whole = Image.open

    def warn(*words, **options):
        warnings.warn("an odd note", stacklevel=1)
        return whole(*words, **options)

    monkeypatch.setattr(Image, "open", warn)
    np.testing.assert_array_equal(pixels(encoded(L, "PNG")), GRAY)


def test_numbers_of_any_range_go_from_black_to_white():
    np.testing.assert_allclose(unit(np.array([-1.0, 0, 3])), [0, 0.25, 1])
    np.testing.assert_allclose(unit(np.array([0, 70_000, 35_000])), [0, 1, 0.5])
    np.testing.assert_allclose(unit(np.array([-3.4e38, 0, 3.4e38], np.float32)), [0, 0.5, 1], rtol=1e-6)
    np.testing.assert_allclose(unit(np.array([-1.7e308, 0, 1.7e308])), [0, 0.5, 1], rtol=1e-6)
    np.testing.assert_allclose(unit(np.array([1, 0])), [1 / 255, 0])
    assert unit(np.full(3, -7)).tolist() == [0, 0, 0]
    with pytest.raises(NotAnImageError, match="no pixels"):
        unit(np.zeros((0, 3)))
