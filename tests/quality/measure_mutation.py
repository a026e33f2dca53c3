"""Mutation score of the tests: mutmut makes small changes to the library's core, and the tests should detect them.

python tests/quality/measure_mutation.py --tier test --sample 12 [--modules measures,nulls] [--count] [PYTEST_OPTIONS]
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from mutmut.mutation.file_mutation import mutate_file_contents
from quality import mutants, pages, scores, settings, staging
from quality.sampling import sample

PAGE = settings.ROOT / "docs/mutation.md"
SEED = 0
LONGEST_LIST = 300  # lines; a longer list does not go onto the page
PACKAGE = settings.LIBRARY.name


def main() -> None:
    options = arguments()
    pages.require(options.page, options.tier)
    folder = options.folder / f"mutation-{options.tier}"
    staging.stage(folder, options.modules, settings.TIERS[options.tier], options.selection)
    os.chdir(folder)  # mutmut reads its settings there
    listed = {name: generated(name) for name in options.modules}
    counts = {name: len(changes) for name, changes in listed.items()}
    if options.count:
        for name, count in (counts | {"all": sum(counts.values())}).items():
            print(f"{name:14} {count:5}")
        return
    chosen = [name for changes in listed.values() for name in sample(changes, options.sample, SEED)]
    start = time.monotonic()
    ends = tried(chosen, options.cores)
    results = [result(name, listed, ends[name]) for name in chosen]
    write(options, results, counts, about(options, (time.monotonic() - start) / 60))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--tier", choices=settings.TIERS, default="test")
    parser.add_argument("--sample", type=settings.positive, default=12, help="mutants of each module at most")
    parser.add_argument("--modules", type=modules, default=list(settings.CORE), help="names or subjects, with commas")
    parser.add_argument("--count", action="store_true", help="count the mutants and stop")
    parser.add_argument("--cores", type=settings.positive, default=1)
    parser.add_argument("--folder", type=settings.absolute, default=settings.ROOT / ".quality", help="where to work")
    parser.add_argument("--page", type=settings.absolute, default=PAGE, help="where to write the tables")
    options, options.selection = parser.parse_known_args()
    return options


def modules(text: str) -> list[str]:
    """Return the modules for a list of module names and subjects, separated by commas."""
    words = text.split(",")
    choices = {*settings.CORE, *settings.CORE.values()}
    if unknown := [name for name in words if name not in choices]:
        raise argparse.ArgumentTypeError(f"got {', '.join(unknown)}, expected some of {', '.join(sorted(choices))}")
    return [name for name, subject in settings.CORE.items() if name in words or subject in words]


def source(module: str) -> Path:
    """Return the file of a module, named `package.module`, in the copy of the project."""
    return Path("src", PACKAGE, *module.split(".")).with_suffix(".py")


def generated(module: str) -> dict[str, tuple[int, str, str]]:
    """Return {name for mutmut: (line, function, change)} of the mutants of a module."""
    path = source(module)
    mutated = mutate_file_contents(str(path), path.read_text())
    changes = mutants.changes(mutated.code, path.read_text(), list(mutated.mutant_names))
    return {f"{PACKAGE}.{module}.{name}": change for name, change in changes.items()}


def tried(names: list[str], cores: int) -> dict[str, int | None]:
    """Return the exit status of the tests for each mutant; the working folder must be the copy of the project."""
    log = Path("mutmut.log").absolute()
    line = [Path(sys.executable).with_name("mutmut"), "run", "--max-children", str(cores), *names]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with log.open("w") as out:
        done = subprocess.run(line, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.exit(f"{log.read_text()[-4000:]}\nmutmut ended with exit status {done.returncode}; see {log}")
    files = Path("mutants/src", PACKAGE).rglob("*.meta")
    return {name: code for file in files for name, code in json.loads(file.read_text())["exit_code_by_key"].items()}


def result(name: str, listed: dict[str, dict], exit_code: int | None) -> scores.Result:
    module = name.removeprefix(f"{PACKAGE}.").rpartition(".")[0]
    return scores.Result(module, *listed[module][name], scores.status(name, exit_code), name)


def about(options: argparse.Namespace, minutes: float) -> str:
    """Return in words what was measured, how, and what mutmut left out."""
    sources = {name: source(name).read_text() for name in options.modules}
    left_out = [f"`{name}.{function}`" for name, text in sources.items() for function in mutants.left_out(text)]
    command = f"make mutation TIER={options.tier} SAMPLE={options.sample}"
    return (
        f"{settings.header(command, options.cores, minutes)} "
        f"At most {options.sample} mutants of each module, seed {SEED}. "
        f"Not changed, as they have decorators: {', '.join(left_out) or 'none'}."
    )


def write(options: argparse.Namespace, results: list[scores.Result], counts: dict[str, int], about: str) -> None:
    """Keep all results beside the copy of the project; write them to the page if the measurement was complete."""
    kept = options.folder / f"mutation-{options.tier}.json"
    kept.write_text(json.dumps({"about": about, "mutants": counts, "results": results}, indent=0))
    table = scores.table(results, counts, {name: settings.CORE[name] for name in options.modules})
    alive = scores.survivors(results)
    print(about, table, "\n".join(alive), sep="\n\n")
    if len(alive) > LONGEST_LIST:
        (options.folder / f"survivors-{options.tier}.md").write_text("\n".join([*alive, ""]))
        alive = [f"{len(alive)} lines, which the command writes to `.quality/survivors-{options.tier}.md`."]
    if len(options.modules) == len(settings.CORE) and not options.selection:
        survivors = f"### What survives `make {options.tier}`"
        pages.write(options.page, options.tier, "\n".join([about, "", table, "", survivors, "", *alive]))


if __name__ == "__main__":
    main()
