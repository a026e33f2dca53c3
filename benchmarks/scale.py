"""Growth of planning with the number of runs: a first dry run, and finding that there is nothing to do.

Results are empty files that Snakemake accepts as real files (--touch), because only planning is measured: seconds and
peak memory of the Snakemake process. The floor is the time in which Snakemake finds nothing to do for equally many jobs
without params, in chains of one file each. The first plan and --touch are measured once.
"""

from harness import figures, stages, tables, targets  # isort: skip
import itertools
import re
import tempfile
from pathlib import Path

from harness.judging import Cell, Unreported, raw, typical
from harness.processes import snakemake
from matplotlib.figure import Figure

BARE = """
rule all:
    input: [f"made/{{i}}/{{k}}" for i in range({chains}) for k in range({length})]
rule first:
    output: "made/{{i}}/0"
    shell: "touch {{output}}"
for k in range(1, {length}):
    rule:
        name: f"link{{k}}"
        input: f"made/{{{{i}}}}/{{k - 1}}"
        output: f"made/{{{{i}}}}/{{k}}"
        shell: "touch {{output}}"
"""
CORES = 2
LENGTH = 12  # jobs in a chain, about as many as a run has
MANY = ("--configfile", "many.yaml")
CONFIG = "pathvars: {{results: results/many}}\nexperiment: {{architectures: [templates], seeds: [{}]}}\n"
TABLES = {
    "scale": {
        **{"runs": "count", "jobs": "count", "first_plan": "s", "first_plan_memory": "MB", "touch": "s"},
        **{"nothing_to_do": "s", "nothing_to_do_memory": "MB", "floor": "s"},
    }
}
TARGETS = (
    targets.at_most(3, "finding nothing to do, 9 runs", "scale", "nothing_to_do", runs=9),
    targets.at_most(15, "finding nothing to do, 1,000 runs", "scale", "nothing_to_do", runs=1000),
)
REPEATS = 3


def copy(folder: Path, runs: int, bytecode: bool) -> None:
    stages.copy_workflow(folder, bytecode)
    (folder / "many.yaml").write_text(CONFIG.format(", ".join(map(str, range(runs)))))


def floor(jobs: int, repeats: int) -> Cell:
    """Return the seconds in which Snakemake finds nothing to do for `jobs` jobs of the simplest kind."""
    with tempfile.TemporaryDirectory() as name:
        folder, chains = Path(name), max(1, jobs // LENGTH)
        (folder / "Snakefile").write_text(BARE.format(chains=chains, length=LENGTH))
        for chain, link in itertools.product(range(chains), range(LENGTH)):
            path = folder / f"made/{chain}/{link}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        snakemake(folder, CORES, "--touch")
        return typical([snakemake(folder, CORES).seconds for _ in range(repeats)])


def outputs(plan: str) -> list[str]:
    """Return the files that a dry run would make, with the jobs' records of their cost, which later jobs read."""
    lines = re.findall(r"^ +output: (.*)$", plan, re.MULTILINE)
    return [path for line in lines for path in line.split(", ")]


def measure(table: tables.Table, runs: int, repeats: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder, runs, bytecode=repeats == 1)
        first = snakemake(folder, CORES, "--dry-run", *MANY)
        for path in outputs(first.text):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).touch()
        touching = snakemake(folder, CORES, "--touch", *MANY)
        idle = [snakemake(folder, CORES, *MANY) for _ in range(repeats)]
        assert all("Nothing to be done" in run.text for run in idle)
        jobs = int(re.search(r"^total +(\d+)", first.text, re.MULTILINE)[1])
        least = floor(jobs, repeats) if repeats > 1 else Unreported("not measured with --small")
        seconds, memory = typical([run.seconds for run in idle]), max((run.largest for run in idle), key=raw)
        table.add(runs, jobs, first.seconds, first.largest, touching.seconds, seconds, memory, least)


CURVES = {
    "first_plan": "first plan",
    "nothing_to_do": "nothing to do",
    "floor": "nothing to do, bare jobs",
}


def figure(table: tables.Table) -> Figure:
    page = Figure(figsize=(6, 4.4), layout="constrained")
    axes = page.subplots()
    for number, (column, label) in enumerate(CURVES.items()):
        axes.loglog(table.column("runs"), table.column(column), label=label, **figures.look(number))
    axes.set(xlabel="runs", ylabel="seconds")
    figures.logarithmic(axes.xaxis, table.column("runs"))
    figures.logarithmic(axes.yaxis)
    figures.plain(axes)
    axes.legend(frameon=False)
    return page


def main() -> None:
    options = tables.Options(__doc__, "one run, once")
    options.add_argument("runs", nargs="*", type=int, help="numbers of runs; 9, 100 and 1000 by default")
    arguments = options.parse_args()
    table = tables.Table("scale", TABLES["scale"])
    for runs in arguments.runs or ([1] if arguments.small else [9, 100, 1000]):
        measure(table, runs, 1 if arguments.small else REPEATS)
    table.save(figure(table))
    targets.say(TARGETS, TABLES)


if __name__ == "__main__":
    main()
