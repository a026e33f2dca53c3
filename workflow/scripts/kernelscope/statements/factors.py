"""Statements about sweeps: which settings matter for which outcome, at their levels, and which conditions are clear."""

from collections.abc import Iterator
from typing import NamedTuple

from kernelscope.statements.statement import Number, Statement
from kernelscope.statements.wording import enumerated
from kernelscope.stats.anova import HIGHER, SEEDS
from kernelscope.stats.factor_rows import ALL_BASES, PAIR, rows_where, smallest_corrected, with_corrected, words
from kernelscope.stats.intervals import proportion
from kernelscope.stats.pvalues import LEVEL


class Outcome(NamedTuple):
    """An outcome of sweeps: its words, its question, its unit, what its observations are, and which of them count."""

    words: str
    question: str = "looks"
    unit: str = "share"
    observations: str = "runs"
    over: str = " that did not fail"


OUTCOMES = {
    "failed": Outcome("failure", "works", over=""),
    "accuracy": Outcome("test accuracy", "works", over=""),
    "alive": Outcome("the share of living kernels"),
    "initial_ratio": Outcome("what is left of the start", unit=""),
    "structured": Outcome("the share of living kernels beyond white noise"),
    "change_structured": Outcome("the share of changes of living kernels beyond white noise"),
    "orientation": Outcome("the orientation concentration of the changes", unit=""),
    "bars": Outcome("the share of changes that prefer bars to corners and arcs"),
    "arcs": Outcome("the share of changes that prefer arcs to bars and corners"),
    "beyond_rotated": Outcome(
        *("the similarity of seeds beyond that of kernels rotated at random", "same_kinds", "", "conditions", "")
    ),
}
OF_ONE_CONDITION = ("initial_ratio", "alive", "structured", "change_structured", "accuracy", "beyond_rotated")
RULE = {"ratio": ("initial_ratio", 0.05, ""), "structured": ("structured", 0.9, "share")} | {
    "accuracy": ("accuracy", 0.99, "share")
}  # what a clear condition has: less than the first, at least the others
WITHIN = "the same runs permuted over the levels among runs that agree in all other settings"
ADDED = "effects that add up"


def statements(conditions: list[dict], effects: list[dict], levels: list[dict], dataset: str) -> list[Statement]:
    """Return the statements about all sweeps of one dataset, not judged yet.

    Parameters
    ----------
    conditions, effects, levels : list of dict
        Rows of conditions.csv, effects.csv and levels.csv.
    dataset : str

    Returns
    -------
    list of Statement
        Those about a design have its name, a list of bases, as their `arch`.
    """
    about, designs = [], list(dict.fromkeys(row["design"] for row in effects))
    for name in designs:
        of_design = [row for row in conditions if row["base"] in name.split(", ")]
        tables = (rows_where(table, design=name) for table in (effects, levels))
        about += [statement._replace(arch=name) for statement in of_sweep(of_design, *tables)]
    swept = {base for name in designs for base in name.split(", ")}
    about += [condition("condition", row)._replace(arch=row["arch"]) for row in conditions if row["base"] not in swept]
    return [statement._replace(dataset=dataset) for statement in about]


def of_sweep(conditions: list[dict], effects: list[dict], levels: list[dict]) -> Iterator[Statement]:
    """Yield the statements about one design, from its rows of the three tables."""
    failures, runs = (sum(row[name] for row in conditions) for name in ("failures", "runs"))
    counted = Number("conditions", len(conditions), "conditions")
    yield Statement("study_failures", (*failed(failures, runs), counted), table="conditions.csv", columns="failures")
    for outcome in OUTCOMES:
        of_outcome, of_levels = rows_where(effects, outcome=outcome), rows_where(levels, outcome=outcome)
        if outcome == "failed":
            of_levels = [row | {"count": failures_at(row, conditions)} for row in of_levels]
        yield from settings(outcome, of_outcome, of_levels)
    yield from change_view(levels)
    yield from clear(conditions)


