"""Fixed sentences about a sweep: which factor matters most, what each level does, and which choice is best."""

from kernelscope.stats.anova import HIGHER, SEEDS
from kernelscope.stats.factor_rows import rows_where, with_corrected, words
from kernelscope.stats.intervals import proportion
from kernelscope.stats.text import LEVEL, p_text, percent, two

OUTCOMES = {
    "initial_share": "initial noise left in a kernel",
    "structured": "share of kernels beyond white noise",
    "change_structured": "share of changes beyond white noise",
    "accuracy": "test accuracy",
    "failed": "failure",
    "universality": "similarity across seeds beyond that of turned kernels",
    "bars": "share of kernels that prefer bars to corners and arcs",
    "orientation": "orientation R of the changes",
}
CLEAR = {"initial_share": 0.05, "structured": 0.9, "accuracy": 0.99}  # less than; at least; at least


def sweep(effects: list[dict], levels: list[dict], conditions: list[dict]) -> list[str]:
    """Return all sentences about one design, from its rows of effects.csv, levels.csv and conditions.csv."""
    runs, failed = sum(row["runs"] for row in conditions), sum(row["failures"] for row in conditions)
    sentences = [
        f"{len(conditions)} conditions, {runs} trainings, {failed_of(failed, runs)}. Kernels are measured in trainings "
        "that did not fail; p of a factor is from runs permuted over its levels, corrected over the factors (Benjamini "
        "and Hochberg). [conditions.csv]"
    ]
    sentences += [
        explained(outcome, rows_where(effects, outcome=outcome), rows_where(levels, outcome=outcome))
        for outcome in OUTCOMES
    ]
    sentences += [
        asked(
            "few and many kernels differ in how clear they are",
            "kernels",
            ("structured", "initial_share", "change_structured"),
            effects,
            levels,
        ),
        asked(
            "losses differ in curves and straight sections",
            "training.loss",
            ("bars", "orientation"),
            effects,
            levels,
        ),
        change_view(effects, levels),
        reached(conditions),
    ]
    return [sentence for sentence in sentences if sentence]


def failed_of(failed: int, runs: int) -> str:
    """Return how many runs failed, with the interval of the share."""
    _, low, high = proportion(failed, runs)
    return f"{failed} of {runs} failed (95 % interval {percent(low)} to {percent(high)})"


def explained(outcome: str, effects: list[dict], levels: list[dict]) -> str:
    """Return which factors matter for an outcome, the largest first, with the means at the levels of the largest."""
    if not effects:
        return ""
    tested = with_corrected(effects)
    mattering = sorted((row for row in tested if row["corrected"] <= LEVEL), key=lambda row: -row["share"])
    if not mattering:
        return (
            f"{capital(OUTCOMES[outcome])}: no factor is shown to matter (p ≤ {LEVEL} after correction). [effects.csv]"
        )
    parts = [f"{words(row['term'])} {percent(row['share'])}{spread(row)}" for row in mattering]
    rest = [
        f"{text} {percent(sum(row['share'] for row in rows))}"
        for text, rows in (
            ("pairs of factors", [row for row in effects if " x " in row["term"]]),
            ("seeds", rows_where(effects, term=SEEDS)),
            ("the rest of the conditions", rows_where(effects, term=HIGHER)),
        )
        if rows
    ]
    means = level_means(rows_where(levels, factor=mattering[0]["term"]))
    return (
        f"{capital(OUTCOMES[outcome])}: of its variance over {effects[0]['runs']} "
        f"{'conditions' if outcome == 'universality' else 'trainings'}, {', '.join(parts)} (each p ≤ {LEVEL}); "
        f"{', '.join(rest)}. {f'Means: {means}. ' * bool(means)}[effects.csv{', levels.csv' * bool(means)}]"
    )


def spread(row: dict) -> str:
    """Return the interval of a share of variance, "" if there is none."""
    return "" if row["low"] is None else f" (95 % interval {percent(row['low'])} to {percent(row['high'])})"


def level_means(levels: list[dict]) -> str:
    """Return the means at all levels of a factor."""
    return ", ".join(f"{row['level']} {with_interval(row)}" for row in levels)


