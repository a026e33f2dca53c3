"""Draw loss and accuracy of a run over its epochs."""

from kernelscope import artifacts, captions, command, picture_files
from kernelscope.history import figure, numbers


def draw_history(spec: dict, table: str, run: str, history: str) -> None:
    """spec: {"dataset", "arch", "seed"}."""
    outcome = artifacts.read_json(run)
    columns = numbers(artifacts.read_csv(table))
    title = captions.title(spec, columns["epoch"][-1])
    page = figure(columns, outcome["constant_predictor_loss"], title, captions.outcome(outcome, drawn=False))
    picture_files.write_figure(history, page)


if __name__ == "__main__":
    command.run(draw_history, __doc__)
