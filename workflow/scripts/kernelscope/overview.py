"""Across architectures: a row for each, and one picture."""

import numpy as np
from matplotlib.figure import Figure

MEASURES = ("train_accuracy", "test_accuracy", "train_loss", "test_loss", "alive", "lag1", "structured", "initial_share")
COLUMNS = (
    *("arch", "runs", "failures", "failure_rate", "parameters"),
    *(f"{name}_{part}" for name in MEASURES for part in ("mean", "sd", "n")),
    *("lag1_null_99", "match_similarity", "match_chance", "match_p_largest", "match_pairs"),
)


def row(arch: str, runs: list[dict], pairs: list[dict]) -> dict:
    """One row of architectures.csv from its rows of summary.csv and its rows of pairs.csv (numbers, None where empty).

    sd is the sample standard deviation over seeds, None for one seed. The match_ columns are of the first conv layer.
    """
    failures = sum(bool(run["failure"]) for run in runs)
    content = {"arch": arch, "runs": len(runs), "failures": failures, "failure_rate": failures / len(runs), "parameters": runs[0]["parameters"]}
    for name in MEASURES:
        values = [run[name] for run in runs if run[name] is not None]
        content[f"{name}_mean"] = np.mean(values) if values else None
        content[f"{name}_sd"] = np.std(values, ddof=1) if len(values) > 1 else None
        content[f"{name}_n"] = len(values)
    first = [pair for pair in pairs if pair["layer"] == pairs[0]["layer"]] if pairs else []
    mean = lambda name: np.mean([pair[name] for pair in first]) if first else None  # noqa: E731
    return content | {
        "lag1_null_99": runs[0]["lag1_null_99"],
        "match_similarity": mean("similarity"),
        "match_chance": mean("chance_mean"),
        "match_p_largest": max((pair["p"] for pair in first), default=None),
        "match_pairs": len(first),
    }


PANELS = (
    ("test accuracy", "test_accuracy", None),
    ("lag-1 autocorrelation\nof first-layer kernels", "lag1", "lag1_null_99"),
    ("share of the kernels that is\nstill initial noise (r²)", "initial_share", None),
)


def figure(archs: list[str], runs: list[dict], pairs: dict[str, list[dict]], banks: dict[str, np.ndarray], title: str) -> Figure:
    """A row per architecture: its first-layer kernels (a picture in `banks`), then a dot per seed or pair of seeds."""
    page = Figure(figsize=(15, 1.2 + 1.35 * len(archs)), dpi=110, layout="constrained")
    page.suptitle(title, fontsize=14, fontweight="bold", x=0.01, ha="left")
    axes = page.subplots(len(archs), 5, width_ratios=[4.2, 2, 2, 2, 2], squeeze=False)
    for arch, line in zip(archs, axes, strict=True):
        mine = [run for run in runs if run["arch"] == arch]
        line[0].imshow(banks[arch], interpolation="nearest", aspect="equal")
        line[0].set_axis_off()
        failed = sum(bool(run["failure"]) for run in mine)
        line[0].set_title(f"{arch}   {len(mine)} seeds, {failed} failed", fontsize=11, fontweight="bold", loc="left")
        for panel, (_, name, null) in zip(line[1:4], PANELS, strict=True):
            dots(panel, [run[name] for run in mine], mine[0][null] if null else None, "noise, 99 % point")
        first = [pair for pair in pairs[arch] if pair["layer"] == pairs[arch][0]["layer"]] if pairs[arch] else []
        chance = np.mean([pair["chance_99"] for pair in first]) if first else None
        dots(line[4], [pair["similarity"] for pair in first], chance, "chance, 99 % point")
    for panel, name in zip(axes[0][1:], [*(name for name, _, _ in PANELS), "similarity of matched\nkernels, pairs of seeds"], strict=True):
        panel.set_title(name, fontsize=10)
    return page


def dots(axes, values: list, mark: float | None, meaning: str) -> None:
    """One dot per value on 0..1, and a dashed line at what noise or chance gives."""
    values = [value for value in values if value is not None]
    axes.scatter(values, np.linspace(-0.25, 0.25, len(values)) if len(values) > 1 else np.zeros(len(values)), s=34, color="#1f5a9e", alpha=0.8, zorder=3, clip_on=False)
    if values:
        axes.text(0.02, 0.62, f"{np.mean(values):.3f}", fontsize=11, transform=axes.transAxes, va="bottom")
    if mark is not None:
        axes.axvline(mark, color="#c0392b", linestyle="--", linewidth=1.2)
        axes.text(mark, -0.98, f" {meaning}", fontsize=7, color="#c0392b", va="bottom", ha="left" if mark < 0.5 else "right")
    axes.set(xlim=(0, 1), ylim=(-1, 1), yticks=[])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(labelsize=8)