def with_interval(row: dict) -> str:
    """Return a mean with its interval, from a row of levels.csv."""
    interval = "" if row["low"] is None else f" ({two(row['low'])} to {two(row['high'])})"
    return f"{two(row['mean'])}{interval}"


def asked(claim: str, factor: str, outcomes: tuple[str, ...], effects: list[dict], levels: list[dict]) -> str:
    """Return whether a claim about one factor is supported: the means and p of the outcomes that would show it."""
    parts, significant = [], []
    for outcome in outcomes:
        matching = [row for row in with_corrected(rows_where(effects, outcome=outcome)) if row["term"] == factor]
        if matching:
            means = level_means(rows_where(levels, outcome=outcome, factor=factor))
            parts.append(f"{OUTCOMES[outcome]} {means}, {p_text(matching[0]['corrected'])}")
            significant.append(matching[0]["corrected"] <= LEVEL)
    if not parts:
        return ""
    verdict = (
        f"Yes (p ≤ {LEVEL}) in {sum(significant)} of {len(significant)} outcomes"
        if any(significant)
        else "Nothing is shown"
    )
    return f"Do {claim}? {verdict}: {'; '.join(parts)}. [levels.csv]"


def change_view(effects: list[dict], levels: list[dict]) -> str:
    """Return whether the training settings still matter if the change of kernels is examined instead of the kernels."""
    both = [sum_of_factors(rows_where(effects, outcome=name)) for name in ("structured", "change_structured")]
    whole = [rows_where(levels, outcome=name) for name in ("structured", "change_structured")]
    if None in both or not all(whole):
        return ""
    least = [min(row["mean"] for row in rows) for rows in whole]
    return (
        f"Does the change view make it moot? At the worst level of any factor {percent(least[0])} of the trained "
        f"kernels are beyond white noise, and {percent(least[1])} of their changes; single factors explain "
        f"{percent(both[0])} of the variance of the first, {percent(both[1])} of the second. [levels.csv, effects.csv]"
    )


def sum_of_factors(effects: list[dict]) -> float | None:
    """Return the share of variance that all single factors explain; None if there are none."""
    alone = [row["share"] for row in effects if row["p"] is not None]
    return sum(alone) if alone else None


def is_clear(row: dict) -> bool:
    """Return whether no run of a condition failed and its kernels and accuracy reach CLEAR."""
    return (
        row["failures"] == 0
        and row["initial_share_mean"] < CLEAR["initial_share"]
        and row["structured_mean"] >= CLEAR["structured"]
        and row["accuracy_mean"] >= CLEAR["accuracy"]
    )


def nearness(row: dict) -> float:
    """Return accuracy times the share of variance that is not initial noise times the share of successful runs."""
    noise = 1 if row["initial_share_mean"] is None else row["initial_share_mean"]
    return row["accuracy_mean"] * (1 - noise) * (1 - row["failure_rate"])


def reached(conditions: list[dict]) -> str:
    """Return the conditions whose kernels are clear while the network works, from rows of conditions.csv."""
    rule = "less than 5 % initial noise, at least 90 % of kernels beyond white noise, 99 % accuracy, no failure"
    good = [row["arch"] for row in conditions if row["initial_share_mean"] is not None and is_clear(row)]
    if good:
        return f"Conditions with {rule}: {len(good)} of {len(conditions)}: {', '.join(good)}. [conditions.csv]"
    best = max(conditions, key=nearness)
    return f"Conditions with {rule}: none of {len(conditions)}. The nearest: {alone(best)}"


def alone(row: dict) -> str:
    """Return a sentence about one architecture, from its row of conditions.csv."""
    parts = [
        f"{OUTCOMES[name]} {two(row[f'{name}_mean'])}"
        + (f" ({two(row[f'{name}_low'])} to {two(row[f'{name}_high'])})" if row[f"{name}_low"] is not None else "")
        for name in ("initial_share", "structured", "change_structured", "accuracy", "universality")
        if row[f"{name}_mean"] is not None
    ]
    return f"{row['arch']}: {', '.join(parts)}; {failed_of(row['failures'], row['runs'])}. [conditions.csv]"


def capital(text: str) -> str:
    """Return text with a capital first letter."""
    return text[0].upper() + text[1:]
