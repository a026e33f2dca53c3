"""The tiers of the tests, and fixtures for many tests: a finished smoke experiment, made once, and one browser."""

import fcntl
import os
import shutil
import signal
import sys
from pathlib import Path

import browser as chromium
import pytest
import tiers
from projects import ROOT, SMOKE, Project, copied, link

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode, each of hundreds of jobs compiles the library again
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as when a shell runs the tests in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)
# The slowest files run first: at the end, all cores but one would wait for them.
FIRST = (
    "workflow/test_kills",
    "page/test_browser",
    "hostile/test_bad_runs",
    "page/test_evolution",
    "page/test_answer",
    "workflow/test_pretrained",
    "project/test_benchmarks",
    "workflow/test_bare_environment",
    "workflow/rebuild/test_folder",
    "workflow/rebuild/test_code",
    "workflow/rebuild/test_files",
    "workflow/test_results",
    "workflow/test_dbn",
    "workflow/test_cache",
    "workflow/rebuild/test_runs",
    "workflow/rebuild/test_places",
)
MEMORY = Path("/dev/shm")  # a file system in memory, on Linux
ROOM = 4 * 2**30  # bytes that must be free there; two workers need less than one GB for copied experiments


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="the tests of `make test`, without those marked thorough")


def pytest_configure(config):
    tiers.quick = config.option.quick
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        # Hundreds of tests copy and delete an experiment of hundreds of files, which is far faster in memory.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(config, items):
    if config.option.quick:
        left = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
    order = {Path(__file__).parent / f"{name}.py": i for i, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path, len(FIRST)))


@pytest.fixture(autouse=True)
def seeded():
    """Seed torch's global generator, so that every test draws the same numbers in any order of tests."""
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(scope="session")
def browser():
    """Open one browser for all page tests of a process."""
    with chromium.chromium() as opened:
        yield opened


@pytest.fixture
def fresh(tmp_path) -> Project:
    """Return a copy of the workflow without results."""
    return copied(ROOT, tmp_path / "fresh")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Project:
    """Return the finished smoke experiment, which tests must not change; the first process makes it for all."""
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
    """Return a copy of the finished smoke experiment that a test may change."""
    return copied(smoke.folder, tmp_path / "project")


@pytest.fixture
def linked(smoke, tmp_path) -> Project:
    """Return a copy for dry runs with hard-linked results: delete them or append to them, but make none."""
    return copied(smoke.folder, tmp_path / "project", link)


@pytest.fixture
def one_thread():
    """Use one thread in torch, for sums in the same order and no overhead on small arrays."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def double():
    """Make networks in float64, because rounding can grow into steps, as when Adam meets a gradient near zero."""
    import torch

    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)
