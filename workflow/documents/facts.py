"""Numbers for README and docs, each from a table of the default experiment or from a page that `make` wrote."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from torch.backends.cpu import get_cpu_capability

from documents import tables
from documents.entries import COST, INSTRUCTIONS, SOFTWARE, Entry
from experiment.provenance import fingerprint
from kernelscope.io import cells, csv_files, files, manifest
from kernelscope.refusal import refuse
from kernelscope.statements.statement import SHOWN
from kernelscope.stats.text import p_text, two

COMPARED = "results/compare/waveforms"
RUN = "results/runs/waveforms/templates/seed0"
ARCHITECTURES = f"{COMPARED}/architectures.csv"
ROBUSTNESS, BENCHMARKS = "docs/robustness.md", "docs/benchmarks.md"
README, DEFAULT, TRUST = "README.md", "docs/findings/default.md", "docs/explanation/trust.md"  # these show numbers
WHOLE = "the default experiment of 26 networks on two cores, without bytecode"  # a target of benchmarks/experiment.py
FIGURES = {  # figures that `make figures` copies
    "docs/montage.png": f"{RUN}/montage.png",
    "docs/atlas.png": f"{RUN}/atlas.png",
    "docs/vocabulary.png": f"{COMPARED}/templates/vocabulary.png",
    "docs/architectures.png": ARCHITECTURES.replace(".csv", ".png"),
}
COSTLY = (  # tests/experiment/test_resources.py compares their requests with their costs
    *("train_network", "make_movie", "probe_kernels", "measure_kernels", "draw_atlas", "compare_seeds"),
    *("compare_runs", "match_kernels", "judge_kernels", "write_statements", "write_page"),
)


class Fact(NamedTuple):
    key: str
    value: object
    unit: str
    text: str
    file: str  # shows the number
    rule: str  # made the source of the number; "" if the source is another document


def entries(root: Path, date: str) -> Iterator[Entry]:
    """Yield every entry of docs/numbers.json; ValueError if a file below `root` is not as its job left it."""
    for facts in (architectures, similarity, untrained, alike, vocabulary, representation, software, figures, costs):
        for key, value, unit, text, file, rule in facts(root):
            command = "make figures" if unit == "sha256" else "make numbers"
            yield Entry(key, value, unit, text, file, command, code(root, rule), date)
    day = re.search(r"\d{4}-\d\d-\d\d", (root / ROBUSTNESS).read_text(encoding="utf-8"))[0]
    for key, value, unit, text, file, _ in robustness(root):
        yield Entry(key, value, unit, text, file, "make test-long", "", day)
    for (key, value, unit, text, file, _), day in benchmarks(root):
        yield Entry(key, value, unit, text, file, "make bench", "", day or date)


def code(root: Path, rule: str) -> str:
    """Return the hash of a rule's current code."""
    return fingerprint.code(root / "workflow" / "scripts" / f"{rule}.py")


def maker(root: Path, source: str) -> dict:
    """Return the manifest of the job that made a file; ValueError unless the file and the code are unchanged."""
    made, path = manifest.maker(root / source), root / source
    if made is None or manifest.change(path, made[1]["outputs"][path.name]):
        got = "no manifest that names it" if made is None else "a file that was changed after its job"
        refuse(source, got, "the file as its job left it", "run `make`, then `make verify`")
    if made[1]["code"] != code(root, made[1]["rule"]):
        refuse(source, "a file that other code made", "a file made by the current code", "run `make`")
    return made[1]


def rows(root: Path, source: str) -> list[dict]:
    """Read a table of the default experiment."""
    maker(root, source)
    return cells.read(root / source)


def architectures(root: Path) -> Iterator[Fact]:
    """Yield the table of architectures."""
    head = "architecture", "parameters", "test accuracy", "failed", "kernels alive", "lag-1 autocorrelation"
    table = rows(root, ARCHITECTURES)
    lines = []
    for row in table:
        first = f"`{row['arch']}`", f"{row['parameters']:,}", percent(row, "test_accuracy", 1)
        looks = percent(row, "alive"), f"{two(row['lag1_mean'])} ± {two(row['lag1_sd'])}", left_of_start(row)
        lines.append((*first, f"{row['failures']} of {row['runs']}", *looks))
    text = tables.written((*head, "left of the start (decay factor)"), lines)
    yield Fact("architectures", [list(row.values()) for row in table], "", text, DEFAULT, "compare_architectures")


