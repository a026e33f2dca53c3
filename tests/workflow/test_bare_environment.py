"""An environment with only Snakemake plans every experiment, lints the workflow, and uses it as a module."""

import subprocess

import bare
import pytest
import tiers
from projects import outside, planned
from tiers import rows

ABSENT = ("numpy", "torch", "PIL", "matplotlib", "scipy", "pandas", "skimage", "sklearn", "imageio")
REPRESENTATIVES = ("config.yaml", "origin.yaml", "lee2009.yaml")  # each with different rules


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return bare.made(tmp_path_factory.mktemp("bare") / "environment")


@pytest.fixture(scope="module")
def outputs(python, tmp_path_factory):
    """Return {name: (exit status, output)} of every plan, and of the lint."""
    return bare.replies(python, tmp_path_factory.mktemp("plans"), REPRESENTATIVES if tiers.quick else bare.CONFIGS)


def test_the_environment_holds_none_of_the_libraries_of_the_jobs(python):
    code = f"from importlib.util import find_spec; print([name for name in {ABSENT!r} if find_spec(name)])"
    done = subprocess.run([python, "-c", code], env=outside(), capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("config", rows(bare.CONFIGS, *REPRESENTATIVES))
def test_every_experiment_is_planned(outputs, config):
    status, words = outputs[config]
    assert status == 0, words
    assert {"extract_kernels", "write_summary"} <= {job.split()[0] for job in planned(words)}


def test_the_workflow_is_linted(outputs):
    status, words = outputs["lint"]
    assert status == 0, words
    assert "Congratulations" in words


def test_another_workflow_uses_a_commit_of_this_one_as_a_module(outputs):
    status, words = outputs["pinned"]
    assert status == 0, words
    assert {f"kernelscope_{rule}" for rule in ("train_network", "write_page")} <= {
        job.split()[0] for job in planned(words)
    }


def test_another_workflow_uses_this_one_as_a_module(outputs):
    status, words = outputs["module"]
    assert status == 0, words
    assert {f"kernelscope_{rule}" for rule in ("train_network", "write_page")} <= {
        job.split()[0] for job in planned(words)
    }
