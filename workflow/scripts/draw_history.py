"""Draw the loss and accuracy of a run over its epochs."""

from kernelscope.figures import captions, saving
from kernelscope.figures.history import figure, numbers
from kernelscope.io import cli, csv_files, records


def draw_history(spec: dict, table: str, run: str, history: str) -> None:
    """Read the history of a run and draw it.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed"}
    table, run : history.csv and run.json
    history : history.png, to write
    """
    outcome = records.read_json(run)
    columns = numbers(csv_files.read_csv(table))
    title = captions.title(spec, columns["epoch"][-1])
    page = figure(columns, outcome["constant_predictor_loss"], title, captions.outcome(outcome, drawn=False))
    saving.write_figure(history, page)


if __name__ == "__main__":
    cli.run(draw_history, __doc__)
