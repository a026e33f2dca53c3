"""Draw the measures of a run over its training with their nulls, and when its layers settle."""

from kernelscope.figures import captions, saving
from kernelscope.figures import measures as figures_measures
from kernelscope.io import cli, records, run_info
from kernelscope.measures import curves


def draw_measures(spec: dict, measures: str, decay: str, run: str, figure: str, settling: str) -> None:
    """Read the measures of a run; draw their curves, and the share of kernels that have settled.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed"}
    measures, decay, run : measures.csv, decay.csv and run.json
    figure, settling : measures.png and settling.png, to write
    """
    outcome, measured = records.read_json(run), curves.read(measures)
    title, note, time = captions.title(spec), captions.outcome(outcome, drawn=False), run_info.time(outcome)
    bands = "a thin line is a kernel, the thick one their median; gray: re-initialized kernels, mean to 99 % point  ·  "
    title_of_measures = f"{title} · what its kernels look like"
    factors = {layer: values[-1] for layer, values in run_info.read_factors(decay).items()}
    saving.write_figure(
        figure,
        figures_measures.measures_figure(
            measured, title_of_measures, bands + note, factors, time, run_info.is_min_max_normalized(outcome)
        ),
    )
    saving.write_figure(
        settling, figures_measures.settling_figure(measured, f"{title} · when its layers settle", note, time)
    )


if __name__ == "__main__":
    cli.run(draw_measures, __doc__)
