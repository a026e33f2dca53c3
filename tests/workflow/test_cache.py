"""Datasets and trainings that experiments share through Snakemake's cache: never made twice, never mixed up."""

import shutil
from pathlib import Path

import pytest
import tiers
import train_network
from projects import ROOT, Project, copied
from tiers import THOROUGH

from experiment.plan import loading
from experiment.provenance import verify
from kernelscope.io import csv_files

STAGES = "compare" if tiers.quick else "figures, movies, page"  # each with all stages that it needs
TINY = f"""
pathvars: {{results: results/tiny}}
experiment: {{datasets: [waves], architectures: [flat], seeds: [0, 1], stages: [{STAGES}]}}
datasets:
  waves: &waves {{train_images: 40, test_images: 20, image_size: [24, 24], inside_frame: false}}
  noisy: {{<<: *waves, noise: [0.1, 0.1]}}
architectures:
  flat: &flat {{network: templates, kernels: 3, kernel_size: 7}}
  large: {{<<: *flat, kernels: 4}}
training: {{epochs: 1, snapshots: 3, batch_size: 20}}
comparison: {{n_resamples: 20}}
analysis: {{n_resamples: 20, images: 10}}
"""
OTHER = "training: {learning_rate: 0.02}\n"
LARGER = """
pathvars: {results: results/larger}
experiment: {datasets: [waves, noisy], architectures: [flat, large], seeds: [0, 1]}
"""
RUN = Path("results/tiny/runs/waves/flat/seed0")
TRAINED = ("snapshots.npz", "history.csv", "run.json")

pytestmark = pytest.mark.usefixtures("one_thread")


class Clone:
    """A copy of the workflow that shares the cache beside it."""

    def __init__(self, folder: Path, source: Path):
        shutil.copytree(source, folder, symlinks=True)
        self.folder = folder

    def snakemake(self, *words: str, config: str = "") -> list[str]:
        """Run Snakemake with `config` merged into TINY; return the files that were made and went into the cache."""
        (self.folder / "tiny.yaml").write_text(TINY)
        (self.folder / "more.yaml").write_text(config or "{}")
        cache = str(self.folder.parent / "cache")
        words = (*words, "--cache", "--configfile", "tiny.yaml", "more.yaml")
        done = Project(self.folder).snakemake(*words, SNAKEMAKE_OUTPUT_CACHE=cache)
        assert done.returncode == 0, done.stderr
        moved = [line.split()[3] for line in done.stderr.splitlines() if line.startswith("Moving output file ")]
        return [path for path in moved if path.endswith(("images.npz", "run.json"))]

    def findings(self, monkeypatch, config: str = "") -> list[str]:
        monkeypatch.chdir(self.folder)
        monkeypatch.setattr(verify, "SCRIPTS", self.folder / "workflow" / "scripts")
        Path("more.yaml").write_text(config or "{}")
        experiment = loading.load(["tiny.yaml", "more.yaml"])
        return [str(finding) for finding in verify.findings(experiment, Path(experiment.results))]


@pytest.fixture(scope="module")
def first(fresh_parts, tmp_path_factory) -> Clone:
    """Return a finished experiment that filled the cache, which tests must not change."""
    folder = tmp_path_factory.mktemp("cached")
    (folder / "cache").mkdir()
    clone = Clone(folder / "first", fresh_parts)
    runs = [f"results/tiny/runs/waves/flat/seed{seed}/run.json" for seed in (0, 1)]
    assert sorted(clone.snakemake()) == ["results/tiny/data/waves/images.npz", *runs]
    return clone


@pytest.fixture(scope="module")
def fresh_parts(tmp_path_factory) -> Path:
    """Return a copy of the workflow without results."""
    return copied(ROOT, tmp_path_factory.mktemp("parts") / "fresh").folder


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TRAINED}


