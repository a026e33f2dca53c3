"""A page about an experiment that runs: networks trained so far, their first-layer kernels, and what is to come."""

import base64
import hashlib
import io

import jinja2
import numpy as np
from markupsafe import Markup
from PIL import Image

from kernelscope.figures import colormaps
from kernelscope.refusal import quoted, refuse

POLICY = "default-src 'none'; script-src 'sha256-{}'; style-src 'unsafe-inline'; img-src data: file: 'self'"
FRAMES = 24  # snapshots of a run at most
KERNELS = 36  # of a layer at most
BETWEEN = 128  # gray between kernels


def film(bank: np.ndarray, colormap: str) -> dict:
    """Return the snapshots of a layer as one picture, a snapshot below the other.

    Parameters
    ----------
    bank : (t, out, c, h, w), the kernels at all snapshots
    colormap : for kernels with one channel; those with three channels are colors, others the mean over their channels

    Returns
    -------
    dict : "png" (base64), "frames": how many snapshots, "numbers": their numbers, "drawn", "of": kernels in it and of
        the layer, "rows", "cols": pixels of a snapshot
    """
    numbers = np.unique(np.linspace(0, len(bank) - 1, min(FRAMES, len(bank))).round().astype(int))
    shown = bank[numbers][:, :KERNELS]
    limit = colormaps.limit(bank)
    if shown.shape[2] != 3:
        shown = shown.mean(2, keepdims=True)
    levels = np.rint(np.clip(np.nan_to_num(shown) / limit + 1, 0, 2) * 127.5).astype(np.uint8).transpose(0, 1, 3, 4, 2)
    pixels = levels if levels.shape[-1] == 3 else colormaps.table(colormap)[levels[..., 0]]  # (t, out, h, w, 3)
    across = int(np.ceil(np.sqrt(1.5 * pixels.shape[1])))
    frames = np.stack([sheet(frame, across) for frame in pixels])
    picture = Image.fromarray(frames.reshape(-1, *frames.shape[2:])).quantize(255)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    rows, cols = frames.shape[1:3]
    text = base64.b64encode(buffer.getvalue()).decode()
    counts = {"frames": len(frames), "drawn": shown.shape[1], "of": bank.shape[1]}
    return {"png": text, "numbers": numbers.tolist(), "rows": rows, "cols": cols, **counts}


def sheet(tiles: np.ndarray, across: int) -> np.ndarray:
    """Return tiles (n, h, w, 3) in rows of `across`, one pixel apart."""
    n, h, w, _ = tiles.shape
    down = -(-n // across)
    whole = np.full((down * (h + 1) + 1, across * (w + 1) + 1, 3), BETWEEN, np.uint8)
    for i, tile in enumerate(tiles):
        top, left = i // across * (h + 1) + 1, i % across * (w + 1) + 1
        whole[top : top + h, left : left + w] = tile
    return whole


def curve(values: list[float]) -> str:
    """Return the points of a line from left to right in 100 x 100, for values from 0 to 1; "" if there are none."""
    finite = [(i, value) for i, value in enumerate(values) if np.isfinite(value)]
    last = max(1, len(values) - 1)
    return " ".join(f"{100 * i / last:.1f},{100 * (1 - value):.1f}" for i, value in finite) if len(finite) > 1 else ""


def page(template: str, script: str, state: dict) -> str:
    """Return the text of the page. state: what the template shows; every text in it is escaped."""
    if "</script" in script.lower() or "<!--" in script:
        refuse("the page's script", quoted("</script"), "none, because it would end the script")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    shown = environment.from_string(template)
    return shown.render(script=Markup(script), csp=POLICY.format(digest), **state)
