"""A copy of the project for mutmut, with the library in `src/`, because mutmut finds a module by its file's path.

The copy in `workflow/scripts/kernelscope` is kept unmutated, for programs that a test starts.
"""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

from quality.settings import LIBRARY, ROOT

SETTINGS = {
    "source_paths": ["src"],
    "timeout_constant": 10.0,  # seconds: (time of the tests + constant) * multiplier
    "timeout_multiplier": 3.0,
    "use_git_change_detection": False,
}


def stage(folder: Path, modules: list[str], tier: list[str], selection: list[str]) -> None:
    """Copy the files that git lists, with mutmut's settings for these modules and for a selection of a tier."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in tracked():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, folder / path)
    shutil.copytree(folder / LIBRARY, folder / "src" / LIBRARY.name)
    copied = sorted(path.name for path in folder.iterdir() if path.name != "src")
    settings = SETTINGS | {
        "only_mutate": [f"src/{LIBRARY.name}/{name.replace('.', '/')}.py" for name in modules],
        "also_copy": copied,
        "pytest_add_cli_args": ["-p", "quality.in_process", *tier],
        "pytest_add_cli_args_test_selection": selection,
    }
    project = folder / "pyproject.toml"
    project.write_text(with_settings(project.read_text(), settings))


def tracked() -> list[Path]:
    line = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for path in map(Path, filter(None, listed.split("\0"))) if (ROOT / path).is_file()]


def with_settings(text: str, settings: dict) -> str:
    """Return pyproject.toml with `src` first on pytest's path, and a section for mutmut."""
    places = tomllib.loads(text)["tool"]["pytest"]["ini_options"]["pythonpath"]
    old = next(line for line in text.splitlines() if line.startswith("pythonpath = "))
    section = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    text = text.replace(old, f"pythonpath = {json.dumps(['src', *places])}")
    return "\n".join([text.rstrip("\n"), "", "[tool.mutmut]", *section, ""])
