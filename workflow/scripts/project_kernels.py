"""Project the kernels of every conv layer of a run to pixels, and maximize each kernel's activation."""

import numpy as np
import torch

from kernelscope.data import controls
from kernelscope.data.image_file import SOME, ImageFile
from kernelscope.data.patches import framed, random_patches
from kernelscope.io import array_files, cli, notes
from kernelscope.io.notes import beyond
from kernelscope.probes.activation_maximization import gains, maximized
from kernelscope.probes.projection import projected

PATCHES = 4000  # patches of training images that the maximizing images are compared with


def project_kernels(spec: dict, images: str, snapshots: str, pixels: str) -> None:
    """Read images and the weights of a run; write each kernel's projections and maximizing image.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "layers", "control"}
    images, snapshots : images.npz and snapshots.npz
    pixels : pixels.npz, to write: `linear/<layer>`, `rectified/<layer>` and `maximized/<layer>`, (out, channels, field,
        field) each, the last with the root mean square of the training images; and `gain/<layer>` (out,), the response
        to it divided by the largest response to a patch of a training image
    """
    torch.set_num_threads(1)
    arrays, layers = array_files.read_npz(snapshots), spec["layers"]
    train = ImageFile(images).images["train"]
    notes.keep([beyond("training images", len(train), SOME, "no patches are taken from them")])
    train_images = controls.images_of(spec["control"], train, "train")[:SOME]
    weights = {name.removeprefix("last/"): value for name, value in arrays.items() if name.startswith("last/")}
    strength = float(np.sqrt(np.square(train_images / np.float32(255)).mean(dtype=np.float64)))
    best = maximized(layers, weights, strength, seed=spec["seed"])
    patches = {}
    for name, bank in best.items():
        side = bank.shape[-1]
        drawn = random_patches(framed(train_images, side), side, PATCHES, spec["seed"])
        patches[name] = drawn.reshape(-1, *bank.shape[1:])
    in_pixels = {"linear": projected(layers, weights), "rectified": projected(layers, weights, rectified=True)}
    in_pixels |= {"maximized": best, "gain": gains(layers, weights, best, patches)}
    arrays = {f"{kind}/{name}": array for kind, banks in in_pixels.items() for name, array in banks.items()}
    array_files.write_npz(pixels, arrays)


if __name__ == "__main__":
    cli.run(project_kernels, __doc__)
