"""Bad input through Snakemake, as a user meets it: clear lines, exit status 1, nothing written."""

import pytest
import yaml
from tiers import THOROUGH, rows

CASES = {
    "a misspelt key": ({"training": {"epoch": 3}}, "training.epoch: got an unknown key, expected one of optimizer"),
    "an unknown key": ({"colors": {}}, "colors: got an unknown key, expected it in `datasets.NAME: {source: "),
    "a wrong type": ({"training": {"epochs": "ten"}}, "training.epochs: got 'ten', expected a whole number"),
    "an empty list": ({"experiment": {"seeds": []}}, "experiment.seeds: got [], expected at least 1 value"),
    "an unknown architecture": (
        {"experiment": {"architectures": ["resnet"]}},
        "experiment.architectures[0]: got 'resnet', expected one of templates, cnnkernels, stacked",
    ),
    "an unknown network": (
        {"architectures": {"templates": {"network": "resnet"}}},
        "architectures.templates.network: got 'resnet', expected one of templates, cnnkernels",
    ),
    "an unknown shape": (
        {"datasets": {"waveforms": {"classes": ["square", "circle"]}}},
        "datasets.waveforms.classes[1]: got 'circle', expected one of square, triangle, gaussian, sinusoid, sawtooth",
    ),
    "a kernel larger than the image": (
        {"architectures": {"templates": {"kernel_size": 64}}, "datasets": {"waveforms": {"image_size": [60, 64]}}},
        "kernel_size of conv1: got 64, expected 1 to 60 (its input has 60 x 64 pixels)",
    ),
    "no images": ({"datasets": {"waveforms": {"train_images": 0}}}, "datasets.waveforms.train_images: got 0"),
    "a name with a slash": ({"datasets": {"a/b": {}}}, "datasets: got the name 'a/b', expected a name of letters"),
    "a name of dots": ({"architectures": {"..": {"network": "templates"}}}, "architectures: got the name '..'"),
    "a name for the shell": ({"datasets": {"a; rm -rf x": {}}}, "datasets: got the name 'a; rm -rf x'"),
    "seeds that repeat": ({"experiment": {"seeds": [3, 1, 3]}}, "experiment.seeds[2]: got 3 a second time"),
    "results in the wrong place": ({"pathvars": {"results": "results/runs"}}, "pathvars.results: got 'results/runs'"),
    "a waveform that cannot fit": (
        {"datasets": {"waveforms": {"width": [0.5, 0.9]}}},
        "datasets.waveforms.width: got 57.6 pixels for a triangle, expected a waveform that fits inside the frame",
    ),
}


@pytest.mark.parametrize("case", rows(CASES, "a misspelt key", "an unknown architecture", "a name for the shell"))
def test_bad_input_gets_one_clear_line(fresh, case):
    change, message = CASES[case]
    (fresh.folder / "bad.yaml").write_text(yaml.safe_dump(change))
    done = fresh.snakemake("--configfile", "bad.yaml")
    assert done.returncode == 1
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("kernelscope: ")]
    assert len(lines) == 1
    assert lines[0].startswith("kernelscope: bad.yaml: ")
    assert message in lines[0]
    assert "Traceback" not in done.stdout + done.stderr
    assert not (fresh.folder / "results").exists()


def test_each_problem_has_the_file_or_option_that_it_came_from(fresh):
    """The last of three layers over config.yaml that sets a value."""
    (fresh.folder / "a.yaml").write_text("training: {epochs: -1, loss: mze}\nmovie: {frames_per_second: 0}\n")
    (fresh.folder / "b.yaml").write_text("training: {epochs: -2, epoch: 3}\n")
    done = fresh.snakemake("--dry-run", "--configfile", "a.yaml", "b.yaml", "--config", "movie={hold_first: long}")
    assert done.returncode == 1
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("kernelscope: ")]
    assert [line.partition(", expected")[0] for line in lines] == [
        "kernelscope: a.yaml: movie.frames_per_second: got 0",
        "kernelscope: --config: movie.hold_first: got 'long'",
        "kernelscope: b.yaml: training.epoch: got an unknown key",
        "kernelscope: b.yaml: training.epochs: got -2",
        "kernelscope: a.yaml: training.loss: got 'mze'",
    ]
    assert "Traceback" not in done.stdout + done.stderr
    assert not (fresh.folder / "results").exists()


def test_a_problem_of_the_default_config_has_its_name(fresh):
    fresh.edit("config/config.yaml", "loss: cross_entropy", "loss: cross-entropy")
    done = fresh.snakemake("--dry-run")
    line = "kernelscope: config/config.yaml: training.loss: got 'cross-entropy', expected one of cross_entropy, l1, mse"
    assert f"{line} (did you mean 'cross_entropy'?)" in done.stdout + done.stderr


@THOROUGH
def test_a_gpu_where_there_is_none_is_refused_before_the_first_job(fresh):
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    (fresh.folder / "gpu.yaml").write_text("training: {device: cuda}\n")
    done = fresh.snakemake_alone("--configfile", "config/smoke.yaml", "gpu.yaml")
    assert done.returncode == 1
    assert "kernelscope: training.device: got 'cuda', and torch finds no such GPU" in done.stdout + done.stderr
    assert not (fresh.folder / "results").exists()


def test_results_that_are_no_folder_are_refused(fresh):
    (fresh.folder / "results").write_text("a file")
    done = fresh.snakemake("--dry-run")
    assert done.returncode == 1
    assert "kernelscope: results: got 'results', which is not a folder" in done.stdout + done.stderr
    assert (fresh.folder / "results").read_text() == "a file"
