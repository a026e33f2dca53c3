"""The notes about the page itself: what it does not hold, and what is rounded on it."""

from collections.abc import Iterator

from kernelscope.io.notes import Note, beyond
from kernelscope.page import run_payload


def of_page(spec: dict, numbers: int, scrambled: list[str]) -> Iterator[Note]:
    """Yield the notes that follow from the spec of the page.

    Parameters
    ----------
    spec : of the page
    numbers : weights x snapshots of all runs on the page
    scrambled : architectures that saw scrambled images
    """
    count = lambda seeds: len(spec["datasets"]) * sum(map(len, seeds.values()))  # noqa: E731
    shown = count(spec["shown"])
    yield beyond("runs", count(spec["seeds"]), shown, "not on the page")
    rounded = "on the page, weights between the first and last snapshot are rounded"
    yield Note("converted", "runs", shown, shown, f"{rounded}, by at most 1/{run_payload.BYTE} of the layer's largest")
    if numbers > run_payload.MOST_NUMBERS:
        yield Note("cut", "runs", shown, shown, "deeper layers are on the page at the first and last snapshot only")
    text = f"their images are not on the page, as they are scrambled: {', '.join(scrambled)}"
    yield Note("left_out", "networks", len(scrambled), len(spec["architectures"]), text)
    is_tuned = not spec.keys() & {"pretrained", "unlabeled"}
    kernels = {
        arch: [layer["kernels"] for layer in own["layers"] if layer["kind"] == "conv"] if is_tuned else []
        for arch, own in spec["architectures"].items()
    }
    wide = [arch for arch, of in kernels.items() if len(of) > 1 and sum(of) > run_payload.MOST_TUNED]
    yield Note("cut", "networks", len(wide), len(kernels), f"tuning of the first layer only: {', '.join(wide)}")
