"""Import every module of the library once, which keeps its bytecode and that of the packages that it uses.

Otherwise the first jobs, which start at the same time, compile the same packages. All bytecode would be 300 MB, and
this is 62 (2026-12-01).
"""

import contextlib
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path("workflow/scripts").absolute()))
sys.dont_write_bytecode = False

modules = [module.name for module in pkgutil.walk_packages(["workflow/scripts"]) if "__main__" not in module.name]
for name in ("snakemake.cli", *modules):
    with contextlib.suppress(ImportError):  # of what only some users install
        import_module(name)
