"""The animation of README: a short, small film that begins and ends as the movie does."""

import numpy as np
import pytest
from PIL import Image
from projects import ROOT

from documents import animation


@pytest.fixture
def movie(tmp_path):
    """Write a movie of 50 frames, each lighter than the one before."""
    frames = [Image.new("RGB", (1280, 720), (4 * i, 4 * i, 4 * i)) for i in range(50)]
    frames[0].save(tmp_path / "movie.gif", save_all=True, append_images=frames[1:], duration=100)
    return tmp_path / "movie.gif"


def lightness(path):
    with Image.open(path) as film:
        for number in range(film.n_frames):
            film.seek(number)
            yield float(np.asarray(film.convert("L")).mean()), film.size


def test_the_frames_are_evenly_spaced_from_the_first_to_the_last_and_smaller(movie, tmp_path):
    animation.write(movie, tmp_path / "film.webp")
    found, sizes = zip(*lightness(tmp_path / "film.webp"), strict=True)
    assert len(found) == animation.FRAMES
    assert set(sizes) == {animation.SIZE}
    assert found[0] == pytest.approx(0, abs=3) and found[-1] == pytest.approx(4 * 49, abs=3)
    assert np.diff(found) == pytest.approx(4 * 49 / (animation.FRAMES - 1), abs=4)


def test_the_film_of_the_readme_is_small_and_moves():
    path = ROOT / "docs/kernels.webp"
    assert path.stat().st_size < 500_000
    with Image.open(path) as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (animation.FRAMES, animation.SIZE, 0)
