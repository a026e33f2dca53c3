"""Faults around a workflow: one clear line each; other runs continue, and half-made files never count as complete."""

import json
import os
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from projects import SMOKE, Project, contents
from tiers import THOROUGH, rows

from kernelscope.io import notes

TINY = """
pathvars: {results: results/tiny}
experiment: {architectures: [templates], seeds: [0]}
datasets: {waveforms: {train_images: 60, test_images: 20, image_size: [24, 24], inside_frame: false}}
architectures: {templates: {kernels: 3, kernel_size: 7}, small: {network: templates, kernels: 2, kernel_size: 5}}
training: {epochs: 2, snapshots: 4, batch_size: 20}
comparison: {n_resamples: 20}
"""
RUN = "results/smoke/runs/waveforms/templates/seed0"


def snakemake(folder: Path, *arguments: str, before: str = "") -> subprocess.CompletedProcess:
    """Run Snakemake in a shell after the commands `before`, in a separate mount namespace if they mount something."""
    command = ["bash", "-c", f'{before} exec "$0" "$@"', sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    command = ["unshare", "--mount", *command] if "mount" in before else command
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def logs(folder: Path) -> list[str]:
    """Return all lines in the logs of jobs except progress and notes."""
    lines = [line for path in folder.glob("results/*/logs/**/*.log") for line in path.read_text().splitlines()]
    noted = tuple(f"{kind.replace('_', ' ')}: " for kind in notes.KINDS)
    return [line for line in lines if not line.startswith(("epoch ", *noted))]


def half_written(folder: Path) -> list[Path]:
    return list((folder / "results").rglob(".*.part*"))


def can_mount() -> bool:
    trial = ["unshare", "--mount", "bash", "-c", "mount -t tmpfs tmpfs /mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(trial, capture_output=True, check=False).returncode == 0
    )


mounting = pytest.mark.skipif(not can_mount(), reason="only a user who may mount can make a small or read-only disk")


@THOROUGH
def test_a_file_that_grows_too_large_fails_alone(project):
    """Limit files to 100 blocks of 1024 bytes: the movies are larger, the montage is not."""
    for name in ("montage.png", "movie.mp4", "movie.gif"):
        (project.folder / RUN / name).unlink()
    done = snakemake(project.folder, *SMOKE, before="ulimit -f 100;")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert (project.folder / RUN / "montage.png").exists()
    assert not (project.folder / RUN / "movie.gif").exists()
    assert any(line.startswith("make_movie.py: ffmpeg did not write the movie") for line in logs(project.folder))
    assert half_written(project.folder) == []
    assert project.snakemake(*SMOKE).returncode == 0
    assert project.findings() == set()


@THOROUGH
@mounting
def test_a_full_disk_is_named_and_leaves_nothing_half_made(fresh):
    (fresh.folder / "tiny.yaml").write_text(TINY)
    (fresh.folder / "results").mkdir()
    check = f"; find results -name '.*.part*'; {sys.executable} workflow/results.py verify --configfile tiny.yaml"
    done = snakemake(
        fresh.folder,
        *("--configfile", "tiny.yaml"),
        before=f'mount -t tmpfs -o size=300k tmpfs results; "$0" "$@"{check}; exit 1;',
    )
    assert "kernelscope: results/tiny: no space left on the disk" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    reported = [line for line in done.stdout.splitlines() if "  results/tiny" in line]
    assert reported
    assert {line.split()[0] for line in reported} == {"missing"}
    assert ".part" not in done.stdout


@THOROUGH
@mounting
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_results_on_a_read_only_disk_are_refused_before_the_first_job(project, dry):
    (project.folder / "results/smoke/summary.csv").unlink()
    before = "mount --bind results results && mount -o remount,ro,bind results;"
    done = snakemake(project.folder, *SMOKE, *dry, before=before)
    assert done.returncode == 1
    assert "kernelscope: results/smoke: got no permission to write there" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_without_an_encoder_the_movies_fail_and_the_rest_goes_on(project):
    for name in ("montage.png", "movie.mp4"):
        (project.folder / RUN / name).unlink()
    done = project.snakemake(*SMOKE, IMAGEIO_FFMPEG_EXE="/missing/ffmpeg")
    assert done.returncode == 1
    assert (project.folder / RUN / "montage.png").exists()
    assert logs(project.folder) == [
        "make_movie.py: ffmpeg did not write the movie: [Errno 2] No such file or directory: '/missing/ffmpeg'"
    ]


@THOROUGH
def test_a_training_without_enough_memory_fails_alone(fresh):
    wide = "{network: cnnkernels, kernels: 2, kernel_size: 5, widths: [65536, 65536]}"
    both = TINY.replace("[templates]", "[templates, small]")
    (fresh.folder / "tiny.yaml").write_text(both.replace("{network: templates, kernels: 2, kernel_size: 5}", wide))
    done = snakemake(fresh.folder, "kernels", "--configfile", "tiny.yaml", before="ulimit -v 8000000;")
    assert done.returncode == 1
    assert (fresh.folder / "results/tiny/runs/waveforms/templates/seed0/kernels.npz").exists()
    (line,) = logs(fresh.folder)
    assert line.startswith("train_network.py: not enough memory (")


@THOROUGH
def test_two_folders_at_once_share_nothing(fresh, tmp_path):
    (fresh.folder / "tiny.yaml").write_text(TINY)
    other = Path(shutil.copytree(fresh.folder, tmp_path / "other"))
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--cores",
        "1",
        "kernels",
        "results/tiny/summary.csv",
        "--configfile",
        "tiny.yaml",
    ]
    running = [
        subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for folder in (fresh.folder, other)
    ]
    assert [process.wait() for process in running] == [0, 0]
    made = contents(fresh.folder / "results/tiny")
    assert "summary.csv" in made
    assert made == contents(other / "results/tiny")
    for folder in (fresh.folder, other):
        assert {kind for kind, _ in Project(folder).findings(command[-2:])} == {"missing"}  # not requested


