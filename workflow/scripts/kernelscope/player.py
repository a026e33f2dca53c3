"""A movie in a page of its own, to play where files are shown but movies are not, as in a report of Snakemake."""

import base64
from html import escape

LARGEST = 1_150_000  # bytes of a movie: a report holds its page in base64 again, and Chromium opens no more than 2 MiB
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 1rem; font: 1rem/1.4 sans-serif; color: #111; background: #fff }}
figure {{ margin: 0 }}
video {{ max-width: 100%; max-height: calc(100vh - 7rem) }}
figcaption {{ max-width: 60rem }}
</style>
<figure>
<video controls playsinline aria-label="{title}: {words}" src="data:video/mp4;base64,{movie}">{words}</video>
<figcaption>{words}</figcaption>
</figure>
</html>
"""


def page(movie: bytes, title: str, words: str) -> str:
    """An HTML page that holds an MP4 and needs nothing else; `words` say what it shows to those who do not see it."""
    encoded = base64.b64encode(movie).decode("ascii")
    return PAGE.format(title=escape(title), words=escape(words), movie=encoded)
