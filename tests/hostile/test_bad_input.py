"""Bad input, through Snakemake as a user meets it: one clear line, exit status 1, nothing written."""

import pytest
import yaml
from tiers import rows

CASES = {
    "a misspelt key": ({"training": {"epoch": 3}}, "training: unknown key 'epoch' (did you mean 'epochs'?)"),
    "an unknown key": ({"colours": {}}, "config: unknown key 'colours'"),
    "a wrong type": ({"training": {"epochs": "ten"}}, "training.epochs: found 'ten'; allowed: a whole number"),
    "an empty list": ({"experiment": {"seeds": []}}, "experiment.seeds: found an empty list"),
    "an unknown architecture": (
        {"experiment": {"architectures": ["resnet"]}},
        "experiment.architectures: found 'resnet'; allowed: matched, cnnkernels, stacked",
    ),
    "an unknown network": (
        {"architectures": {"matched": {"network": "resnet"}}},
        "architectures.matched.network: found 'resnet'; allowed: matched, cnnkernels",
    ),
    "an unknown shape": (
        {"datasets": {"waveforms": {"classes": ["square", "circle"]}}},
        "datasets.waveforms.classes[1]: found 'circle'; allowed: square, triangle, gaussian, sinusoid, sawtooth",
    ),
    "a kernel larger than the image": (
        {"architectures": {"matched": {"kernel_size": 64}}, "datasets": {"waveforms": {"image_size": [60, 64]}}},
        "kernel_size of conv1: got 64, expected 1 to 60 (its input has 60 x 64 pixels)",
    ),
    "no images": ({"datasets": {"waveforms": {"train_images": 0}}}, "datasets.waveforms.train_images: found 0"),
    "a name with a slash": ({"datasets": {"a/b": {}}}, "datasets: found the name 'a/b'; allowed: a name of letters"),
    "a name of dots": ({"architectures": {"..": {"network": "matched"}}}, "architectures: found the name '..'"),
    "a name for the shell": ({"datasets": {"a; rm -rf x": {}}}, "datasets: found the name 'a; rm -rf x'"),
    "seeds that repeat": ({"experiment": {"seeds": [3, 1, 3]}}, "experiment.seeds: found 3 more than once"),
    "results in the wrong place": ({"pathvars": {"results": "results/runs"}}, "pathvars.results: found 'results/runs'"),
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
    assert lines[0].startswith(f"kernelscope: {message}") or message in lines[0]
    assert "Traceback" not in done.stdout + done.stderr
    assert not (fresh.folder / "results").exists()


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
