"""Images of one size against plain arithmetic, and the settings that are inferred."""

import itertools

import numpy as np
import pytest
from PIL import Image, ImageDraw

from kernelscope.data import preprocessing
from kernelscope.data.decoding import DecodedImage
from kernelscope.data.preprocessing import Glance, View, finished, framed, glance, inferred, limits

KEYS = ("image_size", "resize", "colors", "background", "invert", "normalize")
OPEN = dict.fromkeys(KEYS)
PLAIN = View((8, 8), "stretch", "gray", "white", False, "none")
RNG = np.random.default_rng(0)


def shown(picture, **settings) -> np.ndarray:
    """Return an image in its frame, in levels of 255."""
    return framed(picture, PLAIN._replace(**settings)) / 257


def picture(*shape) -> Image.Image:
    return Image.fromarray(RNG.integers(0, 256, shape, np.uint8))


def chunks(pixels: np.ndarray, size: int) -> np.ndarray:
    """Return the means of squares of pixels."""
    rows, cols = pixels.shape[0] // size, pixels.shape[1] // size
    return pixels.reshape(rows, size, cols, size, *pixels.shape[2:]).mean((1, 3))


def test_a_picture_of_its_size_keeps_every_pixel():
    for image in (picture(8, 8), picture(8, 8, 3)):
        colors = "rgb" if image.mode == "RGB" else "gray"
        for resize in ("fit", "crop", "stretch"):
            np.testing.assert_array_equal(shown(image, resize=resize, colors=colors), np.asarray(image))


def test_16_bits_are_kept_to_the_frame():
    levels = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    np.testing.assert_array_equal(framed(Image.fromarray(levels), PLAIN), np.rint(levels * 65535))


def test_gray_is_the_luma_of_colors_and_colors_of_gray_are_gray():
    colors = Image.fromarray(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [90, 90, 90]]], np.uint8))
    result = shown(colors, image_size=(1, 4))
    np.testing.assert_allclose(result[0], [0.299 * 255, 0.587 * 255, 0.114 * 255, 90], atol=1)  # ITU-R BT.601
    for image in (picture(8, 8), Image.fromarray(np.float32(np.eye(8)))):
        result = shown(image, colors="rgb")
        assert result.shape == (8, 8, 3)
        np.testing.assert_array_equal(result, np.repeat(shown(image)[..., None], 3, -1))


@pytest.mark.parametrize("shape", [(64, 64), (64, 64, 3)])
def test_a_smaller_image_has_the_means_of_what_it_is_made_from(shape):
    """Bilinear weights reach into neighboring blocks, so the image must be smooth."""
    rows, cols = np.mgrid[:64, :64]
    smooth = np.uint8(127 + 60 * np.sin(rows / 20) + 60 * np.cos(cols / 17))
    image = Image.fromarray(smooth if len(shape) == 2 else np.repeat(smooth[..., None], 3, -1))
    result = shown(image, colors="gray" if len(shape) == 2 else "rgb")
    assert np.abs(result - chunks(np.asarray(image, float), 8)).max() < 6


def mark(size, box) -> Image.Image:
    """Return a black box on white."""
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).rectangle(box, fill=0)
    return image


@pytest.mark.parametrize("background", ["white", "black"])
@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA", "F"])
def test_what_is_fitted_in_is_whole_and_in_the_middle_of_its_background(mode, background):
    image = Image.new("L", (40, 20), 128)
    image = Image.fromarray(np.full((20, 40), 128 / 255, np.float32)) if mode == "F" else image.convert(mode)
    for colors in ("gray", "rgb"):
        result = shown(image, resize="fit", background=background, image_size=(20, 20), colors=colors)
        assert (np.abs(result[5:15] - 128) < 1).all()
        assert (result[[*range(5), *range(15, 20)]] == (255 if background == "white" else 0)).all()


