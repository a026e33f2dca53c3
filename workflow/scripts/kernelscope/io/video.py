"""Write frames as MP4 and GIF, and the web page that plays them."""

import base64
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image

CRF = 18  # quality of H.264: at 18 hardly any difference from the frames is visible; six more halve the file
COARSER = (24, 30, 36, 42)
SHORTEST = 20  # ms; browsers show a GIF frame with a shorter duration for 100 ms
TAGS = "colorprim=bt709:transfer=bt709:colormatrix=bt709"
CODED = (  # no thread, date or version may change the bytes
    *("-an", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"),
    *("-vf", "scale=in_range=pc:out_range=tv:out_color_matrix=bt709", "-movflags", "+faststart"),
    *("-threads", "1", "-x264-params", f"cpu-independent=1:{TAGS}"),
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"),
)


def write_mp4(path: Path, frames: Iterable[np.ndarray], frames_per_second: float, crf: int = CRF) -> None:
    """Write frames (h, w, 3) uint8 with even sides as H.264, yuv420p in the colors of BT.709, and decode them again.

    Raises
    ------
    OSError
        If ffmpeg fails, or if what it wrote has another number of frames.
    """
    frames = iter(frames)
    first = next(frames)
    height, width = first.shape[:2]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", f"{frames_per_second:g}", "-i", "-"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *raw, *CODED, "-crf", str(crf), str(path)]
    count = 0
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
        except OSError as error:
            raise OSError(f"ffmpeg did not write the movie: {error}") from None
        try:
            for frame in (each for part in ([first], frames) for each in part):
                process.stdin.write(np.ascontiguousarray(frame))
                count += 1
            process.stdin.close()
        except BrokenPipeError:  # ffmpeg ended; its exit status says why
            pass
        finally:
            status = process.wait()
        errors.seek(0)
        cause = " ".join(errors.read().decode(errors="replace").split())[-300:]
    if status:
        raise OSError(f"ffmpeg did not write the movie (exit status {status}; is the disk full?): {cause}")
    if (written := frames_in(path)) != count:
        raise OSError(f"{path.name}: got {written} frames from ffmpeg, expected {count}")


def frames_in(path: Path) -> int:
    """Return how many frames of a movie ffmpeg decodes."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(path), "-map", "0:v", "-f", "null"]
    done = subprocess.run([*command, "-progress", "-", "-"], capture_output=True, text=True, check=False)
    counts = [line.partition("=")[2] for line in done.stdout.splitlines() if line.startswith("frame=")]
    return int(counts[-1]) if counts and not done.returncode else 0


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


LARGEST_GIF = 3_000_000  # bytes


def write_gif(
    path: Path, frames: list[np.ndarray], rate: float, first: float, last: float, largest: int = LARGEST_GIF
) -> None:
    """Write frames as a looping GIF with one palette; the first and last frames stay for `first` and `last` seconds.

    rate: frames per second. Above `largest` bytes, the GIF has half the sides, then every second frame, and so on.
    """
    duration, images = max(SHORTEST, round(1000 / rate)), [Image.fromarray(frame) for frame in frames]
    while True:
        save_gif(path, images, duration, round(1000 * first), round(1000 * last))
        if path.stat().st_size <= largest or len(images) < 4:
            return
        if images[0].size == frames[0].shape[1::-1] and min(images[0].size) >= 480:
            images = [image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX) for image in images]
        else:
            images = [*images[:-1:2], images[-1]]
            duration *= 2


def save_gif(path: Path, images: list[Image.Image], duration: int, first: int, last: int) -> None:
    """Save images as a GIF; durations are in ms."""
    samples = np.concatenate([images[i] for i in sorted({0, len(images) // 3, 2 * len(images) // 3, len(images) - 1})])
    palette = Image.fromarray(samples).quantize(256, dither=Image.Dither.NONE)
    quantized = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    durations = [duration] * len(images)
    durations[0], durations[-1] = first, last
    quantized[0].save(path, save_all=True, append_images=quantized[1:], duration=durations, loop=0, optimize=False)


LARGEST = 1_150_000  # bytes of a movie: a report has its page in base64 again, and Chromium opens at most 2 MiB
STYLE = """
:root { --paper: #ffffff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --accent: #0b57a4;
  color-scheme: light dark; font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --ink: #e8ecf0; --faint: #a4afba; --line: #3a434d; --accent: #7ab8f5 } }
body { margin: 0; padding: 12px 20px; background: var(--paper); color: var(--ink) }
main { max-width: 1280px; margin: 0 auto }
h1 { font-size: 1.3rem; margin: 0 0 8px }
video { display: block; width: 100%; max-height: calc(100vh - 12rem); background: #ffffff;
  border: 1px solid var(--line) }
form { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 8px 0 }
input { flex: 1 1 200px; min-height: 36px; accent-color: var(--accent) }
button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px;
  padding: 5px 12px; min-height: 36px; min-width: 5.5rem; cursor: pointer }
button:hover { border-color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
output { min-width: 24ch; font-variant-numeric: tabular-nums }
p { margin: 4px 0; color: var(--faint); max-width: 75ch }
"""
SCRIPT = """
const video = document.querySelector("video"), slider = document.querySelector("input");
const button = document.querySelector("button"), output = document.querySelector("output");
const moments = JSON.parse(video.dataset.moments), rate = Number(video.dataset.rate), held = Number(video.dataset.held);
const frame = () => Math.max(0, Math.min(moments.length - 1, Math.floor(video.currentTime * rate + 0.01) - held));
const tell = (at) => {
  slider.value = at;
  output.textContent = moments[at];
  slider.setAttribute("aria-valuetext", moments[at]);
};
const seek = (at) => { video.pause(); video.currentTime = (at + held + 0.5) / rate; tell(at); };
slider.addEventListener("input", () => seek(Number(slider.value)));
button.addEventListener("click", () => { if (video.paused) { video.play(); } else { video.pause(); } });
for (const name of ["play", "pause", "ended"]) {
  video.addEventListener(name, () => { button.textContent = video.paused ? "Play" : "Pause"; });
}
video.addEventListener("timeupdate", () => { if (!video.paused) { tell(frame()); } });
video.addEventListener("click", () => button.click());
tell(0);
"""
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
<main>
<h1>{title}</h1>
<video playsinline muted aria-label="{words}" data-moments="{moments}" data-rate="{rate:g}" data-held="{held}"
src="data:video/mp4;base64,{movie}"></video>
{controls}<p>{words}</p>
</main>
{script}</html>
"""
CONTROLS = """<form><button type="button">Play</button>
<input type="range" min="0" max="{last}" value="0" step="1" aria-label="Step of the training"><output></output></form>
"""


def page(movie: bytes, title: str, words: str, moments: list[str], frames_per_second: float, held: int) -> str:
    """Return an HTML page that contains an MP4 and needs nothing else, with a slider over several snapshots.

    words: what the movie shows, also for blind readers. moments: the name of each snapshot. held: how many copies of
    the first frame come before the first.
    """
    digest = lambda code: base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()  # noqa: E731
    own = f"style-src 'sha256-{digest(STYLE)}'; script-src 'sha256-{digest(SCRIPT)}'"
    return PAGE.format(
        policy=f"default-src 'none'; media-src data:; {own}",
        title=escape(title),
        words=escape(words),
        moments=escape(json.dumps(moments)),
        rate=frames_per_second,
        held=held,
        controls=CONTROLS.format(last=len(moments) - 1) * (len(moments) > 1),
        movie=base64.b64encode(movie).decode("ascii"),
        style=STYLE,
        script=f"<script>{SCRIPT}</script>\n" * (len(moments) > 1),
    )
