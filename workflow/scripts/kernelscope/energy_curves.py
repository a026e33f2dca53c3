"""How a network that learns without labels came about: error of the reconstruction and free energy, layer by layer.

The gap is the free energy of held-out crops less that of the same crops with their pixels in random order, for each
pixel and times the variance of the visibles, in thousandths: numbers short enough to stand beside another panel.
"""

from kernelscope import look

PANELS = (  # words, factor, columns
    ("reconstruction error", 1, {"train_loss": ("train", look.BLUE), "test_loss": ("test", look.VERMILLION)}),
    ("free energy gap, ‰", 1000, {"free_energy": ("test", look.VERMILLION)}),
)


def curves(history: dict[str, list[float]], error_axes, energy_axes) -> None:
    """Draw the columns of history.csv into two axes, broken and marked where the next layer's turn comes."""
    epochs, layers = history["epoch"], history["layer"]
    begins = [at for at in range(len(layers)) if at == 0 or layers[at] != layers[at - 1]]
    parts = [slice(*ends) for ends in zip(begins, [*begins[1:], None], strict=True)]
    for axes, (words, factor, columns) in zip((error_axes, energy_axes), PANELS, strict=True):
        for column, (name, colour) in columns.items():
            for number, part in enumerate(parts):
                label = name if number == 0 and len(columns) > 1 else None
                axes.plot(
                    epochs[part],
                    [factor * value for value in history[column][part]],
                    color=colour,
                    linewidth=1.5,
                    label=label,
                )
        axes.set(xlabel="epoch", ylabel=words, xlim=(0, max(epochs)))
        look.plain(axes)
        for at in begins[1:]:
            axes.axvline(epochs[at - 1], color=look.FAINT, linewidth=0.8, linestyle=":")
            place = {"transform": axes.get_xaxis_transform(), "va": "top"}
            axes.text(epochs[at - 1], 0.99, f" layer {layers[at]:g}", **place, fontsize=look.TEXT, color=look.QUIET)
    error_axes.set_ylim(0, None)
