"""Draw the architectures of a dataset side by side."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kernelscope.comparison import architectures_table
from kernelscope.figures import styling

MOST_DRAWN = 40  # architectures: a figure may have 65,535 rows of pixels, and a reader has less patience
PANELS = (
    ("test accuracy", "test_accuracy", None),
    ("lag-1 autocorrelation\nof the kernels", "lag1", "lag1_null_99"),
    ("what is left of the start,\nratio to the kernel", "initial_ratio", None),
)
MATCHED = "similarity of matched\nkernels, pairs of seeds"


def figure(
    archs: list[str], runs: list[dict], pairs: dict[str, list[dict]], banks: dict[str, np.ndarray], title: str
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
    title : str
        The title of the figure.
    """
    page = Figure(figsize=(16, 1.0 + 1.2 * len(archs)), layout="constrained")
    styling.headed(page, title)
    axes = page.subplots(len(archs), 5, width_ratios=[6, 2, 2, 2, 2], squeeze=False)
    widest = max(bank.shape[1] for bank in banks.values())
    least = min([run["test_accuracy"] for run in runs if run["test_accuracy"] is not None], default=0)
    for arch, line in zip(archs, axes, strict=True):
        of_arch = [run for run in runs if run["arch"] == arch]
        failed = sum(bool(run["failure"]) for run in of_arch)
        line[0].imshow(
            np.pad(banks[arch], ((0, 0), (0, widest - banks[arch].shape[1]), (0, 0)), constant_values=255),
            interpolation="antialiased",
        )
        line[0].set_axis_off()
        line[0].set_title(
            f"{arch}: {heading(of_arch, failed)}",
            fontsize=styling.TITLE + 1,
            fontweight="bold",
            loc="left",
        )
        for panel, (_, name, null) in zip(line[1:4], PANELS, strict=True):
            dots(
                panel,
                [run[name] for run in of_arch],
                architectures_table.first_known(of_arch, null) if null else None,
                "noise (99 %)",
                decay_note(of_arch) if name == "initial_ratio" else "",
            )
        line[1].set_xlim(0.9 if least > 0.9 else 0, 1)
        first = architectures_table.of_first_layer(pairs[arch])
        dots(
            line[4],
            [pair["similarity"] for pair in first],
            np.mean([pair["null_99"] for pair in first]) if first else None,
            "rotated by lot (99 %)",
        )
    for panel, name in zip(axes[0][1:], [*(name for name, _, _ in PANELS), MATCHED], strict=True):
        panel.set_title(name, fontsize=styling.TITLE)
    return page


def heading(runs: list[dict], failed: int) -> str:
    """Return how many runs there are and how many failed; how pretrained runs ended is unknown."""
    if all(run["alive"] is None for run in runs):
        return f"{len(runs)} published run{'s' * (len(runs) > 1)}"
    return f"{len(runs)} seed{'s' * (len(runs) > 1)}, {failed} failed"


def decay_note(runs: list[dict]) -> str:
    """Return the decay factor that what is left of the start was computed with."""
    factor = architectures_table.first_known(runs, "decay_factor")
    return "estimate" if factor is None else f"decay factor {factor:.2g}"


def dots(axes, values: list, mark: float | None, meaning: str, note: str = "") -> None:
    """Draw a dot for each value, their mean above, and a dashed line at the value of noise or chance.

    The axis reaches from 0 to 1, or to the largest value. `note` is written below the dots.
    """
    values = [value for value in values if value is not None]
    axes.set(xlim=(0, max([1, *(value for value in values if np.isfinite(value))])), ylim=(-1, 1.2), yticks=[])
    if note and values:
        axes.text(0.5, 0.05, note, transform=axes.transAxes, fontsize=styling.TEXT, color=styling.QUIET, ha="center")
    axes.axhline(0, color=styling.GRID, linewidth=1, zorder=1)
    axes.scatter(values, np.zeros(len(values)), s=60, color=styling.BLUE, alpha=0.55, zorder=3, clip_on=False)
    if values:
        axes.text(np.mean(values), 0.35, f"{np.mean(values):.3f}", fontsize=styling.TITLE, ha="center", va="bottom")
    else:
        axes.text(0.5, 0.35, "unknown", fontsize=styling.TITLE, color=styling.QUIET, ha="center", va="bottom")
    if mark is not None:
        axes.axvline(mark, ymax=0.6, color=styling.VERMILLION, linestyle="--", linewidth=1.2, zorder=2)
        axes.text(
            mark,
            -0.95,
            f" {meaning} ",
            fontsize=styling.TEXT,
            color=styling.VERMILLION,
            va="bottom",
            ha="left" if mark < 0.55 else "right",
        )
    styling.plain(axes, "left", grid=False)
    axes.xaxis.set_major_locator(MaxNLocator(2))
