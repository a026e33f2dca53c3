"""An environment with nothing but Snakemake plans every experiment, lints the workflow, and uses it as a module."""

import subprocess

import bare
import pytest
import yaml
from projects import ROOT, copied, outside, planned

CONFIGS = sorted(path.name for path in (ROOT / "config").glob("*.yaml"))
OVER = {"recipe_quick.yaml": ["recipe.yaml"], "recommended.yaml": ["recipe.yaml"]}  # parts of another experiment
ONE_SEED = {"experiment": {"seeds": [0]}}  # plans the same rules in less time
MODULE = """
configfile: "config/config.yaml"


module kernelscope:
    snakefile:
        "project/Snakefile"
    config:
        config


use rule * from kernelscope as kernelscope_*
"""
ABSENT = ("numpy", "torch", "PIL", "matplotlib", "scipy", "pandas", "skimage", "sklearn", "imageio")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return bare.made(tmp_path_factory.mktemp("bare") / "environment")


@pytest.fixture(scope="module")
def said(python, tmp_path_factory):
    """name -> (exit status, what it says) of every plan."""
    folder = tmp_path_factory.mktemp("plans")
    project = copied(ROOT, folder / "project").folder
    for run in "abc":
        (project / "origin/published" / run).mkdir(parents=True)
        for name in ("kernel_0_0.pt", "kernel_1_0.pt", "loss.csv"):
            (project / "origin/published" / run / name).write_text("a plan opens none of them")
    (folder / "one_seed.yaml").write_text(yaml.safe_dump(ONE_SEED))
    (folder / "Snakefile").write_text(MODULE)
    arguments = {}
    for name in CONFIGS:
        configs = [str(project / "config" / other) for other in (*OVER.get(name, ()), name)]
        arguments[name] = ["--dry-run", "--cores", "2", "--configfile", *configs, str(folder / "one_seed.yaml")]
    arguments["lint"] = ["--lint"]
    arguments["module"] = ["--dry-run", "--cores", "2", "--snakefile", str(folder / "Snakefile"), "kernelscope_all"]
    return bare.plans(python, project, arguments, folder)


def test_the_environment_holds_none_of_the_libraries_of_the_jobs(python):
    code = f"from importlib.util import find_spec; print([name for name in {ABSENT!r} if find_spec(name)])"
    found = subprocess.run([python, "-c", code], env=outside(), capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


@pytest.mark.parametrize("config", CONFIGS)
def test_every_experiment_is_planned(said, config):
    status, words = said[config]
    assert status == 0, words
    assert {"extract_kernels", "write_summary"} <= {job.split()[0] for job in planned(words)}


def test_the_workflow_is_linted(said):
    status, words = said["lint"]
    assert status == 0, words
    assert "Congratulations" in words


def test_another_workflow_uses_this_one_as_a_module(said):
    status, words = said["module"]
    assert status == 0, words
    assert {f"kernelscope_{rule}" for rule in ("train_network", "write_page")} <= {
        job.split()[0] for job in planned(words)
    }