def test_what_is_cut_is_the_middle_in_its_own_proportion():
    image = mark((60, 20), (0, 0, 19, 19))  # the left third is black
    assert (shown(image, resize="crop", image_size=(20, 20)) == 255).all()
    image = mark((60, 20), (20, 0, 39, 19))  # the middle is black
    assert (shown(image, resize="crop", image_size=(20, 20)) == 0).all()
    image = mark((20, 60), (0, 0, 19, 29))  # the upper half
    np.testing.assert_array_equal(shown(image, resize="crop", image_size=(20, 20))[:, 0], [0] * 10 + [255] * 10)


def test_what_is_stretched_is_whole():
    result = shown(mark((64, 16), (0, 0, 31, 15)), resize="stretch", image_size=(8, 8))
    assert (result[:, :3] == 0).all()
    assert (result[:, 5:] == 255).all()


def test_every_proportion_and_size_has_a_frame():
    """Includes (29, 600) in (28, 78), for which the computed box once began 1e-14 before the image."""
    shapes = [(29, 600), (1, 1), (1, 3000), (3000, 1), *(tuple(RNG.integers(1, 300, 2)) for _ in range(300))]
    for shape in shapes:
        image = Image.new("L", shape[::-1], 77)
        for size in ((28, 78), tuple(map(int, RNG.integers(8, 60, 2)))):
            for resize in ("fit", "crop", "stretch"):
                result = shown(image, resize=resize, image_size=size)
                assert result.shape == size
                assert set(np.unique(result)) <= {77, 255}
                assert (result == 77).any()


@pytest.mark.parametrize("background", ["white", "black"])
@pytest.mark.parametrize("colors", ["gray", "rgb"])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_what_is_transparent_shows_the_background_and_never_its_own_color(mode, colors, background):
    color, back = np.array([200, 40, 90]), 255 * (background == "white")
    image = Image.new("RGBA", (8, 8), (*color, 0))
    for row, alpha in enumerate((0, 51, 102, 153, 204, 255)):
        ImageDraw.Draw(image).line((0, row, 7, row), fill=(*color, alpha))
    image = image.convert(mode)
    seen = np.asarray(image.convert("RGBA"), float)
    expected = seen[..., :3] * seen[..., 3:] / 255 + back * (1 - seen[..., 3:] / 255)
    expected = expected @ [0.299, 0.587, 0.114] if colors == "gray" else expected
    np.testing.assert_allclose(shown(image, colors=colors, background=background), expected, atol=2)
    result = shown(image.resize((64, 64), Image.Resampling.NEAREST), colors=colors, background=background)
    np.testing.assert_allclose(result[7], expected[7], atol=2)  # a transparent row


def test_a_picture_on_its_own_is_stretched_from_black_to_white():
    image = Image.fromarray(np.linspace(100, 120, 64).reshape(8, 8).astype(np.uint8))
    result = framed(image, PLAIN._replace(normalize="image"))
    assert (result.min(), result.max()) == (0, 65535)
    flat = Image.new("L", (8, 8), 50)
    assert (shown(flat, normalize="image") == 50).all()


def test_a_dataset_is_stretched_by_all_its_pixels():
    levels = np.repeat(np.arange(20_000, 30_000, dtype=np.uint16), 2)
    ends = limits(preprocessing.counted(levels, 1))
    assert ends == [(20_009, 29_989)]  # a thousandth of the pixels is darker, another thousandth lighter
    view = PLAIN._replace(normalize="dataset")
    images = np.array([[[0, 20_009, 25_000, 29_989, 65_535]]], np.uint16)
    assert finished(images, view, ends).tolist() == [[[0, 0, 128, 255, 255]]]
    assert finished(images, view._replace(invert=True), ends).tolist() == [[[255, 255, 127, 0, 0]]]


def test_without_it_levels_are_rounded_and_inverted():
    images = (np.arange(256) * 257).astype(np.uint16).reshape(1, 16, 16)
    assert finished(images, PLAIN, [(7, 9)]).ravel().tolist() == list(range(256))
    assert finished(images, PLAIN._replace(invert=True), [(7, 9)]).ravel().tolist() == list(range(255, -1, -1))