DAMAGE = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[: len(content) // 2],
    "one bit flipped": lambda content: flipped(content, len(content) // 2),
    "something else": lambda content: b"\x80\x04K\x01.",  # a pickle
}
READERS = {  # artifact -> a script that reads it, with its inputs and outputs
    "images.npz": ("draw_samples", {"images": "../../../../data/waveforms/images.npz"}, ["samples"]),
    "snapshots.npz": (
        "extract_kernels",
        {"snapshots": "snapshots.npz", "run": "run.json"},
        ["kernels", "table", "decay"],
    ),
    "kernels.npz": ("draw_montage", {"kernels": "kernels.npz", "decay": "decay.csv", "run": "run.json"}, ["montage"]),
    "history.csv": ("draw_history", {"table": "history.csv", "run": "run.json"}, ["history"]),
    "run.json": ("draw_history", {"run": "run.json", "table": "history.csv"}, ["history"]),
}


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def read_by_script(folder: Path, artifact: str, tmp_path: Path, path: Path) -> subprocess.CompletedProcess:
    """Run the script that reads an artifact with `path` instead of the artifact."""
    script, inputs, outputs = READERS[artifact]
    spec = (
        json.loads((folder / RUN / f".manifest/{script}.json").read_text())["spec"] if "samples" not in outputs else {}
    )
    spec |= {"dataset": "waveforms", "for": "screen"}
    command = [f"workflow/scripts/{script}.py", "--spec", json.dumps(spec)]
    for number, (name, place) in enumerate(inputs.items()):
        command += [f"--{name}", str(folder / RUN / place if number else path)]
    for name in outputs:
        command += [f"--{name}", str(tmp_path / "made" / f"{name}.png")]
    return Project(folder).run(*command)


@pytest.mark.parametrize(
    ("damage", "artifact"),
    rows(product(DAMAGE, READERS), *product(DAMAGE, [name for name in READERS if name != "snapshots.npz"])),
)
def test_a_damaged_artifact_is_one_line_and_nothing_is_made_from_it(smoke, tmp_path, artifact, damage):
    source = smoke.folder / RUN / next(iter(READERS[artifact][1].values()))
    path = tmp_path / artifact
    path.write_bytes(DAMAGE[damage](source.read_bytes()))
    done = read_by_script(smoke.folder, artifact, tmp_path, path)
    if damage == "one bit flipped" and not artifact.endswith(".npz"):
        assert "Traceback" not in done.stderr  # text has no checksum, so only `verify` detects it
        return
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(path) in done.stderr
    assert not list((tmp_path / "made").glob("*"))


@pytest.mark.parametrize("kind", ["missing", "a folder", "not to be read"])
def test_an_input_that_cannot_be_read_is_one_line(smoke, tmp_path, kind):
    path = tmp_path / "kernels.npz"
    if kind == "a folder":
        path.mkdir()
    if kind == "not to be read":
        if os.getuid() == 0:
            pytest.skip("root may read every file")
        path.write_bytes(b"")
        path.chmod(0)
    done = read_by_script(smoke.folder, "kernels.npz", tmp_path, path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(path) in done.stderr
