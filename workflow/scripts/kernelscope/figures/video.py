"""Write frames as MP4 and GIF, and the web page that plays them."""

import base64
from collections.abc import Iterable
from html import escape
from pathlib import Path

import imageio.v2 as imageio
import numpy as np
from PIL import Image

CRF = 18  # quality of H.264: at 18 hardly any difference from the frames is visible; six more halve the file
COARSER = (24, 30, 36, 42)
SHORTEST = 20  # ms; browsers show a GIF frame with a shorter duration for 100 ms
EXACT = [
    "-threads",
    "1",
    "-x264-params",
    "cpu-independent=1",
    "-fflags",
    "+bitexact",
    "-flags:v",
    "+bitexact",
    "-map_metadata",
    "-1",
]


def write_mp4(path: Path, frames: Iterable[np.ndarray], frames_per_second: float, crf: int = CRF) -> None:
    """Write frames as H.264, yuv420p, playable while it loads; one thread, because more would change the bytes."""
    try:
        writer = imageio.get_writer(
            path,
            format="FFMPEG",
            fps=frames_per_second,
            codec="libx264",
            pixelformat="yuv420p",
            macro_block_size=1,
            quality=None,
            output_params=["-crf", str(crf), "-preset", "veryfast", "-movflags", "+faststart", *EXACT],
        )
        with writer:
            for frame in frames:
                writer.append_data(frame)
    except OSError as error:
        cause = str(error).split("FFMPEG COMMAND")[0].strip()  # imageio appends its whole command
        hint = " (is the disk full?)" if "Broken pipe" in cause else ""
        raise OSError(f"ffmpeg did not write the movie: {cause}{hint}") from None


def small_mp4(scratch: Path, frames: list[np.ndarray], frames_per_second: float, largest: int) -> bytes:
    """Return an MP4 as coarse as `largest` bytes require, or the coarsest; the file `scratch` is made and deleted."""
    try:
        for crf in COARSER:
            write_mp4(scratch, frames, frames_per_second, crf)
            movie = scratch.read_bytes()
            if len(movie) <= largest:
                break
        return movie
    finally:
        scratch.unlink(missing_ok=True)


def write_gif(path: Path, frames: list[np.ndarray], frames_per_second: float, first: float, last: float) -> None:
    """Write frames as a looping GIF with one palette; the first and last frames stay for `first` and `last` seconds."""
    images = [Image.fromarray(frame) for frame in frames]
    samples = np.concatenate([frames[i] for i in sorted({0, len(frames) // 3, 2 * len(frames) // 3, len(frames) - 1})])
    palette = Image.fromarray(samples).quantize(256, dither=Image.Dither.NONE)
    quantized = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    durations = [max(SHORTEST, round(1000 / frames_per_second))] * len(frames)
    durations[0], durations[-1] = round(1000 * first), round(1000 * last)
    quantized[0].save(path, save_all=True, append_images=quantized[1:], duration=durations, loop=0, optimize=False)


LARGEST = 1_150_000  # bytes of a movie: a report has its page in base64 again, and Chromium opens at most 2 MiB
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
    """Return an HTML page that contains an MP4 and needs nothing else; `words` describe it to blind readers."""
    encoded = base64.b64encode(movie).decode("ascii")
    return PAGE.format(title=escape(title), words=escape(words), movie=encoded)
