"""The frames of the movie, 1280 x 720: kernels of every layer with numbers and names, and the curves up to now.

Every weight is a square of an even number of pixels at an even place, because the video has one color for 2 x 2 pixels.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from kernelscope.figures import captions, colormaps, drawing, kernel_tiles
from kernelscope.figures.drawing import GRAY, RED, Drawing, text
from kernelscope.figures.history import Strip
from kernelscope.io.notes import Note, beyond
from kernelscope.measures import kernels

WIDTH, HEIGHT, MARGIN = 1280, 720, 24
CLOCK = 340  # pixels of the words about the time, at the right of the title
TITLE, BODY, SMALL = 28, 20, 16  # pixels of letters
TOP, BOTTOM = 76, 508  # the kernels are between these rows
LEAST, SMALLEST = 4, 2  # pixels of a weight, and where a kernel would not fit otherwise
GAP = 12  # between kernels
CHANNEL = 2  # pixels between the channels of a kernel
BETWEEN = (120, 160, 128)  # color between channels
LABELS, LABELS_HIGH = 132, 100  # pixels of the words about a layer, across and down
MOST_LAYERS = 3
STRIP = (HEIGHT - BOTTOM, WIDTH)  # of the curves below the kernels


class Layer(NamedTuple):
    """A layer in the movie: kernels (t, n, in, k, k) and their numbers and names, and how the kernels are placed.

    factor: pixels of a weight. per_row: kernels side by side. caption: pixels of the words below a kernel. channels:
    how many each kernel has, of which only the first may be drawn. in_color: whether red, green and blue are one
    picture. without: deeper layers for which there is no room.
    """

    name: str
    values: np.ndarray
    of: int  # kernels that the layer has
    numbers: list[int]
    names: dict[int, captions.Name]
    limit: float
    factor: int
    per_row: int
    caption: int
    channels: int
    in_color: bool = False
    without: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Return the height and width of a kernel in pixels."""
        return size(self.values, self.factor, self.in_color)

    @property
    def pitch(self) -> tuple[int, int]:
        """Return the distance of two kernels, down and across."""
        high, wide = self.size
        spare = WIDTH - 2 * MARGIN - LABELS
        return high + self.caption + GAP, min(even(spare // self.per_row), max(wide, 118) + 2 * GAP)

    @property
    def height(self) -> int:
        """Return the pixels of all rows, at least those of the words beside them."""
        return max(LABELS_HIGH, -(-len(self.numbers) // self.per_row) * self.pitch[0])

    def places(self, top: int) -> list[tuple[int, int]]:
        """Return the row and column of each kernel, both even."""
        down, across = self.pitch
        inset = even((across - self.size[1]) // 2)
        cells = (divmod(i, self.per_row) for i in range(len(self.numbers)))
        return [(top + row * down, MARGIN + LABELS + col * across + inset) for row, col in cells]

    def tiles(self, t: int, colormap: str) -> np.ndarray:
        """Return the kernels at snapshot t as tiles (n, height, width, 3), in color or of their channels."""
        if self.in_color:
            return drawing.enlarged(kernel_tiles.in_color(self.values[t], self.limit), self.factor)
        colors = drawing.enlarged(colormaps.signed(self.values[t], self.limit, colormap), self.factor)
        n, channels, k = colors.shape[:3]
        whole = np.full((n, *self.size, 3), 255, np.uint8)
        for channel in range(channels):
            row, col = (place * (k + CHANNEL) for place in divmod(channel, columns(channels)))
            whole[:, row : row + k + CHANNEL, col : col + k + CHANNEL] = BETWEEN
            whole[:, row : row + k, col : col + k] = colors[:, channel]
        return whole


def even(number: int) -> int:
    """Return the largest even number that is not above a number."""
    return number - number % 2


def columns(channels: int) -> int:
    """Return how many channels of a kernel are side by side."""
    return int(np.ceil(np.sqrt(channels)))


def size(values: np.ndarray, factor: int, in_color: bool) -> tuple[int, int]:
    """Return the height and width in pixels of a kernel of a bank (..., in, k, k) with `factor` pixels per weight."""
    channels, _, k = (1, *values.shape[-2:]) if in_color else values.shape[-3:]
    cols = columns(channels)
    high, wide = (count * k * factor + (count - 1) * CHANNEL for count in (-(-channels // cols), cols))
    return high, wide


def layers(
    banks: dict[str, np.ndarray], names: dict[str, dict[int, captions.Name]], living: dict[str, np.ndarray]
) -> list[Layer]:
    """Return how the layers share the frame: as many kernels as there is room for, in the largest weights.

    banks: name -> kernels (t, out, in, k, k). names: layer -> kernel -> what it responds to. living: layer -> which
    kernels (out,) are alive. If not all kernels fit, those with the largest norm that are alive are drawn.
    """
    first, *deeper = list(banks)[:MOST_LAYERS]
    limits = {name: colormaps.limit(banks[name]) for name in (first, *deeper)}

    def within(name: str, room: int) -> Layer:
        in_color = name == first and banks[name].shape[2] == 3
        return layer(name, banks[name], names.get(name, {}), living[name], limits[name], room, in_color)

    for count in range(len(limits), 0, -1):
        below = [within(name, (BOTTOM - TOP) // count) for name in deeper[: count - 1]]
        shown = [within(first, BOTTOM - TOP - sum(each.height for each in below)), *below]
        if count == 1 or sum(each.height for each in shown) <= BOTTOM - TOP:
            break
    return [*shown[:-1], shown[-1]._replace(without=tuple(banks)[count:])]


def cuts(shown: list[Layer]) -> Iterator[Note]:
    """Yield the notes about layers, kernels and channels for which there is no room."""
    gone, text = shown[-1].without, "not in the movie, which has those with the largest norm"
    yield Note("cut", "layers", len(gone), len(shown) + len(gone), f"not in the movie: {', '.join(gone)}")
    for layer in shown:
        yield beyond(f"kernels of {layer.name}", layer.of, len(layer.numbers), text)
        yield beyond(f"channels of {layer.name}", layer.channels, layer.values.shape[2], "not in the movie")


def layer(
    name: str,
    bank: np.ndarray,
    names: dict[int, captions.Name],
    alive: np.ndarray,
    limit: float,
    room: int,
    in_color: bool,
) -> Layer:
    """Return a layer that is at most `room` pixels high, unless a single kernel is higher at SMALLEST."""
    out, wide = bank.shape[1], WIDTH - 2 * MARGIN - LABELS
    caption = SMALL + 6 + (2 * (SMALL + 4) if names and room > 300 else 0)
    part = bank if in_color else fitting(bank, room - 4 - caption - GAP)
    choices = []
    for factor in range(SMALLEST, 40, 2):
        high, pixels = size(part, factor, in_color)
        across = max(pixels, 118 if names and room > 300 else 36) + GAP
        per_row, rows = wide // across, (room - 4) // (high + caption + GAP)
        choices.append((min(out, per_row * rows), factor, max(1, per_row)))
    fit = [choice for choice in choices if choice[0] and choice[1] >= LEAST] or choices[:1]
    shown, factor, per_row = max(fit, key=lambda choice: choice[:2])
    shown = max(1, shown)
    per_row = min(per_row, -(-shown // -(-shown // per_row)))
    norm = np.where(alive, np.nan_to_num(kernels.norms(bank[-1])), -1.0)
    numbers = sorted(np.argsort(-norm, kind="stable")[:shown].tolist())
    drawn = part[:, numbers], out, numbers, names
    return Layer(name, *drawn, limit, factor, per_row, caption, bank.shape[2], in_color)


def fitting(bank: np.ndarray, room: int) -> np.ndarray:
    """Return as many of the first channels of kernels (t, out, in, k, k) as fit into `room` pixels, at least one."""
    cols = max(1, (room + CHANNEL) // (bank.shape[-1] * LEAST + CHANNEL))
    return bank[:, :, : cols**2]


def frames(
    shown: list[Layer],
    moments: list[str],
    epochs: np.ndarray,
    title: Drawing,
    note: str,
    strip: Strip | None,
    colormap: str,
) -> Iterator[np.ndarray]:
    """Yield one frame per snapshot, (720, 1280, 3) uint8.

    Parameters
    ----------
    shown : list of Layer
        The layers to draw.
    moments : list of str
        The name of each snapshot.
    epochs : array (t,)
        The epoch of each snapshot.
    title : Drawing
        The title of all frames.
    note : str
        A line at the bottom where there is no strip.
    strip : Strip, optional
        Loss and accuracy, if they are known.
    colormap : str
        The color map of the kernels.
    """
    spare = even(max(0, BOTTOM - TOP - sum(layer.height for layer in shown)) // (len(shown) + 1))
    heights = [even(layer.height) + spare for layer in shown]
    tops = np.cumsum([TOP + spare, *heights[:-1]]).tolist()
    still = drawing.painted(background(shown, tops, title, note, colormap))
    if strip is not None:
        still[BOTTOM:] = strip.empty
    for t, (moment, epoch) in enumerate(zip(moments, epochs, strict=True)):
        frame = still.copy()
        for layer, top in zip(shown, tops, strict=True):
            for tile, (row, col) in zip(layer.tiles(t, colormap), layer.places(top), strict=True):
                frame[row : row + len(tile), col : col + tile.shape[1]] = tile
        clock = drawing.painted(now(moment, "" if strip is None else strip.score(float(epoch))))
        frame[MARGIN // 2 : MARGIN // 2 + clock.shape[0], WIDTH - MARGIN - clock.shape[1] : WIDTH - MARGIN] = clock
        if strip is not None:
            frame[BOTTOM:] = strip.at(float(epoch))
        yield frame


def now(moment: str, score: str) -> Drawing:
    """Return the time and the score of a frame, always equally large, so that nothing jumps."""
    lines = [drawing.shortened(moment, CLOCK, BODY, True), drawing.shortened(score, CLOCK, SMALL)]
    return drawing.placed([(text(lines[0], BODY, bold=True), 0, 0), (text(lines[1], SMALL, GRAY), 26, 0)], 50, CLOCK)


def heading(title: str, failure: str) -> Drawing:
    """Return the title and, below it, how the training failed, in the largest letters in which all of it fits."""
    wide, room = WIDTH - 2 * MARGIN - CLOCK - GAP, TOP - MARGIN // 2
    for letters in (TITLE, BODY, SMALL):
        parts = [drawing.paragraph(title, wide, letters, bold=True)]
        if failure:
            parts.append(drawing.paragraph(f"FAILED: {failure}", wide, min(letters, BODY), RED))
        drawn = drawing.above(*parts)
        if drawn.height <= room and not any(words.string.endswith("…") for words in drawn.words):
            break
    return drawn


def background(shown: list[Layer], tops: list[int], title: Drawing, note: str, colormap: str) -> Drawing:
    """Return everything that is the same in all frames."""
    parts = [(title, MARGIN // 2, MARGIN)]
    for layer, top in zip(shown, tops, strict=True):
        parts.append((about(layer, colormap), top, MARGIN))
        (high, wide), across = layer.size, layer.pitch[1]
        for number, (row, col) in zip(layer.numbers, layer.places(top), strict=True):
            label = caption_of(number, layer.names.get(number), across - 6, layer.caption)
            parts.append((label, row + high + 2, col + wide // 2 - label.width // 2))
    if note:
        parts.append((drawing.paragraph(note, WIDTH - 2 * MARGIN, BODY, GRAY), BOTTOM + MARGIN, MARGIN))
    return drawing.placed(parts, HEIGHT, WIDTH)


def about(layer: Layer, colormap: str) -> Drawing:
    """Return the words beside the kernels of a layer: its name, how much of it is drawn, and the scale."""
    few = f"{len(layer.numbers)} of " * (len(layer.numbers) < layer.of) + captions.kernels(layer.of)
    drawn = layer.values.shape[2]
    few += f", {drawn} of {layer.channels} channels" * (drawn < layer.channels)
    limit, words = drawing.number(layer.limit), [text(layer.name, BODY, bold=True), text(few, SMALL, GRAY)]
    if layer.in_color:
        words.append(drawing.paragraph("in color, gray is zero", LABELS - 10, SMALL, GRAY))
    else:
        words.append(drawing.bar(colormap, LABELS - 20))
    words.append(text(f"−{limit} to {limit}", SMALL, GRAY))
    if layer.without:
        words.append(drawing.paragraph(f"not drawn: {', '.join(layer.without)}", LABELS - 10, SMALL, GRAY))
    return drawing.above(*words, gap=4)


def caption_of(number: int, name: captions.Name | None, width: int, height: int) -> Drawing:
    """Return the number of a kernel and, where there is room, its name in at most two lines."""
    parts = [text(str(number), SMALL, bold=name is not None)]
    if name and height > 2 * SMALL:
        first, *rest = drawing.wrapped(name.words, width, SMALL, False)
        lines = [first, " ".join(rest)] if rest else [first]
        color = drawing.BLACK if name.is_shown else GRAY
        parts += [text(drawing.shortened(line, width, SMALL), SMALL, color) for line in lines]
    return drawing.above(*parts, align=0.5)


def with_held_ends(frame_list: list[np.ndarray], first: int, last: int) -> Iterable[np.ndarray]:
    """Yield all frames, the first `first` times and the last `last` times."""
    yield from [frame_list[0]] * (first - 1)
    yield from frame_list
    yield from [frame_list[-1]] * (last - 1)
