"""Draw the measures of a run over its training beside their nulls, and which layer settles first."""

from kernelscope import artifacts, captions, command, curves, known, picture_files, trajectories


def draw_measures(spec: dict, measures: str, run: str, picture: str, settling: str) -> None:
    """spec: {"dataset", "arch", "seed"}."""
    outcome, found = artifacts.read_json(run), curves.read(measures)
    title, note, time = captions.title(spec), captions.outcome(outcome, drawn=False), known.time(outcome)
    bands = "a thin line is a kernel, the thick one their median; grey: re-initialised kernels, mean to 99 % point  ·  "
    title_of_measures = f"{title} · what its kernels look like"
    picture_files.write_figure(
        picture, trajectories.measures_figure(found, title_of_measures, bands + note, time, known.is_scaled(outcome))
    )
    picture_files.write_figure(
        settling, trajectories.settling_figure(found, f"{title} · which layer settles first", note, time)
    )


if __name__ == "__main__":
    command.run(draw_measures, __doc__)
