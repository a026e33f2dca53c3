"""Draw loss and accuracy of a run over its epochs."""

from kernelscope import artifacts, captions, command, picture_files
from kernelscope.history import figure, numbers


def draw_history(spec: dict, table: str, run: str, history: str) -> None:
    """spec: {"dataset", "arch", "seed"}."""
    outcome = artifacts.read_json(run)
    page = figure(
        numbers(artifacts.read_csv(table)),
        outcome["constant_predictor_loss"],
        captions.title(spec),
        captions.outcome(outcome),
    )
    picture_files.write_figure(history, page)


if __name__ == "__main__":
    command.run(draw_history, __doc__)
