"""List what is still missing for a release: `make release-check`. The exit status is 1 if anything is."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

from documents import citation
from documents.citation import ROOT
from kernelscope.refusal import listed

HOSTING = {  # a schema of check-jsonschema -> the files that it is of
    "vendor.github-workflows": ".github/workflows/*.yml",
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/*.yml",
    "vendor.dependabot": ".github/dependabot.yml",
    "vendor.readthedocs": ".readthedocs.yaml",
    "vendor.citation-file-format": "CITATION.cff",
}


def address(of: citation.Project) -> str:
    """Return what is wrong with the address of the project, "" if nothing is; all checks return that."""
    return "pyproject.toml: the address is a placeholder, OWNER" if "/OWNER/" in of.address else ""


def changelog(of: citation.Project) -> str:
    wanted = f"## {of.version} - YYYY-MM-DD"
    return "" if of.released else f"CHANGELOG.md: no heading `{wanted}` for the version in version.py"


def citations(of: citation.Project) -> str:
    """Compare the files for citations with what they are made from."""
    stale = [name for name, text in citation.files().items() if (ROOT / name).read_text(encoding="utf-8") != text]
    return f"{listed(stale)}: not of today's pyproject.toml and CHANGELOG.md; run `make reference`" if stale else ""


def changes(of: citation.Project) -> str:
    done = run("git", "status", "--porcelain")
    lines = done.stdout.splitlines()
    if done.returncode:
        return f"git: {last(done)}"
    return f"{len(lines)} files differ from the commit: {listed([line[3:] for line in lines])}" if lines else ""


def hosting(of: citation.Project) -> str:
    """Hold the files for hosts against their published schemas."""
    return "; ".join(filter(None, (against(schema, pattern) for schema, pattern in HOSTING.items())))


def against(schema: str, pattern: str) -> str:
    files = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(pattern))]
    if not files:
        return f"{pattern}: no such file"
    done = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files)
    return "" if done.returncode == 0 else f"{pattern}: {last(done)}"


def packages(of: citation.Project) -> str:
    """Build the wheel and the source package, and open the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(sys.executable, "-m", "build", "--outdir", folder)
        if done.returncode:
            return f"build: {last(done)}"
        (wheel,) = Path(folder).glob("*.whl")
        with ZipFile(wheel) as archive:
            names = archive.namelist()
        lacks = [
            name for name in ("kernelscope/version.py", "kernelscope/statements/glossary.yaml") if name not in names
        ]
        return f"{wheel.name}: without {listed(lacks)}" if lacks else ""


CHECKS: dict[str, Callable[[citation.Project], str]] = {
    "the address of the project": address,
    "a dated section in the changelog": changelog,
    "CITATION.cff, codemeta.json and .zenodo.json": citations,
    "files for GitHub and Read the Docs": hosting,
    "everything is committed": changes,
    "wheel and source package": packages,
}


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def last(done: subprocess.CompletedProcess) -> str:
    """Return the last words of a program that failed."""
    words = (done.stderr + done.stdout).strip().splitlines()
    return words[-1] if words else f"exit status {done.returncode}"


def missing(of: citation.Project) -> Iterator[tuple[str, str]]:
    """Yield each check and what is wrong, "" where nothing is."""
    for name, check in CHECKS.items():
        yield name, check(of)


def main() -> int:
    of, wrong = citation.project(), 0
    for name, problem in missing(of):
        print(f"missing  {problem}" if problem else f"ok       {name}", flush=True)
        wrong += bool(problem)
    print(f"{of.name} {of.version}: {wrong} of {len(CHECKS)} missing" if wrong else f"{of.name} {of.version}: ready")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
