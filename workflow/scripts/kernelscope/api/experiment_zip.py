"""One zip of an experiment, for others: its page, tables, settings, software, a methods paragraph, and how to cite."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from kernelscope.api import methods_text, workflow
from kernelscope.io import files, manifest
from kernelscope.refusal import refuse
from kernelscope.version import VERSION

WHOLE = ("index.html", "findings.md")
LARGEST = 5_000_000  # bytes of a table; a larger one is named and left out
MADE = (1980, 1, 1, 0, 0, 0)  # the earliest time of a zip, so that equal content gives equal bytes
CITE = "To cite kernelscope: version {version}, {address}.\n"
ADDRESS = re.compile(r"^repository-code: (\S+)$", re.MULTILINE)
CONTENT = """\
# An experiment of kernelscope {version}

* `index.html`: the page; open it in a browser
* `findings.md`: the findings in sentences, each with its verdict
* `methods.md`: a paragraph about the methods, with the numbers of this experiment
* `tables/`: {tables} tables; `statements.csv` has the number, interval and p value behind each sentence
* `settings.json`: for each stage and job, all settings that it used{configs}
* `environment.txt`: Python and the packages that made these results
* `CITE.md`: how to cite
{left_out}"""


def save_experiment(folder: str | Path, path: str | Path, configs: tuple[Path, ...] = ()) -> str:
    """Write the results of an experiment for others as one zip; return what it has.

    Parameters
    ----------
    folder : path
        The results of a finished experiment, such as `results`.
    path : path
        Of the zip, which ends with .zip.
    configs : paths
        Config files, to be added as they are.

    Raises
    ------
    ValueError
        If the folder has no page or no statements, or the file has another ending.
    """
    folder, path = Path(folder), Path(path)
    if path.suffix != ".zip":
        refuse(str(path), path.suffix or "no ending", ".zip")
    for name in (*WHOLE, "statements.csv", "summary.csv"):
        if not (folder / name).is_file():
            refuse(str(folder), f"no {name}", "the results of a finished experiment", "such as `results`")
    tables = sorted(file for file in folder.rglob("*.csv") if "logs" not in file.relative_to(folder).parts)
    large = [file for file in tables if file.stat().st_size > LARGEST]
    kept = [file for file in tables if file not in large]
    made_by = [*manifests(folder)]
    parts = {
        "README.md": readme(len(kept), [file.relative_to(folder).as_posix() for file in large], configs),
        "methods.md": methods_text.paragraph(folder),
        "settings.json": settings(folder, made_by),
        "environment.txt": environment(made_by),
        "CITE.md": citation(),
    }
    with files.atomic(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, text in parts.items():
            add(whole, name, text.encode())
        for name in WHOLE:
            add(whole, name, (folder / name).read_bytes())
        for file in kept:
            add(whole, f"tables/{file.relative_to(folder).as_posix()}", file.read_bytes())
        for number, file in enumerate(configs, 1):
            add(whole, f"config/{number}_{file.name}", file.read_bytes())
    return f"{path}: page, findings, methods, settings, environment, {len(kept)} tables" + (
        f"; {len(large)} tables of more than {LARGEST / 1e6:.0f} MB are named in its README.md" if large else ""
    )


def add(whole: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Write a file of a zip, with a fixed time."""
    entry = zipfile.ZipInfo(name, MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    whole.writestr(entry, content)


def manifests(folder: Path) -> Iterator[tuple[Path, dict]]:
    """Yield (path, content) of the manifests that can be read, in order."""
    for path in sorted(folder.rglob(f"{manifest.FOLDER}/*.json")):
        if (content := manifest.read(path)) is not None:
            yield path, content


def settings(folder: Path, made_by: list[tuple[Path, dict]]) -> str:
    """Return JSON of {stage: {folder of its files: its settings}}."""
    specs = {}
    for path, content in made_by:
        place = path.parent.parent.relative_to(folder).as_posix()
        specs.setdefault(content["rule"], {})[place] = content["spec"]
    return json.dumps(specs, indent=1, sort_keys=True) + "\n"


def environment(made_by: list[tuple[Path, dict]]) -> str:
    """Return the versions of Python and packages, one a line; several if jobs had different versions."""
    pythons = {f"python=={content['python']}" for _, content in made_by if "python" in content}
    packages = {f"{name}=={version}" for _, content in made_by for name, version in content["software"].items()}
    return "\n".join([f"kernelscope=={VERSION}", *sorted(pythons), *sorted(packages)]) + "\n"


def citation() -> str:
    """Return how to cite, in a clone with its file for citations."""
    path = workflow.ROOT / "CITATION.cff"
    text = path.read_text(encoding="utf-8") if workflow.is_here() and path.is_file() else ""
    address = ADDRESS.search(text)
    return CITE.format(version=VERSION, address=address[1] if address else "see its documentation") + (
        f"\n```yaml\n{text}```\n" if text else ""
    )


def readme(tables: int, large: list[str], configs: tuple[Path, ...]) -> str:
    """Return what the zip has, and which tables are left out."""
    names = "".join(f"* `{name}`\n" for name in large)
    left_out = (
        f"\nTables that are left out, because they are larger than {LARGEST / 1e6:.0f} MB:\n\n{names}" if large else ""
    )
    also = "; `config/` has the config files" if configs else ""
    return CONTENT.format(version=VERSION, tables=tables, configs=also, left_out=left_out)
