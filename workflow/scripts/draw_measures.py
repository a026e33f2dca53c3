"""Draw the measures of a run over its training beside their nulls, and which layer settles first."""

from kernelscope.figures import captions, saving
from kernelscope.figures import measures as figures_measures
from kernelscope.io import cli, records, run_info
from kernelscope.measures import curves


def draw_measures(spec: dict, measures: str, run: str, picture: str, settling: str) -> None:
    """spec: {"dataset", "arch", "seed"}."""
    outcome, found = records.read_json(run), curves.read(measures)
    title, note, time = captions.title(spec), captions.outcome(outcome, drawn=False), run_info.time(outcome)
    bands = "a thin line is a kernel, the thick one their median; grey: re-initialised kernels, mean to 99 % point  ·  "
    title_of_measures = f"{title} · what its kernels look like"
    saving.write_figure(
        picture,
        figures_measures.measures_figure(found, title_of_measures, bands + note, time, run_info.is_scaled(outcome)),
    )
    saving.write_figure(
        settling, figures_measures.settling_figure(found, f"{title} · which layer settles first", note, time)
    )


if __name__ == "__main__":
    cli.run(draw_measures, __doc__)
