import base64
from html.parser import HTMLParser

from kernelscope.figures import video

NAMES = "a \"name\" of 'one' & <script>alert(1)</script> {brace} é"


class Elements(HTMLParser):
    """The tags of a page with their attributes, and the text in each tag."""

    def __init__(self, page):
        super().__init__()
        self.attributes, self.texts, self.open = {}, {}, [""]
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        assert tag not in self.attributes or tag == "meta"
        self.attributes[tag] = dict(attrs)
        self.open.append(tag)

    def handle_data(self, data):
        self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def test_a_page_holds_the_movie_byte_for_byte():
    movie = bytes(range(256)) * 5
    source = Elements(video.page(movie, "title", "words")).attributes["video"]["src"]
    kind, encoded = source.split(",")
    assert kind == "data:video/mp4;base64"
    assert base64.b64decode(encoded, validate=True) == movie


def test_a_page_can_be_played_and_says_what_it_shows():
    elements = Elements(video.page(b"movie", "a run", "what one sees"))
    assert "controls" in elements.attributes["video"]
    assert elements.attributes["video"]["aria-label"] == "a run: what one sees"
    assert elements.attributes["html"]["lang"] == "en"
    assert elements.texts["title"].strip() == "a run"
    assert elements.texts["figcaption"].strip() == "what one sees"


def test_names_stay_text():
    page = video.page(b"movie", NAMES, NAMES)
    elements = Elements(page)
    assert set(elements.attributes) == {"html", "meta", "title", "style", "figure", "video", "figcaption"}
    assert elements.attributes["video"]["aria-label"] == f"{NAMES}: {NAMES}"
    assert elements.texts["title"].strip() == NAMES
    assert elements.texts["figcaption"].strip() == NAMES
    assert "<script" not in page


def test_a_page_asks_for_nothing_from_elsewhere():
    page = video.page(b"movie", "title", "words")
    assert "http" not in page
    assert page.count("src=") == 1
    assert "url(" not in page


def test_the_largest_movie_fits_where_a_browser_opens_pages_out_of_a_report():
    """In a report of one file the page is base64 in a URL, which Chromium accepts up to 2 MiB."""
    page = video.page(bytes(video.LARGEST), "n" * 300, "w" * 3000)
    head = "data:text/html;charset=utf8;filename=movie.html;base64,"
    assert len(head) + len(base64.b64encode(page.encode())) < 2 * 2**20
