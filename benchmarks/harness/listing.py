"""The benchmarks, which are all files of the folder, and what each declares.

TABLES: {name: {column: unit}}. A benchmark may also have TARGETS, a tuple of targets.Target; AFTER, the benchmarks
whose results it needs; missing(), which says why it cannot run here; and missing_results(), which says which results
it needs that small runs do not make.
"""

import importlib.util
import sys
from types import ModuleType

from harness import BENCHMARKS
from harness.targets import Target


def names() -> list[str]:
    return sorted(path.stem for path in BENCHMARKS.glob("*.py") if path.stem != "__main__")


def module(name: str) -> ModuleType:
    """Import a benchmark under a unique name, because `experiment` is also a package of the workflow."""
    full = f"benchmark_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, BENCHMARKS / f"{name}.py")
        benchmark = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(benchmark)
        sys.modules[full] = benchmark
    return sys.modules[full]


def error(name: str) -> str:
    """Say why a benchmark cannot be imported; empty if it can."""
    try:
        module(name)
    except Exception as raised:  # whatever its code raises
        return f"{type(raised).__name__}: {raised}"
    return ""


def targets(name: str) -> tuple[Target, ...]:
    return getattr(module(name), "TARGETS", ())


def missing(name: str) -> str:
    return getattr(module(name), "missing", str)()


def missing_results(name: str) -> str:
    return getattr(module(name), "missing_results", str)()
