"""A pytest plugin that keeps the tests that can detect a mutant: in one process, in files that import its module.

A mutant exists only in this process: programs that a test starts run the files on the disk.
"""

import ast
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from quality.settings import CORE, LIBRARY

FIXTURES = {"fresh", "smoke", "project", "linked"}  # fixtures of conftest.py that copy the workflow, for Snakemake
STARTERS = {"browser", "job_folder", "killing", "preloading", "projects", "starts", "subprocess"}


@cache
def imports(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, and of the names that it imports from them."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = [(getattr(node, "module", None) or "", alias.name) for node in nodes for alias in node.names]
    names = {name for module, alias in named for name in (module, f"{module}.{alias}".lstrip("."))}
    return {name.removeprefix(f"{LIBRARY.name}.") for name in names}


def can_notice(path: Path, fixtures: list[str]) -> bool:
    """Whether a test in this file, with these fixtures, runs the core in its own process."""
    names = imports(path)
    return bool(names & CORE.keys()) and not names & STARTERS and not FIXTURES & set(fixtures)


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Let Hypothesis try the same examples for every mutant, as many as the tier says, without deadline or database."""
    same = {"derandomize": True, "database": None, "deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("mutation", settings(), **same)
    settings.load_profile("mutation")


def pytest_collection_modifyitems(config, items) -> None:
    kept = [item for item in items if can_notice(item.path, item.fixturenames)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
