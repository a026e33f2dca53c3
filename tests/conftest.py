"""A finished smoke experiment, made once by real Snakemake, for the tests of the whole."""

import pytest
from projects import ROOT, SMOKE, Project, copied


@pytest.fixture
def fresh(tmp_path) -> Project:
    """The workflow without results."""
    return copied(ROOT, tmp_path / "fresh")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Project:
    """The finished smoke experiment; do not change it."""
    project = copied(ROOT, tmp_path_factory.mktemp("smoke") / "project")
    done = project.snakemake(*SMOKE)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.fixture
def project(smoke, tmp_path) -> Project:
    """A copy of the finished smoke experiment, to change at will."""
    return copied(smoke.folder, tmp_path / "project")


@pytest.fixture
def one_thread():
    """The same sums in the same order, and no waiting for threads on small arrays."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