def failed(failures: int, runs: int) -> tuple[Number, Number]:
    """Return how many runs failed, and their share with its interval."""
    rate, low, high = proportion(failures, runs)
    count = Number("failures", failures, "runs", n=runs, n_unit="runs")
    return count, Number("rate", rate, "share", low, high, runs, "runs")


def failures_at(level: dict, conditions: list[dict]) -> int:
    """Return how many runs failed at a level, from its row of levels.csv and the rows of conditions.csv."""
    factors, chosen = level["factor"].split(PAIR), level["level"].split(", ")
    wanted = dict(zip(factors, chosen, strict=True)) if len(factors) > 1 else {level["factor"]: level["level"]}
    return sum(row["failures"] for row in rows_where(conditions, **wanted))


def settings(outcome: str, effects: list[dict], levels: list[dict]) -> Iterator[Statement]:
    """Yield a statement about each factor and an outcome, and one about what all of them explain.

    Where a factor and the base interact, the statement is about the difference between the bases, and more statements
    about the factor within each base follow. p is corrected over the factors, all or within one base, or over their
    pairs with the base (Benjamini and Hochberg 1995).
    """
    of_all = rows_where(effects, base=ALL_BASES)
    pairs = with_corrected([row for row in of_all if row["term"].startswith(f"base{PAIR}")], pairs=True)
    interacting = {row["term"]: row for row in pairs if row["corrected"] <= LEVEL}
    within = [
        row
        for base in dict.fromkeys(row["base"] for row in effects if row["base"] != ALL_BASES)
        for row in with_corrected(rows_where(effects, base=base))
    ]
    for row in with_corrected(of_all):
        factor, pair = row["term"], f"base{PAIR}{row['term']}"
        if pair not in interacting:
            yield setting(outcome, factor, row, rows_where(levels, factor=factor))
            continue
        yield setting(outcome, factor, interacting[pair], [], "_by_base")
        for row_within in rows_where(within, term=factor):
            yield setting(outcome, factor, row_within, of_base(row_within["base"], levels, pair), "_within_base")
    if of_all:
        yield together(outcome, of_all)


def of_base(base: str, levels: list[dict], pair: str) -> list[dict]:
    """Return the rows of levels.csv about a factor within a base, which are those about their pair."""
    start = f"{base}, "
    rows = (row for row in rows_where(levels, factor=pair) if row["level"].startswith(start))
    return [row | {"level": row["level"].removeprefix(start)} for row in rows]


def setting(outcome: str, factor: str, row: dict, levels: list[dict], kind: str = "") -> Statement:
    """Return the statement about one factor, its pair with the base, or within a base, from its rows of both tables."""
    of, base = OUTCOMES[outcome], row["base"] if row["base"] != ALL_BASES else ""
    explained = Number(
        *("share", row["share"], "share", row["low"], row["high"], row["runs"], of.observations),
        **{"null": ADDED if PAIR in row["term"] else WITHIN, "p": row["corrected"], "sides": 1, "correction": "bh"},
        smallest_p=smallest_corrected(row),
    )
    words_of = (
        *(("outcome", of.words), ("factor", words(factor)), ("level", "unknown"), ("base", base)),
        *(("unit", of.observations), ("over", of.over), ("bases", enumerated(row["design"].split(", ")))),
    )
    return Statement(
        f"{'failure_' * (outcome == 'failed')}setting{kind}",
        (explained, *(at_level(level, of) for level in levels)),
        **{"subject": "/".join(filter(None, (outcome, factor, base))), "question": of.question, "words": words_of},
        **{"table": "effects.csv, levels.csv", "columns": "share, p, mean"},
        would_decide=f"more {of.observations}{of.over} at each level" * (row["smallest_p"] > LEVEL),
    )


def at_level(row: dict, of: Outcome) -> Number:
    """Return an outcome at one level: a count of failed runs, or a mean."""
    name = f"level: {row['level']}"
    if "count" in row:
        return Number(name, row["count"], "runs", n=row["runs"], n_unit="runs")
    return Number(name, row["mean"], of.unit, row["low"], row["high"], row["runs"], of.observations)