# Inferred settings.


def glances(*images) -> list[Glance]:
    return [glance(DecodedImage(image, image.size[::-1])) for image in images]


INK = mark((100, 50), (20, 20, 30, 30))
PHOTO = Image.fromarray(RNG.integers(0, 190, (60, 90, 3), np.uint8))


def test_what_is_given_is_kept():
    given = {"image_size": [9, 11], "resize": "crop", "colors": "rgb", "background": "black"}
    given |= {"invert": True, "normalize": "image"}
    assert inferred(given, glances(INK)) == View((9, 11), *list(given.values())[1:])
    given |= {"invert": False, "normalize": "none"}
    assert inferred(given, glances(INK)) == View((9, 11), *list(given.values())[1:])


def test_ink_on_paper_becomes_light_on_dark_and_is_not_cut():
    view = inferred(OPEN, glances(INK, mark((50, 100), (5, 5, 20, 20)), mark((90, 90), (5, 5, 20, 20))))
    assert (view.invert, view.resize, view.colors, view.background) == (True, "fit", "gray", "white")
    view = inferred(OPEN, glances(INK, INK))
    assert (view.image_size, view.resize) == ((50, 100), "stretch")


def test_photos_are_cut_and_stay_in_color():
    view = inferred(OPEN, glances(PHOTO, PHOTO.rotate(90, expand=True)))
    assert (view.invert, view.resize, view.colors, view.normalize) == (False, "crop", "rgb", "none")


def test_faint_pictures_are_normalized_together():
    faint = Image.fromarray(RNG.integers(100, 150, (50, 50), np.uint8))
    assert inferred(OPEN, glances(faint, faint)).normalize == "dataset"
    assert inferred(OPEN, glances(Image.new("L", (9, 9), 7))).normalize == "none"  # nothing to stretch


def test_light_strokes_on_nothing_are_laid_on_black():
    for level, background in ((255, "black"), (0, "white")):
        image = Image.new("RGBA", (50, 50))
        ImageDraw.Draw(image).line((5, 5, 45, 45), fill=(level, level, level, 255), width=5)
        view = inferred(OPEN, glances(image))
        assert view.background == background
        assert view.invert == (background == "white")  # light on dark in the end, either way


SIZES = {(480, 640): (69, 92), (640, 480): (92, 69), (28, 28): (28, 28), (1, 1): (8, 8), (5, 300): (8, 300)}
SIZES |= {(1, 10**8): (8, 4096), (4000, 4000): (80, 80)}


@pytest.mark.parametrize("size", SIZES)
def test_the_size_that_is_found_has_the_proportion_of_the_pictures_and_a_bound(size):
    assert preprocessing.usual_size([size, size]) == SIZES[size]


def test_what_is_found_may_stand_in_a_config():
    words = PLAIN.described(View._fields)
    expected = "image_size: [8, 8], resize: stretch, colors: gray, background: white, invert: false, normalize: none"
    assert words == expected


def test_a_view_of_any_settings_can_be_taken_of_any_mode():
    settings = itertools.product(("fit", "crop", "stretch"), ("gray", "rgb"), ("white", "black"), ("none", "image"))
    images = [picture(13, 17), picture(13, 17, 2), picture(13, 17, 3), picture(13, 17, 4)]
    images.append(Image.fromarray(np.float32(RNG.random((13, 17)))))
    for (resize, colors, background, normalize), image in itertools.product(settings, images):
        view = View((9, 8), resize, colors, background, True, normalize)
        frame = framed(image, view)
        assert (frame.shape, frame.dtype) == (view.shape, np.uint16)
        assert np.ptp(frame) > 1000
        assert glance(DecodedImage(image, (13, 17))).copy.shape == (13, 17, 4)
