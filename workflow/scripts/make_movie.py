"""Make a movie of the kernels of a run during training, as MP4, as GIF, and in a page that plays it."""

from pathlib import Path

from kernelscope.figures import captions, video
from kernelscope.figures.history import numbers
from kernelscope.figures.movie import Noted, Strip, frames, with_held_ends
from kernelscope.io import array_files, cli, csv_files, files, records, run_info


def make_movie(spec: dict, kernels: str, decay: str, table: str, run: str, mp4: str, gif: str, page: str) -> None:
    """Read the kernels and history of a run; write the movie in three formats.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "colormap", "frames_per_second", "hold_first", "hold_last"}
    kernels, decay, table, run : kernels.npz, decay.csv, history.csv and run.json
    mp4, gif, page : movie.mp4, movie.gif and movie.html, to write
    """
    banks, outcome = array_files.read_npz(kernels), records.read_json(run)
    steps, epochs = banks.pop("steps"), banks.pop("epochs")
    title = captions.title(spec) + (f" · FAILED: {outcome['failure']}" if outcome["failure"] else "")
    words = [captions.when(outcome, *moment) for moment in zip(steps, epochs, strict=True)]
    change = run_info.untrained(outcome, steps) is not None
    factors = run_info.read_factors(decay)
    drawn = list(frames(banks, factors, words, epochs, title, strip(table, outcome), spec["colormap"], change))
    rate = spec["frames_per_second"]
    held_frames = list(with_held_ends(drawn, round(rate * spec["hold_first"]), round(rate * spec["hold_last"])))
    with files.atomic(mp4) as temporary:
        video.write_mp4(temporary, held_frames, rate)
    with files.atomic(gif) as temporary:
        video.write_gif(temporary, drawn, rate, spec["hold_first"], spec["hold_last"])
    words = (
        f"The kernels of every conv layer and their change at {len(steps)} snapshots, from untrained to epoch "
        f"{epochs[-1]:g}; below them {'how each layer learned' if 'cdbn' in outcome['spec'] else 'loss and accuracy'}."
        if "pretrained" not in outcome
        else f"{len(steps)} snapshots of {captions.outcome(outcome)}."
    )
    words += f" As files: {Path(mp4).name}, {Path(gif).name}."
    with files.atomic(page) as temporary:
        movie = Path(mp4).read_bytes()
        if len(movie) > video.LARGEST:
            movie = video.small_mp4(temporary.with_suffix(".mp4"), held_frames, rate, video.LARGEST)
            words += " They are finer than what plays here."
        temporary.write_text(video.page(movie, title, words), encoding="utf-8")


def strip(table: str, outcome: dict) -> Strip | Noted:
    """Return the loss and accuracy strip; below pretrained kernels, with a note on how to read them."""
    rows = csv_files.read_csv(table)
    curves = Strip(numbers(rows), outcome["constant_predictor_loss"]) if rows else None
    if "pretrained" not in outcome:
        return curves
    scales = "; snapshots have scales of their own" * run_info.is_min_max_normalized(outcome)
    return Noted(curves, captions.outcome(outcome) + scales)


if __name__ == "__main__":
    cli.run(make_movie, __doc__)
