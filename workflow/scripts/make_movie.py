"""Make a movie of the kernels of a run during training, as MP4, as GIF, and in a page that plays it."""

from pathlib import Path

import numpy as np

from kernelscope.comparison.living import living
from kernelscope.figures import captions
from kernelscope.figures.history import Strip, numbers
from kernelscope.figures.movie import STRIP, cuts, frames, heading, layers, with_held_ends
from kernelscope.io import cells, cli, csv_files, files, notes, records, run_info, video
from kernelscope.io.notes import beyond

MOST_FRAMES = 120  # snapshots, because every frame is in memory until the movie is written


def make_movie(spec: dict, kernels: str, table: str, run: str, mp4: str, gif: str, page: str) -> None:
    """Read the kernels and history of a run; write the movie in three formats.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "colormap", "probed": whether there is an atlas.csv, "frames_per_second",
        "hold_first", "hold_last"}
    kernels, table, run : kernels.npz, history.csv and run.json, perhaps with atlas.csv beside them
    mp4, gif, page : movie.mp4, movie.gif and movie.html, to write
    """
    banks, steps, epochs = run_info.read_snapshots(kernels)
    outcome = records.read_json(run)
    title, failure = captions.title(spec), outcome["failure"]
    moments = [captions.when(outcome, *moment) for moment in zip(steps, epochs, strict=True)]
    named = captions.names(cells.read(f"{Path(run).parent}/atlas.csv")) if spec["probed"] else {}
    shown = layers(banks, named, {name: living(outcome, name, bank[-1]) for name, bank in banks.items()})
    notes.keep([*cuts(shown), beyond("snapshots", len(steps), MOST_FRAMES, "not in the movie")])
    chosen = thinned(len(steps))
    shown = [layer._replace(values=layer.values[chosen]) for layer in shown]
    every, moments, epochs = len(moments), [moments[t] for t in chosen], epochs[chosen]
    rows = csv_files.read_csv(table)
    strip = Strip(numbers(rows), outcome["constant_predictor_loss"], *STRIP) if rows else None
    drawn = list(frames(shown, moments, epochs, heading(title, failure), note(outcome), strip, spec["colormap"]))
    rate, held = spec["frames_per_second"], max(1, round(spec["frames_per_second"] * spec["hold_first"]))
    held_frames = drawn if len(drawn) == 1 else list(with_held_ends(drawn, held, round(rate * spec["hold_last"])))
    with files.atomic(mp4) as temporary:
        video.write_mp4(temporary, held_frames, rate)
    with files.atomic(gif) as temporary:
        video.write_gif(temporary, drawn, rate, spec["hold_first"], spec["hold_last"])
    words = about(outcome, len(moments), every) + f" As files: {Path(mp4).name}, {Path(gif).name}."
    with files.atomic(page) as temporary:
        movie = Path(mp4).read_bytes()
        if len(movie) > video.LARGEST:
            movie = video.small_mp4(temporary.with_suffix(".mp4"), held_frames, rate, video.LARGEST)
            words += " They are finer than what plays here."
        title += f" · FAILED: {failure}" * bool(failure)
        temporary.write_text(video.page(movie, title, words, moments, rate, held - 1), encoding="utf-8")


def note(outcome: dict) -> str:
    """Return what a reader must know about pretrained kernels; "" for others."""
    scales = "; snapshots have scales of their own" * run_info.is_min_max_normalized(outcome)
    return captions.outcome(outcome) + scales if "pretrained" in outcome else ""


def thinned(snapshots: int) -> list[int]:
    """Return the snapshots that are frames: all, or MOST_FRAMES at equal distances, with the first and the last."""
    return np.rint(np.linspace(0, snapshots - 1, min(snapshots, MOST_FRAMES))).astype(int).tolist()


def about(outcome: dict, shown: int, every: int) -> str:
    """Return what the movie shows, in a sentence: so many of all snapshots."""
    count = f"{shown} of {every}" if shown < every else str(shown)
    if "pretrained" in outcome:
        return f"{count} snapshot{'s' * (every > 1)} of {captions.outcome(outcome)}."
    below = "how each layer learned" if "cdbn" in outcome["spec"] else "loss and accuracy up to each of them"
    return (
        f"The kernels of every conv layer at {count} snapshots, between which they move about equally far; "
        f"below them {below}."
    )


if __name__ == "__main__":
    cli.run(make_movie, __doc__)
