"""Draw the measures of a run over its training beside their nulls, and which layer settles first."""

from kernelscope import artifacts, captions, command, frames, picture_files, trajectories

COLUMNS = ["step", "layer", "kernel", "channel", "measure", "value", "null", "null_mean", "null_99", "p"]


def draw_measures(spec: dict, measures: str, run: str, picture: str, settling: str) -> None:
    """spec: {"dataset", "arch", "seed"}."""
    outcome, frame = artifacts.read_json(run), frames.read_frame(measures, COLUMNS)
    whole = frame[frame["kernel"].notna() & frame["channel"].isna() & (frame["null"] != "random labels")]
    title, note = captions.title(spec), captions.outcome(outcome)
    bands = "a thin line is a kernel, the thick one their median; grey: re-initialised kernels, mean to 99 % point  ·  "
    picture_files.write_figure(
        picture, trajectories.measures_figure(whole, f"{title} · what its kernels look like", bands + note)
    )
    picture_files.write_figure(
        settling, trajectories.settling_figure(whole, f"{title} · which layer settles first", note)
    )


if __name__ == "__main__":
    command.run(draw_measures, __doc__)
