"""Draw the kernels of every conv layer of a run: untrained, trained, and the change."""

from kernelscope import artifacts, captions, command, known, picture_files
from kernelscope import montage as library


def draw_montage(spec: dict, kernels: str, run: str, montage: str) -> None:
    """spec: {"dataset", "arch", "seed", "colour_map"}."""
    banks, outcome = artifacts.read_npz(kernels), artifacts.read_json(run)
    epochs = banks.pop("epochs")
    layers = {
        name: library.Layer(
            known.untrained(outcome, bank), bank[-1], known.responses(outcome, name), known.is_scaled(outcome)
        )
        for name, bank in banks.items()
        if name != "steps"
    }
    title = captions.title(spec, known.epoch(outcome, epochs))
    picture_files.write_png(montage, library.montage(layers, title, captions.outcome(outcome), spec["colour_map"]))


if __name__ == "__main__":
    command.run(draw_montage, __doc__)
