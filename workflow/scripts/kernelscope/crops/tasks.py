"""What networks had to tell about crops, and what their kernels can and cannot show, in words for findings."""

from kernelscope.crops.listing import FOLDER, IMAGE, ROTATION, TABLE

SAME_IMAGES = "Test crops come from other parts of the same images, so test accuracy says nothing about other images."
SENTENCES = {
    IMAGE: (
        "The task was to tell from which of {images} images a crop comes; training drew fresh crops at every step.",
        "Kernels show which patterns tell these images apart, not what labels of other images would need.",
        SAME_IMAGES,
    ),
    ROTATION: (
        "The task was to tell whether a crop is rotated by 0, 90, 180 or 270 degrees, which needs no labels; "
        "training drew fresh crops of {images} images at every step.",
        "Kernels show which patterns reveal what is up, such as light from above; where nothing is up, as under a "
        "microscope, accuracy stays near 25 % and kernels show little. They do not show what tells classes apart.",
        SAME_IMAGES,
    ),
    FOLDER: (
        "The task was to tell of which class the image of a crop is; training drew fresh crops of {images} images at "
        "every step.",
        SAME_IMAGES,
    ),
}
SENTENCES[TABLE] = SENTENCES[FOLDER]


def sentences(found: dict) -> list[str]:
    """Return what the task was, and what it can show; [] for a dataset that is not of crops.

    found : the content of inferred.json
    """
    if "large_images" not in found:
        return []
    return [" ".join(SENTENCES[found["labels"]]).format(images=found["large_images"])]
