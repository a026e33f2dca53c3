import base64
import hashlib
import json
import re
from html.parser import HTMLParser

from kernelscope.io import video

MOMENTS = ["untrained", "epoch 10, step 300"]
NAMES = "a \"name\" of 'one' & <script>alert(1)</script> {brace} é"


class Elements(HTMLParser):
    """The tags of a page with their attributes, and the text in each tag."""

    def __init__(self, page):
        super().__init__()
        self.attributes, self.texts, self.open, self.metas = {}, {}, [""], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        assert tag not in self.attributes or tag == "meta"
        self.attributes[tag] = dict(attrs)
        self.metas += [dict(attrs)] * (tag == "meta")
        self.open.append(tag)

    def handle_data(self, data):
        self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def test_a_page_holds_the_movie_byte_for_byte():
    movie = bytes(range(256)) * 5
    source = Elements(video.page(movie, "title", "words", MOMENTS, 8, 11)).attributes["video"]["src"]
    kind, encoded = source.split(",")
    assert kind == "data:video/mp4;base64"
    assert base64.b64decode(encoded, validate=True) == movie


def test_a_page_can_be_played_step_by_step_and_says_what_it_shows():
    elements = Elements(video.page(b"movie", "a run", "what one sees", MOMENTS, 8, 11))
    about = elements.attributes["video"]
    assert about["aria-label"] == "what one sees"
    assert json.loads(about["data-moments"]) == MOMENTS
    assert (about["data-rate"], about["data-held"]) == ("8", "11")
    slider = elements.attributes["input"]
    assert (slider["type"], slider["min"], slider["max"], slider["step"]) == ("range", "0", "1", "1")
    assert slider["aria-label"]
    assert elements.attributes["html"]["lang"] == "en"
    assert elements.texts["title"].strip() == elements.texts["h1"].strip() == "a run"
    assert elements.texts["p"].strip() == "what one sees"


def test_of_one_snapshot_there_is_nothing_to_play():
    elements = Elements(video.page(b"movie", "a run", "what one sees", MOMENTS[:1], 8, 0))
    assert not elements.attributes.keys() & {"form", "input", "button", "script"}
    assert elements.texts["p"].strip() == "what one sees"


def test_names_stay_text():
    elements = Elements(video.page(b"movie", NAMES, NAMES, [NAMES, "end"], 8, 11))
    assert elements.attributes["video"]["aria-label"] == NAMES
    assert json.loads(elements.attributes["video"]["data-moments"]) == [NAMES, "end"]
    assert elements.texts["title"].strip() == NAMES
    assert elements.texts["p"].strip() == NAMES
    assert elements.texts["script"].strip() == video.SCRIPT.strip()


def test_only_the_script_and_the_style_of_the_page_are_allowed():
    page = video.page(b"movie", "title", "words", MOMENTS, 8, 11)
    elements = Elements(page)
    (policy,) = [meta["content"] for meta in elements.metas if meta.get("http-equiv") == "Content-Security-Policy"]
    digests = {
        name: base64.b64encode(
            hashlib.sha256(re.search(f"<{name}>(.*?)</{name}>", page, re.S).group(1).encode()).digest()
        ).decode()
        for name in ("script", "style")
    }
    assert policy.split("; ") == [
        *("default-src 'none'", "media-src data:"),
        *(f"style-src 'sha256-{digests['style']}'", f"script-src 'sha256-{digests['script']}'"),
    ]


def test_a_page_asks_for_nothing_from_elsewhere():
    page = video.page(b"movie", "title", "words", MOMENTS, 8, 11)
    assert "http:" not in page
    assert "https:" not in page
    assert page.count("src=") == 1
    assert "url(" not in page


def test_the_largest_movie_fits_where_a_browser_opens_pages_out_of_a_report():
    """In a report of one file the page is base64 in a URL, which Chromium accepts up to 2 MiB."""
    page = video.page(bytes(video.LARGEST), "n" * 300, "w" * 3000, MOMENTS * 20, 8, 11)
    head = "data:text/html;charset=utf8;filename=movie.html;base64,"
    assert len(head) + len(base64.b64encode(page.encode())) < 2 * 2**20
