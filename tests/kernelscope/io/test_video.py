import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from kernelscope.figures import colormaps, drawing
from kernelscope.io import video


def clip(n=6, height=48, width=64):
    """Return a bright square that moves to the right, on a background that differs from frame to frame."""
    frames = []
    for i in range(n):
        frame = np.full((height, width, 3), 30 + 5 * i, np.uint8)
        frame[8:24, 6 * i : 6 * i + 12] = (220, 60, 40)
        frames.append(frame)
    return frames


def decoded(path):
    """Return what ffmpeg reports about the video, (width, height), and its frames."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-i",
        path,
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-fps_mode",
        "passthrough",
        "-",
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    about = next(line for line in done.stderr.decode().splitlines() if "Video:" in line)
    width, height = map(int, re.search(r" (\d+)x(\d+)[, ]", about).groups())
    return about, (width, height), np.frombuffer(done.stdout, np.uint8).reshape(-1, height, width, 3)


@pytest.mark.parametrize("rate", [8, 0.5, 23.5])
def test_an_mp4_holds_every_frame_at_its_size_and_rate(tmp_path, rate):
    video.write_mp4(tmp_path / "a.mp4", iter(clip()), rate)
    about, size, frames = decoded(tmp_path / "a.mp4")
    assert size == (64, 48)
    assert frames.shape == (6, 48, 64, 3)
    assert "h264" in about
    assert "yuv420p" in about
    assert float(re.search(r"([0-9.]+) fps", about).group(1)) == rate


def test_an_mp4_shows_what_went_in(tmp_path):
    video.write_mp4(tmp_path / "a.mp4", clip(), 8)
    _, _, frames = decoded(tmp_path / "a.mp4")
    for before, after in zip(clip(), frames, strict=True):
        assert np.abs(before.astype(int) - after.astype(int)).mean() < 6  # half the color resolution blurs edges
        np.testing.assert_allclose(after[40:, :].mean((0, 1)), before[40:, :].mean((0, 1)), atol=4)


def test_sizes_that_are_no_multiple_of_16_stay_as_they_are(tmp_path):
    video.write_mp4(tmp_path / "a.mp4", clip(3, 50, 70), 8)
    assert decoded(tmp_path / "a.mp4")[1] == (70, 50)


def test_an_mp4_has_the_colors_of_bt709_and_the_sign_of_a_weight_survives(tmp_path):
    """Every weight is a square of 4 x 4 pixels on even edges: red stays red and blue stays blue, in its middle."""
    values = np.random.default_rng(0).choice([-0.3, 0.3], (18, 32))
    frame = drawing.enlarged(colormaps.signed(values, 1.0, "RdBu_r"), 4)
    video.write_mp4(tmp_path / "a.mp4", [frame] * 3, 8)
    about, _, frames = decoded(tmp_path / "a.mp4")
    assert "yuv420p(tv, bt709, progressive)" in about
    for after in frames:
        middle = after.reshape(18, 4, 32, 4, 3)[:, 1:3, :, 1:3].mean((1, 3))
        assert (np.sign(middle[..., 0] - middle[..., 2]) == np.sign(values)).all()
        expected = frame.reshape(18, 4, 32, 4, 3)[:, 1:3, :, 1:3].mean((1, 3))
        assert np.abs(middle - expected).mean() < 8


@pytest.mark.parametrize("status", [1, 187])
def test_a_failure_of_ffmpeg_is_an_error_with_its_reason(tmp_path, monkeypatch, status):
    broken = tmp_path / "ffmpeg"
    broken.write_text(f"#!/bin/sh\ncat > /dev/null\necho no space left >&2\nexit {status}\n")
    broken.chmod(0o755)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: str(broken))
    with pytest.raises(OSError, match=f"exit status {status}.*no space left"):
        video.write_mp4(tmp_path / "a.mp4", clip(), 8)


def test_a_movie_with_too_few_frames_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(video, "frames_in", lambda path: 5)
    with pytest.raises(OSError, match=r"a\.mp4: got 5 frames from ffmpeg, expected 6"):
        video.write_mp4(tmp_path / "a.mp4", clip(), 8)


def test_frames_are_counted_by_decoding_them(tmp_path):
    video.write_mp4(tmp_path / "a.mp4", clip(7), 8)
    assert video.frames_in(tmp_path / "a.mp4") == 7
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes()[:300])
    assert video.frames_in(tmp_path / "b.mp4") == 0


def test_two_mp4s_of_the_same_frames_are_equal_byte_for_byte(tmp_path):
    video.write_mp4(tmp_path / "a.mp4", clip(), 8)
    video.write_mp4(tmp_path / "other.mp4", clip(), 8)
    content = (tmp_path / "a.mp4").read_bytes()
    assert content == (tmp_path / "other.mp4").read_bytes()
    assert len(content) > 500


def test_an_mp4_can_be_played_before_it_is_wholly_loaded(tmp_path):
    video.write_mp4(tmp_path / "a.mp4", clip(), 8)
    content = (tmp_path / "a.mp4").read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def noise(n=4):
    """Return frames that do not compress."""
    rng = np.random.default_rng(0)
    return list(rng.integers(0, 256, (n, 48, 64, 3), dtype=np.uint8))


def size_of(path, crf):
    video.write_mp4(path, noise(), 8, crf)
    return path.stat().st_size


def test_a_small_mp4_is_only_as_coarse_as_it_must_be(tmp_path):
    sizes = [size_of(tmp_path / "a.mp4", crf) for crf in video.COARSER]
    assert sizes == sorted(sizes, reverse=True)
    for largest, expected in ((sizes[0], sizes[0]), (sizes[0] - 1, sizes[1]), (sizes[2], sizes[2]), (1, sizes[-1])):
        assert len(video.small_mp4(tmp_path / "b.mp4", noise(), 8, largest)) == expected
    assert size_of(tmp_path / "a.mp4", video.CRF) > sizes[0]


def test_a_small_mp4_holds_every_frame_and_leaves_no_file(tmp_path):
    (tmp_path / "a.mp4").write_bytes(video.small_mp4(tmp_path / "scratch.mp4", clip(), 8, 10**6))
    assert decoded(tmp_path / "a.mp4")[2].shape == (6, 48, 64, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_small_mp4_that_fails_leaves_no_file(tmp_path, monkeypatch):
    def failing(path, *_):
        path.write_bytes(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(video, "write_mp4", failing)
    with pytest.raises(OSError, match="no space left"):
        video.small_mp4(tmp_path / "scratch.mp4", clip(), 8, 10**6)
    assert list(tmp_path.iterdir()) == []


def gif(path):
    with Image.open(path) as image:
        frames, durations = [], []
        for i in range(image.n_frames):
            image.seek(i)
            durations.append(image.info["duration"])
            frames.append(np.asarray(image.convert("RGB")))
        return image.size, image.info.get("loop"), durations, frames


def test_a_gif_holds_every_frame_its_durations_and_size_and_loops_for_ever(tmp_path):
    video.write_gif(tmp_path / "a.gif", clip(), 10, 1.5, 3.0)
    size, loop, durations, frames = gif(tmp_path / "a.gif")
    assert size == (64, 48)
    assert loop == 0
    assert len(frames) == 6
    assert durations == [1500, 100, 100, 100, 100, 3000]


def test_a_gif_of_few_colors_shows_them_nearly_as_they_are(tmp_path):
    video.write_gif(tmp_path / "a.gif", clip(), 10, 1, 1)
    for before, after in zip(clip(), gif(tmp_path / "a.gif")[3], strict=True):
        assert np.abs(before.astype(int) - after.astype(int)).max() <= 8


def test_two_gifs_of_the_same_frames_are_equal_byte_for_byte(tmp_path):
    video.write_gif(tmp_path / "a.gif", clip(), 8, 1, 2)
    video.write_gif(tmp_path / "b.gif", clip(), 8, 1, 2)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_gif_of_few_frames_holds_them(tmp_path, n):
    video.write_gif(tmp_path / "a.gif", clip(n), 10, 1, 2)
    _, _, durations, frames = gif(tmp_path / "a.gif")
    assert len(frames) == n
    assert durations == {1: [2000], 2: [1000, 2000], 3: [1000, 100, 2000]}[n]


@pytest.mark.parametrize("rate", [0.5, 5, 20, 50])
def test_a_gif_goes_as_fast_as_the_mp4(tmp_path, rate):
    video.write_gif(tmp_path / "a.gif", clip(), rate, 1, 1)
    assert set(gif(tmp_path / "a.gif")[2][1:-1]) == {round(1000 / rate)}


def test_a_gif_at_the_highest_rate_is_not_below_what_browsers_take(tmp_path):
    video.write_gif(tmp_path / "a.gif", clip(), 60, 1, 1)
    assert min(gif(tmp_path / "a.gif")[2]) >= 20


def test_a_gif_that_would_be_too_large_has_fewer_frames_and_lasts_as_long(tmp_path):
    rng = np.random.default_rng(0)
    frames = list(rng.integers(0, 256, (9, 48, 64, 3), dtype=np.uint8))
    video.write_gif(tmp_path / "a.gif", frames, 10, 1.0, 2.0)
    size = (tmp_path / "a.gif").stat().st_size
    video.write_gif(tmp_path / "b.gif", frames, 10, 1.0, 2.0, size - 1)
    _, _, durations, drawn = gif(tmp_path / "b.gif")
    assert (tmp_path / "b.gif").stat().st_size < size
    assert len(drawn) == 5
    assert durations == [1000, 200, 200, 200, 2000]


def test_a_large_gif_first_becomes_smaller(tmp_path):
    rng = np.random.default_rng(0)
    frames = list(rng.integers(0, 256, (5, 48, 64, 3), dtype=np.uint8).repeat(10, 1).repeat(10, 2))
    video.write_gif(tmp_path / "a.gif", frames, 10, 1.0, 2.0, 200_000)
    size, _, _, drawn = gif(tmp_path / "a.gif")
    assert size == (320, 240)
    assert len(drawn) == 5
