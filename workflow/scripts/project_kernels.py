"""Carry the kernels of every conv layer of a run back to pixels: projected, and the image that each answers to most."""

import numpy as np
import torch

from kernelscope.data import controls
from kernelscope.data.image_file import SOME, ImageFile
from kernelscope.data.patches import framed, random_patches
from kernelscope.io import array_files, cli
from kernelscope.probes.activation_maximization import gains, maximised
from kernelscope.probes.projection import projected

PATCHES = 4000  # of the training images, which the maximised images are held against


def project_kernels(spec: dict, images: str, snapshots: str, pixels: str) -> None:
    """spec: {"dataset", "arch", "seed", "layers", "control"}.

    Writes `linear/<layer>`, `rectified/<layer>`, `maximised/<layer>`, (out, channels, field, field) each, the last as
    strong as the training images, and `gain/<layer>` (out,), its response over the largest to one of their patches.
    """
    torch.set_num_threads(1)
    arrays, layers = array_files.read_npz(snapshots), spec["layers"]
    shown = controls.images_of(spec["control"], ImageFile(images).images["train"], "train")[:SOME]
    weights = {name.removeprefix("last/"): value for name, value in arrays.items() if name.startswith("last/")}
    strength = float(np.sqrt(np.square(shown / np.float32(255)).mean(dtype=np.float64)))
    best = maximised(layers, weights, strength, seed=spec["seed"])
    patches = {
        name: random_patches(framed(shown, one.shape[-1]), one.shape[-1], PATCHES, spec["seed"]).reshape(
            -1, *one.shape[1:]
        )
        for name, one in best.items()
    }
    pictures = {
        "linear": projected(layers, weights),
        "rectified": projected(layers, weights, rectified=True),
        "maximised": best,
        "gain": gains(layers, weights, best, patches),
    }
    array_files.write_npz(
        pixels, {f"{kind}/{name}": array for kind, banks in pictures.items() for name, array in banks.items()}
    )


if __name__ == "__main__":
    cli.run(project_kernels, __doc__)