def left_of_start(row: dict) -> str:
    """Return what is left of the start, mean ± standard deviation, with the decay factor."""
    mean, sd, factor = (row[name] for name in ("initial_ratio_mean", "initial_ratio_sd", "decay_factor_mean"))
    return f"{mean:.3f} ± {sd:.3f} ({factor:.2g})"


def percent(row: dict, name: str, digits: int = 0) -> str:
    """Return a share as text: mean ± standard deviation in percent."""
    return f"{100 * row[f'{name}_mean']:.{digits}f} ± {100 * row[f'{name}_sd']:.{digits}f} %"


def seed_tests(root: Path) -> dict[str, dict[str, dict]]:
    """Return {architecture: {claim: its row of seed_tests.csv}}, of trained kernels and without controls."""
    names = [row["arch"] for row in rows(root, ARCHITECTURES)]
    tables_of = {arch: rows(root, f"{COMPARED}/{arch}/seed_tests.csv") for arch in names}
    trained = {arch: [row for row in table if row["state"] == "trained"] for arch, table in tables_of.items()}
    return {arch: {row["claim"]: row for row in table} for arch, table in trained.items()}


def similarity(root: Path) -> Iterator[Fact]:
    """Yield the table of the tests over all seeds."""
    lines, values = [], {}
    for arch, by_claim in seed_tests(root).items():
        rotation, same = by_claim["same_kinds_rotation"], by_claim["same_kernels"]
        numbers = (same["value"], rotation["null_mean"], rotation["p"], same["null_mean"], same["p"])
        values[arch] = list(numbers)
        lines.append((f"`{arch}`", two(numbers[0]), beside(rotation), beside(same)))
    head = "architecture", "similarity", "rotated at random", "permuted among the seeds"
    yield Fact("similarity", values, "", tables.written(head, lines), DEFAULT, "write_seed_tests")


def beside(row: dict) -> str:
    """Return the mean under the null of a row of seed_tests.csv, and p."""
    return "not tested" if row["p"] is None else f"{two(row['null_mean'])}, {p_text(row['p'], row['smallest_p'])}"


def untrained(root: Path) -> Iterator[Fact]:
    """Yield the 99 % points of the lag-1 autocorrelation of untrained kernels."""
    value = {row["arch"]: row["lag1_null_99"] for row in rows(root, ARCHITECTURES)}
    others = max(point for arch, point in value.items() if arch != "stacked")
    text = f"99 % of untrained kernels stay below {two(others)} (`stacked`: {two(value['stacked'])})"
    yield Fact("untrained lag-1", value, "", text, DEFAULT, "compare_architectures")


STATEMENTS = "results/statements.csv"
SENTENCES = {  # claim -> the architectures of which it is shown, and the sentence in the docs that says so
    "same_kinds_rotation": (["stacked", "templates"], "Seeds learn similar kernels in `templates` and `stacked`"),
    "same_kernels": ([], "there is no evidence that individual kernels recur"),
    "labels": (
        ["templates"],
        "the kernels of `templates` resemble each other more than they resemble kernels trained on random labels",
    ),
}


def alike(root: Path) -> Iterator[Fact]:
    """Yield the sentences below the table of the tests over all seeds; ValueError if they are no longer true."""
    table = rows(root, STATEMENTS)
    for claim, (expected, text) in SENTENCES.items():
        shown = sorted({row["arch"] for row in table if (row["claim"], row["verdict"]) == (claim, SHOWN)})
        if shown != expected:
            where = f"{DEFAULT} and {README}: {text!r}"
            refuse(where, str(shown), str(expected), "rewrite the sentence, and SENTENCES of facts.py")
        yield Fact(claim.replace("_", " "), shown, "", text, DEFAULT, "write_statements")


def of_templates(root: Path) -> list[dict]:
    """Return the rows of statements.csv about `templates`."""
    return [row for row in rows(root, STATEMENTS) if row["arch"] == "templates"]


def tested(statements: list[dict], claim: str) -> dict:
    """Return the row that has the test of a claim."""
    (row,) = (row for row in statements if row["claim"] == claim and row["sides"])
    return row


