"""Draw the measures of a run over its training with their nulls, and when its layers settle."""

from kernelscope.figures import captions, saving
from kernelscope.figures import measures as figures_measures
from kernelscope.io import cli, notes, records, run_info
from kernelscope.io.notes import beyond
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
    nulls = "dashed: 99 % of untrained kernels", "gray band: untrained kernels, mean to 99 % point"
    notes.keep([beyond("layers", len(measured), figures_measures.MOST_LAYERS, "not in measures and settling")])
    lines = "a thin line is a kernel, the thick one their median"
    if all(len(curve.steps) == 1 for of_layer in measured.values() for curve in of_layer.values()):
        lines = "a dot is a kernel"
    words = f"{lines}; {nulls[len(measured) == 1]}\n{note}"
    factors = {layer: values[-1] for layer, values in run_info.read_factors(decay).items()}
    about = f"{title} · what its kernels look like", words, factors, time, run_info.is_min_max_normalized(outcome)
    page = figures_measures.measures_figure(measured, *about)
    saving.write(figure, page, spec["for"])
    page = figures_measures.settling_figure(measured, f"{title} · when its kernels settle", note, time)
    saving.write(settling, page, spec["for"])


if __name__ == "__main__":
    cli.run(draw_measures, __doc__)