def test_datasets_and_trainings_are_links_and_verify_finds_nothing(first, monkeypatch):
    assert all((first.folder / RUN / name).is_symlink() for name in (*TRAINED, ".manifest/train_network.json"))
    assert not (first.folder / RUN / "kernels.npz").is_symlink()
    assert first.findings(monkeypatch) == []


def costs(clone: Clone) -> dict[str, list[tuple]]:
    """Return {stage: (seconds, memory) of its jobs}."""
    by_stage = {}
    for row in csv_files.read_csv(clone.folder / "results/tiny/cost.csv"):
        by_stage.setdefault(row["stage"], []).append((row["seconds"], row["peak_memory_mb"]))
    return by_stage


@THOROUGH
def test_what_comes_from_the_cache_cost_what_it_took_when_it_was_made(first, fresh_parts):
    again = Clone(first.folder.with_name("costs"), fresh_parts)
    assert again.snakemake("results/tiny/cost.csv") == []
    made, cached = costs(first), costs(again)
    assert sum(map(len, made.values())) == 6 + 10 + 2 * 15  # jobs of the dataset, the network and each of two seeds
    assert all(map(all, made.values()))
    assert [stage for stage in made if cached[stage] == made[stage]] == ["make_dataset", "train_network"]


def test_a_config_that_is_changed_and_changed_back_is_not_trained_again(first, monkeypatch):
    clone = Clone(first.folder.with_name("changed"), first.folder)
    before = contents(clone.folder / RUN)
    assert len(clone.snakemake("train", config=OTHER)) == 2
    other = contents(clone.folder / RUN)
    assert all(other[name] != before[name] for name in TRAINED)
    assert clone.snakemake("train") == []
    assert contents(clone.folder / RUN) == before
    assert (clone.folder / "results/tiny/logs/train_network/waves/flat/seed0.log").read_text() == ""
    assert clone.findings(monkeypatch) == []


@THOROUGH
def test_another_clone_trains_only_new_runs_and_mixes_nothing_up(first, fresh_parts, monkeypatch, tmp_path):
    """Train two datasets, two architectures and two seeds, where one dataset with one architecture is in the cache."""
    clone = Clone(first.folder.with_name("clone"), fresh_parts)
    made = clone.snakemake("train", config=LARGER)
    there = {f"results/larger/runs/waves/flat/seed{seed}/run.json" for seed in (0, 1)}
    runs = [Path("waves", "flat"), Path("waves", "large"), Path("noisy", "flat"), Path("noisy", "large")]
    places = [Path("results/larger/runs", run, f"seed{seed}") for run in runs for seed in (0, 1)]
    trained = {f"{place}/run.json" for place in places} - there
    assert set(made) == trained | {"results/larger/data/noisy/images.npz"}
    assert not [line for line in clone.findings(monkeypatch, LARGER) if not line.startswith("missing")]
    experiment = loading.load(["tiny.yaml", "more.yaml"])
    for place in places:  # compared with the same trainings without a cache
        dataset, arch, seed = place.parts[-3:]
        images = str(clone.folder / "results/larger/data" / dataset / "images.npz")
        spec = experiment.train_network(dataset, arch, seed.removeprefix("seed"))
        targets = [str(tmp_path / place / name) for name in TRAINED]
        train_network.train_network(spec, images, "1000", *targets, key="")
        assert contents(clone.folder / place) == contents(tmp_path / place), place
    assert len({(clone.folder / place / "snapshots.npz").read_bytes() for place in places}) == 8


def test_another_experiment_with_the_same_runs_trains_nothing(first, monkeypatch):
    clone = Clone(first.folder.with_name("second"), first.folder)
    config = "pathvars: {results: results/second}\n"
    assert clone.snakemake("train", "dataset", config=config) == []
    second = clone.folder / "results/second/runs/waves/flat/seed0"
    assert contents(second) == contents(first.folder / RUN)
    assert not [line for line in clone.findings(monkeypatch, config) if not line.startswith("missing")]
