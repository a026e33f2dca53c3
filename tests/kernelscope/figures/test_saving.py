"""What the files of a figure contain, for a screen, a slide and a paper."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from kernelscope.figures import drawing, saving, styling

HOSTILE = 'a <b> & "c" $x^2$ é'


def sheet(words="a label", width=300):
    pixels = np.full((40, width, 3), (200, 10, 30), np.uint8)
    return drawing.above(drawing.text(words, drawing.SMALL), pixels)


def chart(words="a label"):
    page = styling.page((9, 4))
    axes = page.subplots()
    axes.plot([0, 1], [0, 1])
    axes.set_title(words.replace("$", r"\$"), fontsize=styling.TEXT)
    styling.plain(axes)
    return page


def pages_of(path):
    return len(re.findall(rb"/Type /Page\b", path.read_bytes()))


def media_box(path):
    return [float(side) for side in re.search(rb"/MediaBox \[ ?0 0 ([0-9.]+) ([0-9.]+)", path.read_bytes()).groups()]


@pytest.mark.parametrize("make", [sheet, chart])
def test_a_slide_has_1920_x_1080_pixels(tmp_path, make):
    saving.write(tmp_path / "a.png", make(), "slide")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (1920, 1080)


@pytest.mark.parametrize(("joined", "spare"), [(drawing.above, (900, 10)), (drawing.beside, (10, 900))])
def test_a_slide_that_holds_more_than_it_can_is_made_smaller_and_nothing_is_cut(tmp_path, joined, spare):
    saving.write(tmp_path / "a.png", joined(sheet(), drawing.blank(*spare), np.zeros((30, 30, 3), np.uint8)), "slide")
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (1920, 1080)
        pixels = np.asarray(image)
        assert (pixels[-60:] if joined is drawing.above else pixels[:, -60:]).min() < 60


@pytest.mark.parametrize("use", styling.USES)
def test_a_layer_that_a_failed_run_lacks_has_files_that_say_so(tmp_path, use):
    paths = [tmp_path / name for name in ("a.png", "a.pdf", "a_conv2.png", "a_conv2.svg")]
    saving.write(paths, {"conv1": sheet()}, use)
    with Image.open(tmp_path / "a_conv2.png") as image:
        assert np.ptp(np.asarray(image.convert("L"))) > 100
    assert "conv2: not drawn" in (tmp_path / "a_conv2.svg").read_text()
    assert pages_of(tmp_path / "a.pdf") == 2


@pytest.mark.parametrize(("make", "width"), [(sheet, 85), (lambda: sheet(width=700), 174), (chart, 174)])
def test_a_figure_for_a_paper_is_as_wide_as_one_or_both_columns(tmp_path, make, width):
    saving.write([tmp_path / f"a.{kind}" for kind in ("png", "pdf", "svg")], make(), "paper")
    assert media_box(tmp_path / "a.pdf")[0] / 72 * 25.4 == pytest.approx(width, abs=0.6)
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert float(root.get("width").removesuffix("pt")) / 72 * 25.4 == pytest.approx(width, abs=0.6)
    with Image.open(tmp_path / "a.png") as image:
        assert image.width / image.info["dpi"][0] * 25.4 == pytest.approx(width, abs=0.8)


@pytest.mark.parametrize("make", [sheet, chart])
@pytest.mark.parametrize("use", styling.USES)
def test_words_of_an_svg_are_text_whatever_they_are(tmp_path, make, use):
    saving.write(tmp_path / "a.svg", make(HOSTILE), use)
    root = ET.parse(tmp_path / "a.svg").getroot()
    texts = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert HOSTILE in texts
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.parametrize("make", [sheet, chart])
def test_words_of_a_pdf_are_in_a_font_that_can_be_searched(tmp_path, make):
    saving.write(tmp_path / "a.pdf", make(), "paper")
    content = (tmp_path / "a.pdf").read_bytes()
    assert b"/FontDescriptor" in content
    assert b"DejaVuSans" in content
    assert b"/Subtype /Type3" not in content


def test_a_pdf_has_all_pages_and_other_files_have_the_page_that_they_name(tmp_path):
    pages = {"conv1": sheet("first"), "conv2": sheet("second", 400), "conv3": sheet("third", 500)}
    names = ["m.png", "m.pdf", "m_conv2.png", "m_conv3.png", "m.svg", "m_conv2.svg"]
    saving.write([tmp_path / name for name in names], pages, "screen")
    assert pages_of(tmp_path / "m.pdf") == 3
    for name, width in (("m.png", 300), ("m_conv2.png", 400), ("m_conv3.png", 500)):
        with Image.open(tmp_path / name) as image:
            assert image.width == width
    assert "first" in (tmp_path / "m.svg").read_text()
    assert "second" in (tmp_path / "m_conv2.svg").read_text()
    assert "first" not in (tmp_path / "m_conv2.svg").read_text()


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
@pytest.mark.parametrize("make", [sheet, chart])
def test_two_files_of_one_figure_are_equal(tmp_path, kind, make):
    for name in "ab":
        saving.write(tmp_path / f"{name}.{kind}", make(), "paper")
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_weights_in_an_svg_are_sharp_squares(tmp_path):
    saving.write(tmp_path / "a.svg", sheet(), "paper")
    (image,) = ET.parse(tmp_path / "a.svg").getroot().iter("{http://www.w3.org/2000/svg}image")
    assert image.get("href").startswith("data:image/png;base64,")
    assert "pixelated" in image.get("style")


def test_no_letters_of_a_sheet_are_below_24_pixels_on_a_slide_or_6_points_in_a_paper():
    smallest = min(drawing.SMALL, drawing.TEXT, drawing.HEADING, drawing.TITLE)
    assert smallest * styling.USES["slide"].scale >= 24
    assert smallest * styling.USES["paper"].points >= 6


def test_a_very_large_sheet_has_a_pixel_of_an_svg_or_pdf_for_each_of_its_own(monkeypatch):
    page = sheet()
    assert saving.fineness(page) == saving.FINE
    monkeypatch.setattr(saving, "MOST_FINE", page.width * page.height - 1)
    assert saving.fineness(page) == 1
