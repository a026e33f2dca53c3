"""Write CITATION.cff, codemeta.json and .zenodo.json from pyproject.toml and CHANGELOG.md: `make reference`."""

import json
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import yaml

from kernelscope.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
RELEASE = re.compile(r"^## \[?(\d+\.\d+\.\d+)\]? - (\d{4}-\d\d-\d\d)$", re.MULTILINE)
CODEMETA = "https://doi.org/10.5063/schema/codemeta-2.0"  # the context that codemeta.github.io asks for


class Project(NamedTuple):
    """What a citation says; `released` is the day of this version in the changelog, None before its release."""

    name: str
    description: str
    version: str
    released: str | None
    license: str
    authors: list[str]
    keywords: list[str]
    address: str


def project() -> Project:
    """Return the project of pyproject.toml."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    days = dict(RELEASE.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    authors = [author["name"] for author in about["authors"]]
    return Project(
        *(about["name"], about["description"], VERSION, days.get(VERSION), about["license"], authors),
        *(about["keywords"], about["urls"]["Repository"]),
    )


def citation(of: Project) -> str:
    """Return CITATION.cff; the keys are those of the Citation File Format 1.2.0."""
    content = {
        "cff-version": "1.2.0",
        "message": "If kernelscope helped your work, please cite it.",
        "title": f"{of.name}: {of.description[0].lower()}{of.description[1:]}",
        "type": "software",
        "license": of.license,
        "version": of.version,
        **({} if of.released is None else {"date-released": of.released}),
        "repository-code": of.address,
        "authors": [{"name": name} for name in of.authors],
        "keywords": of.keywords,
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)


def codemeta(of: Project) -> str:
    """Return codemeta.json; the keys are those of CodeMeta 2.0."""
    content = {
        "@context": CODEMETA,
        "@type": "SoftwareSourceCode",
        **{"name": of.name, "description": of.description, "version": of.version},
        **({} if of.released is None else {"datePublished": of.released}),
        "license": f"https://spdx.org/licenses/{of.license}",
        "codeRepository": of.address,
        "programmingLanguage": "Python",
        "author": [{"@type": "Organization", "name": name} for name in of.authors],
        "keywords": of.keywords,
    }
    return written(content)


def zenodo(of: Project) -> str:
    """Return .zenodo.json; the keys are those of Zenodo's deposit metadata."""
    content = {
        **{"title": of.name, "description": of.description, "version": of.version},
        **{"upload_type": "software", "license": of.license, "keywords": of.keywords},
        "creators": [{"name": name} for name in of.authors],
    }
    return written(content)


def written(content: dict) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def files() -> dict[str, str]:
    """Return the content of each file, by its name in the root of the project."""
    of = project()
    return {"CITATION.cff": citation(of), "codemeta.json": codemeta(of), ".zenodo.json": zenodo(of)}


if __name__ == "__main__":
    for name, text in files().items():
        (ROOT / name).write_text(text, encoding="utf-8", newline="\n")
