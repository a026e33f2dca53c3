"""Draw the architectures of a dataset side by side."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kernelscope.comparison import architectures_table
from kernelscope.figures import styling

MOST_DRAWN = {"screen": 40, "slide": 4, "paper": 12}  # a figure may have 65,535 rows of pixels, a reader less patience
PANELS = (
    ("test accuracy", "test_accuracy"),
    ("smoothness\n(lag 1)", "lag1"),
    ("left of the\nstart (ratio)", "initial_ratio"),
)
MATCHED = "similarity\nof matches"


def figure(
    archs: list[str], runs: list[dict], pairs: dict[str, list], banks: dict, chance: float | None, title: str, use: str
) -> Figure:
    """Draw a row per architecture: its first-layer kernels, then a dot for each seed or pair of seeds.

    Parameters
    ----------
    archs : list of str
        The architectures, from top to bottom.
    runs : list of dict
        Rows of summary.csv.
    pairs : dict
        Architecture -> rows of pairs.csv.
    banks : dict
        Architecture -> drawn kernels (h, w, 3) uint8.
    chance : float, optional
        The accuracy of chance, where it is known.
    title : str
        The title of the figure.
    use : str
        What the figure is made for.
    """
    drawn = archs[: MOST_DRAWN[use]]
    page = styling.page((9.8, 1.7 + 1.75 * len(drawn)) if use == "paper" else (14, 1.6 + 1.6 * len(drawn)))
    if len(drawn) < len(archs):
        title += f" · {len(drawn)} of {len(archs)} architectures"
    styling.headed(page, title)
    axes = page.subplots(len(drawn), 5, width_ratios=[5 if use == "paper" else 6, 2, 2, 2, 2], squeeze=False)
    for arch, line in zip(drawn, axes, strict=True):
        of_arch = [run for run in runs if run["arch"] == arch]
        failed = sum(bool(run["failure"]) for run in of_arch)
        line[0].imshow(banks[arch], interpolation="antialiased", aspect="equal")
        line[0].set_anchor("W")
        line[0].set_axis_off()
        line[0].set_title(f"{arch}: {heading(of_arch, failed)}", fontsize=styling.TITLE, fontweight="bold", loc="left")
        for panel, (_, name) in zip(line[1:4], PANELS, strict=True):
            known = {"test_accuracy": chance, "lag1": architectures_table.first_known(of_arch, "lag1_null_99")}
            note_of = decay_note(of_arch) if name == "initial_ratio" else ""
            dots(panel, [run[name] for run in of_arch], known.get(name), note_of)
        first = architectures_table.of_first_layer(pairs[arch])
        limit = np.mean([pair["null_99"] for pair in first]) if first else None
        dots(line[4], [pair["similarity"] for pair in first], limit)
    for panel, name in zip(axes[0][1:], [*(name for name, _ in PANELS), MATCHED], strict=True):
        panel.set_title(name, fontsize=styling.TITLE)
    styling.noted(page, note(chance is not None))
    return page


def note(has_labels: bool) -> str:
    """Return what dots and dashed lines mean."""
    guessing = "of accuracy: guessing; " * has_labels
    return (
        "A dot is a seed, or a pair of seeds; the number is their mean.\n"
        f"Dashed is chance: {guessing}of smoothness: 99 % of untrained kernels;\n"
        "of similarity: 99 % of the same kernels rotated at random."
    )


def heading(runs: list[dict], failed: int) -> str:
    """Return how many runs there are and how many failed; how pretrained runs ended is unknown."""
    if all(run["alive"] is None for run in runs):
        return f"{len(runs)} published run{'s' * (len(runs) > 1)}"
    return f"{len(runs)} seed{'s' * (len(runs) > 1)}" + f", {failed} failed" * bool(failed)


def decay_note(runs: list[dict]) -> str:
    """Return the decay factor that what is left of the start was computed with."""
    factor = architectures_table.first_known(runs, "decay_factor")
    return "estimate" if factor is None else f"decay factor {factor:.2g}"


def spread(values: list[float], width: float) -> np.ndarray:
    """Return heights at which dots of `width` do not cover each other: values (n,) that are close go up and down."""
    heights = np.zeros(len(values))
    placed: list[tuple[float, float]] = []
    for i in np.argsort(values, kind="stable"):
        for height in (0.0, 0.4, -0.4, 0.8, -0.8):
            if all(abs(values[i] - x) >= width or abs(height - y) >= 0.3 for x, y in placed):
                break
        heights[i] = height
        placed.append((values[i], height))
    return heights


def dots(axes, values: list, mark: float | None, note: str = "") -> None:
    """Draw a dot for each value, their mean above, and a dashed line at the value of chance.

    The axis reaches from 0, or the smallest value, to 1, or the largest value. `note` is written below the dots.
    """
    values = [value for value in values if value is not None]
    finite = [value for value in [*values, *[mark] * (mark is not None)] if np.isfinite(value)]
    low, high = min([0, *finite]), max([1, *finite])
    axes.set(xlim=(low - 0.03 * (high - low), high + 0.03 * (high - low)), ylim=(-1.2, 4.2), yticks=[])
    axes.axhline(0, color=styling.GRID, linewidth=1, zorder=1)
    if mark is not None:
        axes.axvline(mark, ymin=0.06, ymax=0.42, color=styling.VERMILLION, linestyle="--", linewidth=1.4, zorder=2)
    heights = spread(values, 0.05 * (high - low))
    axes.scatter(values, heights, s=45, color=styling.BLUE, alpha=0.7, linewidths=0, zorder=3)
    words = f"{np.mean(values):.2f}".replace("-", "\N{MINUS SIGN}") if values else "unknown"
    words += f"\nchance {mark:.2f}" if mark is not None and values else ""
    words += f"\n{note}" if note and values else ""
    style = {"transform": axes.transAxes, "fontsize": styling.TEXT, "va": "top", "ha": "center"}
    axes.text(0.5, 1.0, words, color=styling.BLACK if values else styling.QUIET, **style)
    styling.plain(axes, "left", grid=False)
    axes.xaxis.set_major_locator(MaxNLocator(2))
