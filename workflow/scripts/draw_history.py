"""Draw the loss and accuracy of a run over its epochs."""

from kernelscope.figures import captions, saving
from kernelscope.figures.history import figure, numbers
from kernelscope.io import cli, csv_files, records, run_info


def draw_history(spec: dict, table: str, run: str, history: list[str]) -> None:
    """Read the history of a run and draw it.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "for", "classes": how many, 0 if there are none}
    table, run : history.csv and run.json
    history : history.png and its other files, to write
    """
    outcome = records.read_json(run)
    columns = numbers(csv_files.read_csv(table))
    time = outcome.get("pretrained", {}).get("time") or "epoch"
    title = f"{captions.title(spec)} · {time} {columns['epoch'][-1]:g}"
    note, chance = captions.outcome(outcome, drawn=False), run_info.chance(outcome, spec["classes"])
    page = figure(columns, outcome["constant_predictor_loss"], title, note, chance, time)
    saving.write(history, page, spec["for"])


if __name__ == "__main__":
    cli.run(draw_history, __doc__)
