"""Choose the settings of an experiment for a folder of images, and say why: image size, kernel size, network, seeds."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from kernelscope.api import settings_file
from kernelscope.data import folder_content, folder_listing
from kernelscope.data.splits import rank
from kernelscope.refusal import listed, refuse

NETWORKS = ("templates", "stacked", "cnnkernels")
KERNEL = 15 / 64  # of the shorter side, as in the default experiment
SMALLEST, LARGEST = 5, 15  # pixels
SEEDS, MOST_SEEDS = 6, 1000
FEW = 50  # images of a class, below which there is a warning
UNEVEN = 3  # times as many images in the largest class as in the smallest
HELD_OUT = 0.2  # share of the images


class Choice(NamedTuple):
    """The config of an experiment, what was chosen and why, and warnings."""

    config: dict
    reasons: list[str]
    warnings: list[str]


def choose(folder: Path, network: str = "templates", seeds: int = SEEDS) -> Choice:
    """Return the settings for the images in the class folders of a folder.

    Raises
    ------
    ValueError
        If the folder has fewer than two classes, or no readable image.
    """
    found = folder_listing.listing(str(folder))
    counts = Counter(entry.label for entry in found.entries)
    size, median = sizes(folder, found)
    kernel = kernel_size(min(size))
    name = settings_file.short_name(folder)
    config = {
        "pathvars": {"results": f"results/{name}"},
        "experiment": {"datasets": [name], "architectures": [network], "seeds": list(range(seeds))},
        "datasets": {name: {"source": "folder", "folder": str(folder.resolve()), "image_size": list(size)}},
        "architectures": {network: {"kernel_size": kernel}},
    }
    reasons = [
        f"classes     {len(counts)} with {sum(counts.values())} images: {of_classes(counts)}",
        f"image size  {size[0]} x {size[1]}: {why_size(size, median)}",
        f"kernels     {kernel} x {kernel}: about a quarter of the shorter side, from {SMALLEST} to {LARGEST}",
        f"network     {network}: {WHY[network]}",
        f"seeds       {seeds}: {why_seeds(seeds)}",
        f"test images {HELD_OUT:.0%} of each class, which no network is trained on",
    ]
    return Choice(config, reasons, list(warnings(counts)))


WHY = {
    "templates": "only the largest response of each kernel counts, so kernels become templates that can be read",
    "stacked": "three conv layers, as for photographs; deeper kernels are harder to read",
    "cnnkernels": "the network of CNNKernels",
}


def sizes(folder: Path, found: folder_listing.Listing) -> tuple[tuple[int, int], tuple[float, float]]:
    """Return the chosen size (rows, cols), and the size of a typical image."""
    files = sorted((entry.file for entry in found.entries), key=lambda file: rank(file, 0))[: folder_content.SAMPLE]
    sizes = [size for file in files if (size := size_of(folder / file))]
    if not sizes:
        refuse(str(folder), "no readable image among the first", "images")
    middle = sorted(sizes)[len(sizes) // 2]
    return folder_content.usual_size(sizes), middle


def size_of(path: Path) -> tuple[int, int] | None:
    """Return rows and cols of an image; None if it cannot be read, which the experiment reports."""
    try:
        with Image.open(path) as image:
            return image.height, image.width
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def kernel_size(side: int) -> int:
    """Return the size of kernels for images with this shorter side: odd, and no larger than the images."""
    nearest = 2 * round((KERNEL * side - 1) / 2) + 1
    fitting = side if side % 2 else side - 1
    return max(1, min(max(nearest, SMALLEST), LARGEST, fitting))


def why_size(size: tuple[int, int], median: tuple[float, float]) -> str:
    """Return why images have this size."""
    if size == tuple(median):
        return "as a typical image"
    return f"as many pixels as 80 x 80, with the proportions of a typical image ({median[0]} x {median[1]})"


def why_seeds(seeds: int) -> str:
    """Return what this number of seeds can show."""
    if seeds == 1:
        return "nothing can be said about what seeds share"
    return f"if all of them agree, p is at least {2 / 2**seeds:.2g}"


def warnings(counts: Counter) -> list[str]:
    """Return what makes results doubtful."""
    few = [f"{name} ({count})" for name, count in counts.items() if count < FEW]
    found = []
    if few:
        words = f"fewer than {FEW} images: {listed(few)}; networks may learn them by heart, so expect no evidence"
        found.append(f"{words}; more images help, more seeds do not")
    most, least = max(counts.values()), min(counts.values())
    if most >= UNEVEN * least:
        commonest = most / sum(counts.values())
        found.append(f"uneven classes: always answering {counts.most_common(1)[0][0]} is right in {commonest:.0%}")
    return found


def of_classes(counts: Counter) -> str:
    """Return the classes with their numbers of images."""
    return listed(f"{name} {count}" for name, count in counts.items())
