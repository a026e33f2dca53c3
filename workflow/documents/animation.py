"""Write docs/kernels.webp, the kernels of a network while it learns, from the movie of a run: `make figures`."""

import sys
from pathlib import Path

from PIL import Image, ImageSequence

PART = (0, 0, 1190, 480)  # the kernels and the step, without the curves below them
SIZE = (714, 288)  # pixels
FRAMES = 24
EACH, LAST = 150, 2500  # milliseconds


def animation(movie: Path) -> list[Image.Image]:
    """Return evenly spaced frames of a movie in GIF format, the first and the last included, cut and smaller."""
    with Image.open(movie) as whole:
        last = whole.n_frames - 1
        wanted = {round(i * last / (FRAMES - 1)) for i in range(FRAMES)}
        frames = [frame.convert("RGB") for i, frame in enumerate(ImageSequence.Iterator(whole)) if i in wanted]
    return [frame.crop(PART).resize(SIZE, Image.Resampling.LANCZOS) for frame in frames]


def write(movie: Path, path: Path) -> None:
    """Write the animation as WebP, which starts again after a longer look at the last frame."""
    first, *others = animation(movie)
    times = [EACH] * len(others) + [LAST]
    first.save(path, save_all=True, append_images=others, duration=times, loop=0, quality=70, method=6)


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:3]))
