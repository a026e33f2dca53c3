"""Seeds trained in one job: the artifacts of each seed, and which jobs a new seed reruns."""

import json
import shutil

import numpy as np
import pytest
import yaml
from projects import ROOT, Project, copied

CONFIG = ("--configfile", "group.yaml")
SETTINGS = {
    "pathvars": {"results": "results/group"},
    "experiment": {"datasets": ["waveforms"], "architectures": ["templates"], "seeds": [0, 1, 3]},
    "datasets": {"waveforms": {"train_images": 40, "test_images": 20, "image_size": [48, 48]}},
    "architectures": {"templates": {"kernels": 3, "kernel_size": 5}},
    "training": {"seeds_per_job": 2, "epochs": 2, "snapshots": 3, "batch_size": 10},
}
RUNS = "results/group/runs/waveforms/templates"


def write(project: Project, **changes) -> None:
    settings = {key: value | changes.get(key, {}) for key, value in SETTINGS.items()}
    (project.folder / "group.yaml").write_text(yaml.safe_dump(settings))


def trained(project: Project) -> set[str]:
    return {job for job in project.jobs("train", config=CONFIG) if job != "train"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    project = copied(ROOT, tmp_path_factory.mktemp("group") / "made")
    write(project)
    done = project.snakemake("train", *CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def project(made, tmp_path):
    return copied_with_config(made, tmp_path / "copy")


def copied_with_config(source: Project, target) -> Project:
    project = copied(source.folder, target)
    shutil.copy2(source.folder / "group.yaml", target)
    return project


def test_every_seed_has_its_artifacts_and_a_manifest_of_them(made):
    for seed, together in ((0, [0, 1]), (1, [0, 1]), (3, [3])):
        folder = made.folder / RUNS / f"seed{seed}"
        content = json.loads((folder / ".manifest/train_group.json").read_text())
        assert set(content["outputs"]) == {"snapshots.npz", "history.csv", "run.json"}
        assert content["spec"]["seeds"] == together
        assert json.loads((folder / "run.json").read_text())["spec"]["seed"] == seed
        assert not list(folder.glob(".manifest/*.lock"))
    assert not [finding for finding in made.findings(CONFIG) if finding[0] not in ("missing", "left over")]


def test_every_line_in_the_log_of_a_group_names_its_seed(made):
    lines = (made.folder / "results/group/logs/train_group/waveforms/templates/seed0.log").read_text().splitlines()
    assert [line.partition("  ")[0] for line in lines if "epoch" in line] == ["seed 0"] * 3 + ["seed 1"] * 3


def test_on_a_cpu_a_seed_of_a_group_is_the_seed_alone_to_the_byte(made, project):
    write(project, training={"seeds_per_job": None})
    assert project.snakemake("train", *CONFIG).returncode == 0
    for seed in (0, 1, 3):
        grouped, alone = (where.folder / RUNS / f"seed{seed}" for where in (made, project))
        for name in ("snapshots.npz", "history.csv"):
            assert (grouped / name).read_bytes() == (alone / name).read_bytes()
        with np.load(grouped / "snapshots.npz") as arrays:
            assert arrays["steps"].tolist()[-1] == 8


def test_nothing_is_to_be_done_again(project):
    assert trained(project) == set()


@pytest.mark.parametrize(
    ("seeds", "expected"),
    [
        ([0, 1, 3, 5], {"train_group_2 waveforms"}),
        ([0, 1, 2, 3], {"train_group_1 waveforms"}),
        ([0, 3], {"train_group_0 waveforms"}),
        ([3], set()),
    ],
    ids=["a group of its own", "into a group", "out of a group", "a group less"],
)
def test_another_seed_trains_only_its_group_again(project, seeds, expected):
    write(project, experiment={"seeds": seeds})
    assert trained(project) == expected


def test_a_lost_file_trains_its_group_again(project):
    (project.folder / RUNS / "seed1/history.csv").unlink()
    assert trained(project) == {"train_group_0 waveforms"}


def test_what_a_job_may_hold_in_memory_changes_nothing(project):
    (project.folder / "more.yaml").write_text("memory: {images: 0}\n")
    assert project.jobs("train", config=(*CONFIG, "more.yaml")) - {"train"} == set()
