"""A finished smoke experiment, made once by real Snakemake, for the tests of the whole."""

import fcntl
import os

import pytest
from projects import ROOT, SMOKE, Project, copied, link

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode, each of hundreds of jobs compiles the library again
# The files that take longest begin: were they the last ones, all cores but one would wait for them.
FIRST = (
    "test_kills",
    "test_browser",
    "test_rebuild_code",
    "test_cache",
    "test_rebuild_files",
    "test_rebuild_runs",
    "test_rebuild_places",
)


def pytest_collection_modifyitems(items):
    order = {name: i for i, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(FIRST)))


@pytest.fixture
def fresh(tmp_path) -> Project:
    """The workflow without results."""
    return copied(ROOT, tmp_path / "fresh")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Project:
    """The finished smoke experiment; do not change it. Made by the first process that needs it, for all of them."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (base / "smoke.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (base / "smoke.finished").exists():
            return Project(base / "smoke")
        project = copied(ROOT, base / "smoke")
        done = project.snakemake_alone(*SMOKE)
        assert done.returncode == 0, done.stdout + done.stderr
        (base / "smoke.finished").touch()
    return project


@pytest.fixture
def project(smoke, tmp_path) -> Project:
    """A copy of the finished smoke experiment, to change at will."""
    return copied(smoke.folder, tmp_path / "project")


@pytest.fixture
def linked(smoke, tmp_path) -> Project:
    """The same for dry runs: its results are links to those, so delete or append to them, and make none."""
    return copied(smoke.folder, tmp_path / "project", link)


@pytest.fixture
def one_thread():
    """The same sums in the same order, and no waiting for threads on small arrays."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def double():
    """Networks in float64: rounding does not grow into steps, as where Adam meets a gradient near zero."""
    import torch

    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)
