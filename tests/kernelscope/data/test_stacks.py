"""TIFFs of several pages and channels, written by tifffile and Pillow, against the arrays that are in them."""

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from kernelscope.data.decoding import decoded
from kernelscope.data.planes import Choice, NotAnImageError, Planes

RNG = np.random.default_rng(0)
ROWS, COLS = 12, 10
NAMES = ("DAPI", "GFP", "mCherry")
OME = {"Channel": {"Name": list(NAMES)}}


def noise(*shape, dtype=np.uint16) -> np.ndarray:
    return RNG.integers(0, np.iinfo(dtype).max, (*shape, ROWS, COLS), dtype, endpoint=True)


def written(levels: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, levels, **options)
    return file.getvalue()


def levels(data: bytes, *choice) -> np.ndarray:
    """Return what is decoded, as (channels, h, w) or (h, w), in levels of 65535."""
    image = decoded(data, 0, Choice(*choice)).image
    if isinstance(image, Planes):
        return np.rint(image.levels * 65535)
    return np.rint(np.asarray(image) * 65535) if image.mode == "F" else np.asarray(image) * 257.0


def refused(data: bytes, *choice) -> str:
    with pytest.raises(NotAnImageError) as error:
        decoded(data, 0, Choice(*choice))
    assert str(error.value).isprintable()
    return str(error.value)


C3, Z5, ZC = noise(3), noise(5), noise(5, 3)
CHANNELS = {
    "OME": written(C3, ome=True, metadata={"axes": "CYX"} | OME),
    "ImageJ": written(C3, imagej=True, metadata={"axes": "CYX"}),
    "samples": written(C3.transpose(1, 2, 0), photometric="minisblack", planarconfig="contig"),
    "planes": written(C3, photometric="minisblack", planarconfig="separate"),
    "packed samples": written(
        C3.transpose(1, 2, 0), photometric="minisblack", planarconfig="contig", compression="zlib"
    ),
    "big-endian": written(C3, photometric="minisblack", planarconfig="separate", byteorder=">"),
    "BigTIFF": written(C3, ome=True, metadata={"axes": "CYX"}, bigtiff=True),
}


@pytest.mark.parametrize("case", CHANNELS)
def test_channels_of_a_tiff_are_channels(case):
    np.testing.assert_array_equal(levels(CHANNELS[case]), C3)
    np.testing.assert_array_equal(levels(CHANNELS[case], None, (2, 0)), C3[[2, 0]])
    np.testing.assert_array_equal(levels(CHANNELS[case], None, (1,)), C3[1])
    assert refused(CHANNELS[case], None, (3,)).endswith("without 3")


@pytest.mark.parametrize("channels", [2, 4, 5, 31])
def test_any_number_of_samples_without_a_word_about_transparency_are_channels(channels):
    image = noise(channels, dtype=np.uint8)
    data = written(image.transpose(1, 2, 0), photometric="minisblack", planarconfig="contig")
    np.testing.assert_array_equal(levels(data), image * 257.0)
    if channels == 4:
        data = written(image.transpose(1, 2, 0), photometric="rgb", extrasamples=["unspecified"])
        np.testing.assert_array_equal(levels(data), image * 257.0)


@pytest.mark.parametrize(("mode", "samples"), [("LA", 2), ("RGBA", 4)])
def test_what_is_transparency_by_the_format_is_no_channel(mode, samples):
    image = np.moveaxis(noise(samples, dtype=np.uint8), 0, -1)
    options = {"photometric": "rgb" if samples == 4 else "minisblack", "planarconfig": "contig"}
    data = written(image, extrasamples=["unassalpha"], **options)
    assert decoded(data).image.mode == mode
    found = decoded(data, 0, Choice(None, tuple(range(samples - 1))))
    assert found.left_out == 1
    assert refused(data, None, (samples - 1,))


def test_channels_are_chosen_by_their_names_in_ome():
    data = CHANNELS["OME"]
    assert decoded(data).image.names == NAMES
    np.testing.assert_array_equal(levels(data, None, ("mCherry", "DAPI")), C3[[2, 0]])
    assert refused(data, None, ("YFP",)) == "an image with 3 channels (DAPI, GFP, mCherry), without 'YFP'"
    same = written(C3, ome=True, metadata={"axes": "CYX", "Channel": {"Name": ["a", "a", "b"]}})
    assert decoded(same).image.names == (0, 1, 2)


