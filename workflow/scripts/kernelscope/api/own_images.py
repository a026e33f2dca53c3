"""Choose the settings of an experiment for a folder of images, and say why: image size, kernel size, network, seeds."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from kernelscope.api import settings_file
from kernelscope.data import decoding, folder_content, folder_listing, planes
from kernelscope.data.decoding import DecodedImage
from kernelscope.refusal import listed, refuse

NETWORKS = ("templates", "stacked", "cnnkernels")
KERNEL = 15 / 64  # of the shorter side, as in the default experiment
SMALLEST, LARGEST = 5, 15  # pixels
SEEDS, MOST_SEEDS = 6, 1000
FEW = 50  # images of a class, below which there is a warning
UNEVEN = 3  # times as many images in the largest class as in the smallest
HELD_OUT = 0.2  # share of the images
PAGES = planes.LARGEST  # what a stack becomes


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
    images = decoded(folder, found)
    size, median = sizes(images)
    deepest = max(image.pages for image in images)
    kernel = kernel_size(min(size))
    name = settings_file.short_name(folder)
    stacks = {"pages": PAGES} if any(image.is_stack for image in images) else {}
    config = {
        "pathvars": {"results": f"results/{name}"},
        "experiment": {"datasets": [name], "architectures": [network], "seeds": list(range(seeds))},
        "datasets": {name: {"source": "folder", "folder": str(folder.resolve()), "image_size": list(size)} | stacks},
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
    if stacks:
        reasons.append(f"stacks      of up to {deepest} pages: the largest level of each pixel (pages: {PAGES})")
    return Choice(config, reasons, list(warnings(counts)))


WHY = {
    "templates": "only the largest response of each kernel counts, so kernels become templates that can be read",
    "stacked": "three conv layers, as for photographs; deeper kernels are harder to read",
    "cnnkernels": "the network of CNNKernels",
}


class Seen(NamedTuple):
    """Rows and cols of an image, how many pages its file has, and whether `pages` has to choose among them."""

    size: tuple[int, int]
    pages: int
    is_stack: bool


def decoded(folder: Path, found: folder_listing.Listing) -> list[Seen]:
    """Return what is in some of the files, without those that cannot be read, which the experiment reports."""
    images = [image for file in folder_content.sample(found, seed=0) if (image := seen(folder / file))]
    if not images:
        refuse(str(folder), "no readable image among the first", "images")
    return images


def seen(path: Path) -> Seen | None:
    """Return what is in a file; None if it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if image := read(data, planes.WHOLE):
        return Seen(image.size, image.pages, is_stack=False)
    image = read(data, planes.WHOLE._replace(pages=PAGES))
    return image and Seen(image.size, image.pages, is_stack=True)


def read(data: bytes, choice: planes.Choice) -> DecodedImage | None:
    try:
        return decoding.decoded(data, least=1, choice=choice)
    except planes.NotAnImageError:
        return None


def sizes(images: list[Seen]) -> tuple[tuple[int, int], tuple[float, float]]:
    """Return the chosen size (rows, cols), and the size of a typical image."""
    found = sorted(image.size for image in images)
    return folder_content.usual_size(found), found[len(found) // 2]


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
