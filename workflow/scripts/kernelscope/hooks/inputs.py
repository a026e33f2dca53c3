"""Images as inputs of anybody's model: a folder of files, or arrays that the model takes as they are."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from kernelscope.data import decoding
from kernelscope.data.preprocessing import View, framed
from kernelscope.data.splits import rank
from kernelscope.hooks.image_files import LEAST, listed
from kernelscope.refusal import quoted, reason, refuse

MOST = 500  # images of a folder
LARGEST = 224 * 224  # pixels of an image, unless a size is given
COLORS = {1: "gray", 3: "rgb"}  # channels -> colors


class Inputs(NamedTuple):
    """Inputs of a model.

    images : (n, channels, rows, cols) float32
    labels : (n,) int64, numbers of class_names; None if there are none
    class_names : of the labels
    names : of the files; empty for arrays
    remarks : what was left out, cut or assumed
    """

    images: torch.Tensor
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Scaling(NamedTuple):
    """How the pixels of files become numbers: white is 1 and black 0, then the mean is subtracted, over the std.

    size : rows and cols; None for the median size of the images, but at most LARGEST pixels
    mean, std : for all channels, or for each
    """

    size: tuple[int, int] | None = None
    mean: float | Sequence[float] = 0.0
    std: float | Sequence[float] = 1.0


PLAIN = Scaling()


def of_array(images, labels=None) -> Inputs:
    """Return arrays or tensors as inputs: images (n, channels, rows, cols), and labels (n,) from 0.

    Raises
    ------
    ValueError
        One line, if they have other shapes or numbers.
    """
    try:
        tensor = torch.as_tensor(np.array(images) if not isinstance(images, torch.Tensor) else images).detach().cpu()
    except (TypeError, ValueError) as error:
        refuse("images", quoted(images), "an array (n, channels, rows, cols), or a folder", reason(error)[:80])
    if tensor.ndim != 4 or len(tensor) < LEAST or 0 in tensor.shape or tensor.is_complex():
        refuse("images", f"an array {tuple(tensor.shape)}", f"at least {LEAST} images (n, channels, rows, cols)")
    if not tensor.isfinite().all():
        refuse("images", "numbers that are not finite", "finite numbers")
    if labels is None:
        return Inputs(tensor.float())
    numbers = np.asarray(labels)
    if numbers.shape != (len(tensor),) or numbers.dtype.kind not in "iu" or numbers.min() < 0:
        got = f"an array {numbers.shape} of {numbers.dtype}"
        refuse("labels", got, f"{len(tensor)} whole numbers from 0, one for each image")
    names = tuple(map(str, range(int(numbers.max()) + 1)))
    return Inputs(tensor.float(), numbers.astype(np.int64), names)


def of_folder(folder: str | Path, channels: int, scaling: Scaling = PLAIN, most: int = MOST) -> Inputs:
    """Return the images of a folder as inputs.

    Parameters
    ----------
    folder : path
        With a subfolder for each class, in the order of the outputs of the model (class2 before class10); or images
        alone, without labels.
    channels : int
        Of the first layer: 1 for gray, 3 for red, green and blue.
    scaling : Scaling
    most : int
        Images of the folder, chosen at random by their names.

    Raises
    ------
    ValueError
        One line, if there are too few images, a file is damaged, or the model takes other channels.
    """
    if channels not in COLORS:
        refuse("images", f"a folder for a model of {channels} channels", "an array (n, channels, rows, cols)")
    files, labels, classes, ignored = listed(Path(folder))
    order = sorted(range(len(files)), key=lambda i: rank(files[i], 0))[:most]
    pictures = [decoded(Path(folder), files[i]) for i in order]
    rows, cols = scaling.size or size(np.array([picture.size[::-1] for picture in pictures]))
    sides = {"image_size": (rows, cols), "resize": "crop", "colors": COLORS[channels]}
    view = View(**sides, background="white", invert=False, normalize="none")
    pixels = np.stack([framed(picture, view) for picture in pictures]).astype(np.float32) / 65535
    pixels = pixels[:, None] if channels == 1 else pixels.transpose(0, 3, 1, 2)
    remarks = [f"cut: {most} of {len(files)} images, chosen at random"] * (len(files) > most)
    remarks += [f"left out: {len(ignored)} files of {folder}, such as {ignored[0]}"] if ignored else []
    remarks += [f"assumed: images of {rows} x {cols} pixels"] * (scaling.size is None)
    images = torch.from_numpy(standardized(pixels, scaling))
    known = np.array([labels[i] for i in order], np.int64) if labels else None
    return Inputs(images, known, tuple(classes), tuple(files[i] for i in order), tuple(remarks))


def standardized(pixels: np.ndarray, scaling: Scaling) -> np.ndarray:
    """Return images (n, channels, rows, cols) minus the mean, over the std."""
    channels = pixels.shape[1]
    mean, std = (np.asarray(of, np.float32).reshape(-1, 1, 1) for of in (scaling.mean, scaling.std))
    if any(len(of) not in (1, channels) for of in (mean, std)) or not (np.isfinite(mean).all() and (std > 0).all()):
        refuse("mean, std", f"{scaling.mean} and {scaling.std}", f"a number, or {channels} numbers; std above 0")
    return np.ascontiguousarray((pixels - mean) / std)


def decoded(folder: Path, name: str):
    """Return the image in a file; ValueError in one line if it is damaged."""
    try:
        return decoding.decoded((folder / name).read_bytes()).image
    except decoding.NotAnImageError as error:
        refuse(str(folder / name), str(error), "a readable image")
    except OSError as error:
        refuse(str(folder / name), f"a file that cannot be read ({reason(error)})", "a readable image")


def size(sizes: np.ndarray) -> tuple[int, int]:
    """Return the median rows and cols of images, reduced to at most LARGEST pixels."""
    rows, cols = np.median(sizes, 0)
    share = min(1.0, math.sqrt(LARGEST / (rows * cols)))
    return max(1, round(rows * share)), max(1, round(cols * share))