def vocabulary(root: Path) -> Iterator[Fact]:
    """Yield how many types of kernels `templates` has, how many occur in every seed, and how many do by chance."""
    about = of_templates(root)
    found = {row["statistic"]: row["value"] for row in about if row["claim"] == "vocabulary"}
    test = tested(about, "vocabulary_shared")
    values = [found["types"], found["shared"], test["null_value"], test["p"]]
    chance = f"permuted among the seeds, {test['null_value']:.1f} do, {p_text(test['p'], test['smallest_p'])}"
    text = f"{found['types']} types of kernels, {found['shared']} of which occur in every seed ({chance})"
    yield Fact("vocabulary", values, "types", text, README, "write_statements")


def representation(root: Path) -> Iterator[Fact]:
    """Yield how alike the first layers of two `templates` networks represent the images, trained and untrained."""
    test = tested(of_templates(root), "representation")
    values = [test["value"], test["null_value"]]
    text = f"similarity (CKA) is {two(values[0])} trained and {two(values[1])} untrained"
    yield Fact("representation", values, "", text, README, "write_statements")


def software(root: Path) -> Iterator[Fact]:
    """Yield the versions that the trainings were made with, and what this processor computes with."""
    made = maker(root, f"{RUN}/snapshots.npz")
    versions = {"Python": made["python"], "torch": made["software"]["torch"], "numpy": made["software"]["numpy"]}
    text = ", ".join(f"{name} {version.partition('+')[0]}" for name, version in versions.items())
    value = versions | {INSTRUCTIONS: get_cpu_capability()}
    text = f"Made with {text} and {value[INSTRUCTIONS]} instructions"
    yield Fact(SOFTWARE, value, "", text, DEFAULT, "train_network")


def robustness(root: Path) -> Iterator[Fact]:
    """Yield the counts of kills and of damaged images in docs/robustness.md."""
    page = (root / ROBUSTNESS).read_text(encoding="utf-8")
    total = tables.read(page, "killed")[-1]
    kills, training, same = (int(total[name]) for name in ("kills", "in a training with a checkpoint", "identical"))
    in_training = f"{training} of them in a training run with a checkpoint"
    text = f"Of {kills} kills at random moments, {in_training}, {same} were resumed"
    yield Fact("kills", [kills, training, same], "", text, TRUST, "")
    counts = tables.read(page, "damaged files")[0]
    damaged, good = int(counts["damaged files"]), int(counts["images"]) + int(counts["refused in one line"])
    share = f"all {damaged:,}" if good == damaged else f"{good:,} of {damaged:,}"
    text = f"{share} damaged files were either read or refused in one line"
    yield Fact("damaged images", [damaged, good], "", text, TRUST, "")


def benchmarks(root: Path) -> Iterator[tuple[Fact, str]]:
    """Yield how long `make` takes and the date of the measurement; without a measurement, that it takes minutes."""
    page = (root / BENCHMARKS).read_text(encoding="utf-8") if (root / BENCHMARKS).exists() else "| what |"
    row = next((row for row in tables.read(page, "what") if row["what"] == WHOLE), {"reached": "", "date": ""})
    timed = re.fullmatch(r"(?:missed: )?([\d.,]+) s", row["reached"])
    seconds = float(timed[1].replace(",", "")) if timed else None
    minutes = ("about a minute" if seconds < 90 else f"about {round(seconds / 60)} minutes") if timed else "minutes"
    text = f"and reports what they learned: {minutes} on two cores"
    yield Fact("time of make", seconds, "s", text, README, ""), row["date"]


def figures(root: Path) -> Iterator[Fact]:
    """Yield the digests that the figures in docs/ should have."""
    for file, source in FIGURES.items():
        rule = maker(root, source)["rule"]
        yield Fact(file, files.digest_of(root / source), "sha256", "", file, rule)


def costs(root: Path) -> Iterator[Fact]:
    """Yield the memory (MB) and time (s) of the largest job of each costly rule, as recorded by the jobs."""
    for rule in COSTLY:
        logs = [*(root / "results/logs").glob(f"{rule}.tsv"), *(root / "results/logs" / rule).rglob("*.tsv")]
        taken = [csv_files.read_csv(path, "\t")[0] for path in logs]
        value = [round(max(float(row[name]) for row in taken)) for name in ("max_rss", "s")]
        yield Fact(f"largest {rule}", value, COST, "", "", rule)
