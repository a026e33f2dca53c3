"""The benchmarks, which are all files of the folder, and what each declares.

TABLES: name -> {column: unit}. It may have TARGETS, a tuple of targets.Target; AFTER, the benchmarks whose results it
needs; missing(), which says why it cannot run here; missing_results(), which says what small runs do not make for it.
"""

import importlib.util
import sys
from types import ModuleType

from harness import BENCHMARKS
from harness.targets import Target


def names() -> list[str]:
    return sorted(path.stem for path in BENCHMARKS.glob("*.py") if path.stem != "__main__")


def module(name: str) -> ModuleType:
    """Import a benchmark, under a name that no other module has: `experiment` is a package of the workflow, too."""
    full = f"benchmark_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, BENCHMARKS / f"{name}.py")
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        sys.modules[full] = made
    return sys.modules[full]


def error(name: str) -> str:
    """Say why a benchmark cannot be imported; empty if it can."""
    try:
        module(name)
    except Exception as found:  # whatever its code raises
        return f"{type(found).__name__}: {found}"
    return ""


def targets(name: str) -> tuple[Target, ...]:
    return getattr(module(name), "TARGETS", ())


def missing(name: str) -> str:
    return getattr(module(name), "missing", str)()


def missing_results(name: str) -> str:
    return getattr(module(name), "missing_results", str)()