def together(outcome: str, effects: list[dict]) -> Statement:
    """Return what all single factors, their pairs, and the seeds explain of an outcome."""
    of, others = OUTCOMES[outcome], (SEEDS, HIGHER)
    pairs = [row for row in effects if PAIR in row["term"]]
    single = [row for row in effects if row["term"] not in others and row not in pairs]
    parts = {"single settings": single, "pairs of settings": pairs, "seeds": rows_where(effects, term=SEEDS)}
    parts["the rest of the conditions"] = rows_where(effects, term=HIGHER)
    known = {name: sum(row["share"] for row in rows) for name, rows in parts.items() if rows}
    numbers = [Number(f"part: {name}", share, "share") for name, share in known.items()]
    observations = Number("observations", effects[0]["runs"], of.observations)
    return Statement(
        *("settings_together", (observations, *numbers)),
        **{"subject": outcome, "question": of.question},
        words=(("outcome", of.words), ("unit", of.observations), ("over", of.over)),
        **{"table": "effects.csv", "columns": "share"},
    )


def change_view(levels: list[dict]) -> Iterator[Statement]:
    """Yield the lowest mean at any level, of kernels and of their changes beyond white noise; nothing if unknown."""
    lowest = {}
    for name, outcome in (("kernels", "structured"), ("changes", "change_structured")):
        rows = [row for row in rows_where(levels, outcome=outcome) if PAIR not in row["factor"]]
        if not rows:
            return
        lowest[name] = min(rows, key=lambda row: row["mean"])
    numbers = [at_level(row, OUTCOMES["structured"])._replace(statistic=name) for name, row in lowest.items()]
    places = tuple((f"level_of_{name}", f"{words(row['factor'])} {row['level']}") for name, row in lowest.items())
    yield Statement("change_view", tuple(numbers), words=places, table="levels.csv", columns="mean")


def clear(conditions: list[dict]) -> Iterator[Statement]:
    """Yield how many conditions are clear while their network works, and the nearest if there is none."""
    good = [row["arch"] for row in conditions if is_clear(row)]
    counted = Number("clear", len(good), "conditions", n=len(conditions), n_unit="conditions")
    rule = [Number(name, bound, unit) for name, (_, bound, unit) in RULE.items()]
    names = (("names", f": {', '.join(good)}" if good else ""),)
    columns = "initial_ratio_mean, structured_mean, accuracy_mean, failures"
    yield Statement("clear_conditions", (counted, *rule), words=names, table="conditions.csv", columns=columns)
    if not good:
        yield condition("nearest_condition", max(conditions, key=nearness))


def is_clear(row: dict) -> bool:
    """Return whether no run of a condition failed, and its kernels and accuracy meet RULE."""
    values = [row[f"{column}_mean"] for column, _, _ in RULE.values()]
    if row["failures"] or None in values:
        return False
    ratio, *shares = (value - bound for value, (_, bound, _) in zip(values, RULE.values(), strict=True))
    return ratio < 0 and min(shares) >= 0


def nearness(row: dict) -> float:
    """Return accuracy times what is not left of the start times the share of successful runs."""
    ratio = row["initial_ratio_mean"]
    return row["accuracy_mean"] * (1 - min(1, 1 if ratio is None else ratio)) * (1 - row["failure_rate"])


def condition(claim: str, row: dict) -> Statement:
    """Return the description of one condition, from its row of conditions.csv."""
    numbers = []
    for name in OF_ONE_CONDITION:
        value, low, high, n = (row[f"{name}_{part}"] for part in ("mean", "low", "high", "n"))
        if value is not None:
            unit = "seeds" if name == "beyond_rotated" else OUTCOMES[name].observations
            numbers.append(Number(f"outcome: {OUTCOMES[name].words}", value, OUTCOMES[name].unit, low, high, n, unit))
    words_of_condition = (("condition", row["arch"]),)
    numbers = (*failed(row["failures"], row["runs"]), *numbers)
    return Statement(claim, numbers, words=words_of_condition, table="conditions.csv", columns="mean, low, high")
