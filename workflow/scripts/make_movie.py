"""Make the movie of the kernels of a run as they evolve, as MP4 and as GIF."""

from kernelscope import artifacts, captions, command, encoders, files
from kernelscope.history import numbers
from kernelscope.movie import Strip, frames, held


def make_movie(spec: dict, kernels: str, table: str, run: str, mp4: str, gif: str) -> None:
    """spec: {"dataset", "arch", "seed", "colour_map", "frames_per_second", "hold_first", "hold_last"}."""
    banks, outcome = artifacts.read_npz(kernels), artifacts.read_json(run)
    steps, epochs = banks.pop("steps"), banks.pop("epochs")
    title = captions.title(spec) + (f" · FAILED: {outcome['failure']}" if outcome["failure"] else "")
    strip = Strip(numbers(artifacts.read_csv(table)), outcome["constant_predictor_loss"])
    drawn = list(frames(banks, steps, epochs, title, strip, spec["colour_map"]))
    rate = spec["frames_per_second"]
    with files.atomic(mp4) as temporary:
        encoders.write_mp4(
            temporary, held(drawn, round(rate * spec["hold_first"]), round(rate * spec["hold_last"])), rate
        )
    with files.atomic(gif) as temporary:
        encoders.write_gif(temporary, drawn, rate, spec["hold_first"], spec["hold_last"])


if __name__ == "__main__":
    command.run(make_movie, __doc__)
