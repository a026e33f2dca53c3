"""How the conv layers of any model respond to images, through hooks."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import numpy as np
import torch
from torch import nn

from kernelscope.api import tables
from kernelscope.figures import drawing, foreign, saving
from kernelscope.hooks import evidence, inputs, probing, watching
from kernelscope.io import csv_files
from kernelscope.measures import cka
from kernelscope.recording import layers as recorded
from kernelscope.refusal import quoted, refuse

AT_ONCE = 32  # images
COLORMAP = "RdBu_r"


class Responses:
    """What the kernels of a model respond to, and what it loses without them.

    Attributes
    ----------
    rows : list of dict
        A row for each kernel; docs/reference/outputs.md explains the columns of responses.csv.
    summary : list of dict
        A row for each layer, beside untrained copies of the same model, with a verdict.
    remarks : list of str
        What was left out, cut and assumed.
    """

    def __init__(self, probed: probing.Probed, kernels: dict[str, np.ndarray], title: str):
        self.probed, self.kernels, self.title = probed, kernels, title
        self.rows, self.summary, self.remarks = probed.rows, probed.summary, probed.remarks

    def page(self) -> drawing.Drawing:
        """Return the figure: kernels, best inputs and strongest patches."""
        best, patches = probing.pictures(self.probed)
        kernels = {name: self.kernels[name] for name in best}
        title = f"what the kernels of {self.title} respond to"
        return foreign.page(title, kernels, best, patches, self.rows, COLORMAP)

    def save(self, path: str | Path) -> None:
        """Write the table of all kernels (.csv) or the figure (.png), by the ending of the path."""
        path = Path(path)
        if path.suffix == ".csv":
            csv_files.write_csv(path, evidence.COLUMNS, self.rows)
        elif path.suffix == ".png":
            saving.write(path, self.page(), "screen")
        else:
            refuse(str(path), path.suffix or "no ending", ".csv or .png")

    def __repr__(self) -> str:
        return "\n".join([*[tables.as_text(self.summary)] * bool(self.summary), *self.remarks])

    def _repr_html_(self) -> str:
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in self.remarks)
        return (tables.as_html(self.summary) if self.summary else "") + remarks


def responses(
    model: nn.Module,
    kernels: dict[str, np.ndarray],
    images,
    labels=None,
    scaling: inputs.Scaling = inputs.PLAIN,
    untrained: Callable[[], nn.Module] | None = None,
) -> Responses:
    """Return what the kernels of a model respond to; the parameters are those of `look`."""
    if not isinstance(model, nn.Module):
        refuse("images", f"images beside {quoted(model)}", "a torch.nn.Module, whose responses to them are computed")
    title, model = type(model).__name__, recorded.unwrapped(model)
    if isinstance(images, str | Path):
        if labels is not None:
            refuse("labels", "labels beside a folder", "none, as subfolders are the classes")
        seen = inputs.of_folder(images, recorded.first_channels(model), scaling)
    elif scaling != inputs.PLAIN:
        refuse("image_size, mean, std", "settings for files", "none, as arrays are taken as they are")
    else:
        seen = inputs.of_array(images, labels)
    return Responses(probing.probed(model, list(kernels), seen, untrained), kernels, title)


@torch.no_grad()
def grams(model: nn.Module, which: str, names: Sequence[str], images) -> dict[str, np.ndarray]:
    """Return the inner products of the responses to images (n, ...), for each of these layers: (n, n).

    The model is put into evaluation, and back. `which` names it in messages.
    """
    if not isinstance(model, nn.Module):
        refuse(which, quoted(model), "a torch.nn.Module, because images are given")
    model, given = recorded.unwrapped(model), torch.as_tensor(np.asarray(images))
    if len(given) < cka.LEAST:
        refuse("images", f"{len(given)}", f"at least {cka.LEAST}")
    modules, kept = dict(model.named_modules()), {name: [] for name in names}
    chosen = {name: modules[name] for name in names}
    keep = lambda name, output: kept[name].append(output.float().cpu())  # noqa: E731
    with watching.evaluating(model), watching.hooked(chosen, keep):
        for part in given.split(AT_ONCE):
            watching.run(model, part)
    return {name: cka.gram(torch.cat(parts).numpy()) for name, parts in kept.items()}
