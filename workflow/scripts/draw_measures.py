"""Draw the measures of a run over its training with their nulls, and when its layers settle."""

from kernelscope.figures import captions, saving
from kernelscope.figures.curves import depth
from kernelscope.figures.curves import measures as measures_over_time
from kernelscope.figures.curves import settling as settling_over_time
from kernelscope.io import cli, records, run_info
from kernelscope.measures import curves


def draw_measures(spec: dict, measures: str, decay: str, run: str, figure: list[str], settling: list[str]) -> None:
    """Read the measures of a run; draw their curves, and the share of kernels that have settled.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "for"}
    measures, decay, run : measures.csv, decay.csv and run.json
    figure, settling : measures.png and settling.png with their other files, to write
    """
    outcome, measured = records.read_json(run), curves.read(measures)
    title, note, time = captions.title(spec), captions.outcome(outcome, drawn=False), run_info.time(outcome)
    about, is_min_max_normalized = f"{title} · what its kernels look like", run_info.is_min_max_normalized(outcome)
    if is_deep := len(measured) > measures_over_time.MOST_LAYERS:
        page = depth.measures_figure(measured, about, note, time, is_min_max_normalized)
    else:
        factors = {layer: values[-1] for layer, values in run_info.read_factors(decay).items()}
        words = f"{words_about(measured)}\n{note}"
        page = measures_over_time.measures_figure(measured, about, words, factors, time, is_min_max_normalized)
    saving.write(figure, page, spec["for"])
    page = (depth if is_deep else settling_over_time).settling_figure(
        measured, f"{title} · when its kernels settle", note, time
    )
    saving.write(settling, page, spec["for"])


def words_about(measured: dict[str, dict[str, curves.Curve]]) -> str:
    """Return what lines and bands mean."""
    null = (
        "gray band: untrained kernels, mean to 99 % point"
        if len(measured) == 1
        else "dashed: 99 % of untrained kernels"
    )
    if all(len(curve.steps) == 1 for of_layer in measured.values() for curve in of_layer.values()):
        return f"a dot is a kernel; {null}"
    return f"a thin line is a kernel, the thick one their median; {null}"


if __name__ == "__main__":
    cli.run(draw_measures, __doc__)