STACKS = {
    "OME": written(Z5, ome=True, metadata={"axes": "ZYX"}),
    "ImageJ": written(Z5, imagej=True, metadata={"axes": "ZYX"}),
    "time": written(Z5, imagej=True, metadata={"axes": "TYX"}),
    "tifffile": written(Z5, photometric="minisblack"),
    "pages": written(Z5, photometric="minisblack", metadata=None),
    "packed": written(Z5, photometric="minisblack", compression="zlib"),
}


@pytest.mark.parametrize("case", STACKS)
def test_a_stack_becomes_what_pages_says_and_is_never_its_first_page_in_silence(case):
    data = STACKS[case]
    assert f"a stack of 5 pages of {ROWS} x {COLS} pixels" in refused(data)
    assert "`pages` has to be set (first, max, mean, channels or a number from 0)" in refused(data)
    np.testing.assert_array_equal(levels(data, "first"), Z5[0])
    np.testing.assert_array_equal(levels(data, 3), Z5[3])
    np.testing.assert_array_equal(levels(data, "max"), Z5.max(0))
    np.testing.assert_allclose(levels(data, "mean"), Z5.mean(0), atol=1)
    np.testing.assert_array_equal(levels(data, "channels"), Z5)
    np.testing.assert_array_equal(levels(data, "channels", (4, 1)), Z5[[4, 1]])
    assert refused(data, 5).endswith("without page 5")
    assert decoded(data, 0, Choice("max")).pages == 5


def test_a_stack_of_channels_keeps_its_channels():
    for kind in ({"ome": True, "metadata": {"axes": "ZCYX"} | OME}, {"imagej": True, "metadata": {"axes": "ZCYX"}}):
        data = written(ZC, **kind)
        np.testing.assert_array_equal(levels(data, "max"), ZC.max(0))
        np.testing.assert_array_equal(levels(data, 2), ZC[2])
        np.testing.assert_array_equal(levels(data, "first", (1,)), ZC[0, 1])
        assert "pages cannot be channels, too" in refused(data, "channels")
    czyx = written(ZC.transpose(1, 0, 2, 3), ome=True, metadata={"axes": "CZYX"})
    np.testing.assert_array_equal(levels(czyx, "max"), ZC.max(0))


def test_pages_that_pillow_alone_can_unpack_are_read_too():
    frames = [Image.fromarray(page) for page in Z5]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    np.testing.assert_array_equal(levels(file.getvalue(), "max"), Z5.max(0))
    np.testing.assert_array_equal(levels(file.getvalue(), "channels"), Z5)


def test_pages_in_color_stay_in_color():
    frames = np.moveaxis(noise(4, 3, dtype=np.uint8), 1, -1)
    data = written(frames, photometric="rgb")
    for choice, expected in (("first", frames[0]), (2, frames[2]), ("max", frames.max(0))):
        np.testing.assert_array_equal(np.asarray(decoded(data, 0, Choice(choice)).image), expected)
    assert "pages cannot be channels, too" in refused(data, "channels")


def test_where_white_is_zero_the_largest_number_is_the_darkest():
    data = written(Z5, photometric="miniswhite", metadata=None)
    np.testing.assert_array_equal(levels(data, "channels"), 65535 - Z5.astype(float))


def test_pages_of_other_sizes_are_refused_and_reduced_copies_are_none():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(Z5[0])
        writer.write(Z5[0, ::2, ::2], subfiletype=1)
        writer.write(Z5[1, :5])
    assert "a stack of 2 pages" in refused(file.getvalue())
    assert "of different sizes" in refused(file.getvalue(), "max")
    np.testing.assert_array_equal(levels(file.getvalue(), "first"), Z5[0])
    np.testing.assert_array_equal(levels(file.getvalue(), 1), Z5[1, :5])


def test_an_image_of_other_files_is_refused(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.ome.tif", ome=True) as writer:
        writer.write(C3, metadata={"axes": "CYX"})
    whole = (tmp_path / "a.ome.tif").read_bytes()
    cut = whole.replace(b'PlaneCount="3"', b'PlaneCount="2"')
    assert cut != whole
    assert refused(cut) == f"a TIFF of 3 channels of {ROWS} x {COLS} pixels, some of which are in other files"


def test_images_too_large_for_memory_are_refused_before_they_are_read(monkeypatch):
    monkeypatch.setattr("kernelscope.data.stacks.MOST_BYTES", 1000)
    assert "more than 1,000 bytes" in refused(STACKS["OME"], "max")
    monkeypatch.setattr("kernelscope.data.stacks.MOST_PIXELS", 100)
    assert "more than 100 in all" in refused(STACKS["OME"], "max")
