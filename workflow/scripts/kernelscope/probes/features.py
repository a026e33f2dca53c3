"""Which features of the waveforms each kernel answers to, by the truth about every image.

A response at a feature says little: a kernel answers to any line. So it is compared with the responses at chance
places on the same line of the same image. Where in its window a kernel holds the feature is found on one set of
images (the offset of the largest difference), and the difference is measured on another.
"""

import numpy as np

from kernelscope.models.layer_lists import Field
from kernelscope.probes.feature_offsets import FEWEST_IMAGES, Cells, Sample, best_steps, cells_of
from kernelscope.stats import contrast, pvalues

COLUMNS = (
    *("layer", "kernel", "class", "feature", "images", "offset_row", "offset_col", "response", "chance"),
    *("difference", "low", "high", "standardised", "p", "p_corrected"),
)


def table(layer: str, selection: Sample, evaluation: Sample, field: Field, draws=999, seed=0) -> list[dict]:
    """A row per kernel and kind of feature, as in COLUMNS; the kinds are those of the evaluation sample.

    field: the windows that the responses see.
    offset_row and offset_col: where in the window the feature lies, pixels from its middle, as chosen on `selection`.
    response and chance: means over features, and over features of the mean at the chance places of their image.
    difference: of the two, with a 95 % bootstrap interval over images (low, high).
    p: one-sided, the feature against the chance places of its image, exchanged (`contrast.tail`); p_corrected: after
    Benjamini and Hochberg (1995) over kernels and kinds of the layer. A p says what the places of the features in
    these images could do by chance; kernels share the places, so their p are not independent.
    standardised: how far the response is above the level of the kernel, its mean at chance over all kinds, in standard
    deviations within images. `difference` has another level for each kind, low where the offset leads off the line.
    Empty where fewer than 10 images are left, and for a kernel whose responses are not finite; a dead kernel has
    difference 0 and p 1.
    """
    kinds = evaluation.marks.kinds
    finite = np.isfinite(evaluation.responses).all((0, 2, 3)) & np.isfinite(selection.responses).all((0, 2, 3))
    steps = best_steps(_finite(selection, finite), kinds, field)
    sample = _finite(evaluation, finite)
    cells, maps = cells_of(sample, field), np.ascontiguousarray(sample.responses.transpose(0, 2, 3, 1))
    found = [contrast.measured(*compared(maps, cells, kind, steps[kind]), draws, seed) for kind in range(len(kinds))]
    if not found:
        return []
    return rows_of(
        layer, kinds, {key: np.stack([f[key] for f in found]) for key in found[0]}, -steps * field.jump, finite
    )


def rows_of(layer: str, kinds: list, columns: dict, offsets: np.ndarray, finite: np.ndarray) -> list[dict]:
    """Statistics (kinds, out) and offsets (kinds, out, 2) as rows, kernel by kernel."""
    images = np.where(finite, columns.pop("images"), 0)
    known = images >= FEWEST_IMAGES
    spread = np.sqrt(_mean(columns.pop("variance"), known))
    above = columns["response"] - _mean(columns["chance"], known)
    columns["standardised"] = np.divide(above, spread, out=np.zeros(above.shape), where=known & (spread > 0))
    columns["p_corrected"] = np.full(known.shape, np.nan)
    if known.any():
        columns["p_corrected"][known] = pvalues.corrected(columns["p"][known])
    rows = []
    for kernel in range(len(finite)):
        for kind, (class_name, feature) in enumerate(kinds):
            at = (kind, kernel)
            row = {"layer": layer, "kernel": kernel, "class": class_name, "feature": feature, "images": int(images[at])}
            row |= dict(zip(("offset_row", "offset_col"), offsets[at].tolist(), strict=True))
            row |= {key: float(values[at]) for key, values in columns.items()}
            rows.append({key: row[key] if known[at] or key in COLUMNS[:5] else None for key in COLUMNS})
    return rows


def _mean(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The mean over the known of the kinds, (kinds, out) -> (out,); 0 where none is known."""
    return np.where(known, values, 0).sum(0) / np.maximum(known.sum(0), 1)


def compared(maps: np.ndarray, cells: Cells, kind: int, step: np.ndarray) -> tuple[np.ndarray, ...]:
    """What is compared for one kind: responses at its features and at chance, each kernel at its own step (out, 2).

    Returns (x, inside, image, reference, places): at the features (n, out) and whether they count, their image as a
    number 0 to i - 1; at chance places (i, m, out) and whether they count, which a cell of the feature itself does not.
    """
    of_kind = cells.kind == kind
    images, image = np.unique(cells.image[of_kind], return_inverse=True)
    cell, chance = cells.cell[of_kind], cells.chance[images]
    known = cells.known[images].copy()
    for i, here in zip(image, cell, strict=True):
        known[i] &= (chance[i] != here).any(-1)
    x, inside = _of_each(maps, images[image], cell, step)
    reference, places = _of_each(maps, images[:, None], chance, step)
    return x, inside, image, reference, places & known[..., None]


def _of_each(maps: np.ndarray, image: np.ndarray, cell: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Responses of maps (n, h, w, out) at cells (..., 2), each kernel a step (out, 2) further, and whether they exist.

    Both (..., out).
    """
    _, h, w, out = maps.shape
    row, col = cell[..., :1] + step[:, 0], cell[..., 1:] + step[:, 1]
    inside = (row >= 0) & (row < h) & (col >= 0) & (col < w)
    here = ((image * h + cell[..., 0]) * w + cell[..., 1]) * out
    index = here[..., None] + (step @ (w, 1)) * out + np.arange(out)
    return maps.reshape(-1)[np.where(inside, index, 0)].astype(float), inside


def _finite(sample: Sample, finite: np.ndarray) -> Sample:
    """The sample with zeros for the responses of kernels that are not `finite` (out,)."""
    if finite.all():
        return sample
    return sample._replace(responses=np.where(finite[:, None, None], sample.responses, 0))
