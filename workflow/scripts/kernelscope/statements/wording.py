"""The sentence of a statement: the clause of its claim, its numbers, and, where it is not shown, the reason."""

from collections.abc import Iterable

from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.number_words import COUNTS, Shown, between, of_count, written
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED, Number, Statement
from kernelscope.stats.pvalues import LEVEL
from kernelscope.stats.text import LEAST_P, at_floor, p_text

MOST_LABELS = 6  # that a sentence lists
FITTED = 0.9  # share of its training labels from which a control fits them
DIFFERENCES = ("excess", "difference")  # statistics of differences, in whose intervals zero is no effect
WEAK = "; weak, as the interval includes zero"
NONE, OPEN = "No evidence that ", "It cannot be decided whether "  # how sentences begin that show nothing


def opposite(test: Number) -> bool:
    """Return whether a value is not above its null, which is the opposite of what is claimed."""
    return None not in (test.value, test.null_value) and test.value <= test.null_value


def is_weak(numbers: Iterable[Number]) -> bool:
    """Return whether the interval of a difference includes zero."""
    ends = [(n.low, n.high) for n in numbers if n.statistic in DIFFERENCES and n.low is not None]
    return any(low <= 0 <= high for low, high in ends)


def telling_p(number: Number | None, verdict: str, weak: bool = False) -> str:
    """Return the p of a test if it says more than the verdict.

    It does if it is above the level, the smallest possible one, or of a difference with the opposite sign, or if the
    interval includes zero (weak). Counts of kernels that pass say as much as their p, and p below LEAST_P say no more
    than a verdict.
    """
    if number is None or number.p is None or verdict == UNDECIDED:
        return ""
    p, smallest = number.p, number.smallest_p
    if number.statistic == "trained":  # kernels are counted
        return p_text(p, smallest) if p > LEVEL else ""
    at_least = at_floor(p, smallest) and p >= LEAST_P if verdict == SHOWN else opposite(number)
    return p_text(p, smallest) if p > LEVEL or at_least or weak else ""


def sentence(statement: Statement) -> str:
    """Return the sentence of a judged statement.

    It has the clause of the claim first and its numbers second; what is not shown begins with the verdict.
    """
    claim = CLAIMS[statement.claim]
    fields = shown(statement)
    clause = claim.clause.format_map(fields)
    if statement.verdict == UNDECIDED:
        return f"{OPEN}{clause}: {statement.reason}.{decides(statement)}"
    weak = statement.verdict == SHOWN and is_weak(statement.numbers)
    p = telling_p(statement.test, statement.verdict, weak)
    numbers = [claim.numbers.format_map(fields), f"{p}{WEAK * weak}"]
    if claim.counted:
        numbers.insert(0, f"{fields['count'].of}{beside_untrained(fields)}")
    if statement.verdict == NO_EVIDENCE:
        reason = f" ({statement.reason})" if statement.reason else ""
        return f"{NONE}{clause}: {joined(numbers)}{reason}.{detectable(statement)}"
    if claim.counted:
        clause = f"{kernels(fields)} {agreeing(clause.removeprefix('kernels '), fields['count'].number.value)}"
        numbers = [listed_labels(statement) if claim.labels else "", claim.numbers.format_map(fields)]
    end = joined(numbers, "; " if claim.counted else ", ")
    return f"{capital(clause)}: {end}.{caveat(statement)}" if end else f"{capital(clause)}."


def caveat(statement: Statement) -> str:
    """Return, as a sentence, that the training of the control failed, which may be what the kernels differ in."""
    fields = shown(statement)
    wrong, left = control_failed(fields), [fields.get(name) for name in ("left_in_control", "left")]
    if wrong and None not in left and left[0].number.value > left[1].number.value:
        wrong.append(f"kept more of their start ({left[0]} against {left[1]})")
    return f" {capital(enumerated(wrong))}, so failed training may be the cause." if wrong else ""


def control_failed(fields: dict[str, Shown]) -> list[str]:
    """Return how many control runs failed, and that they do not fit their training labels; [] if neither is so."""
    failed, fit = fields.get("control_failed"), fields.get("control_fit")
    fits = fit is None or fit.number.value >= FITTED
    parts = ["failed"] * (failed is not None) + [f"fit only {fit} of their training labels"] * (not fits)
    return [f"{failed.of if failed else 'the'} control runs {parts[0]}", *parts[1:]] if parts else []


def shown(statement: Statement) -> dict:
    """Return what the fields of a template are: words, lists and numbers of a statement, and when kernels settle."""
    fields = dict(statement.words) | lists(statement) | {of.statistic: Shown(of) for of in statement.numbers}
    if "accuracy" in fields:
        fields["accuracies"] = accuracies(fields)
    return fields | ({"when": when(fields), "apart": apart(fields)} if {"gap", "step"} <= set(fields) else {})


def accuracies(fields: dict[str, Shown]) -> str:
    """Return the test accuracy of all runs, or above and below a gap: `97 to 99.8 % in 5 runs and 67 % in 1`."""
    if "above_gap_least" not in fields:
        return f"{fields['accuracy']}{fields['accuracy'].range}"
    above, below = (between(fields[f"{name}_least"], fields[f"{name}_most"]) for name in ("above_gap", "below_gap"))
    n = fields["above_gap_least"]
    runs = f"{n.n} {of_count('runs', n.number.n)}"
    return f"{above} in {runs} and {below} in {fields['below_gap_least'].n}"


def when(fields: dict[str, Shown]) -> str:
    """Return by which step kernels settle: `by step 62 of 300`."""
    return f"by step {fields['step']}" + (f" of {fields['total']}" if "total" in fields else "")


def apart(fields: dict[str, Shown]) -> str:
    """Return how far apart the snapshots are, between which kernels settle, in parentheses; "" if less than a step."""
    gap = str(fields["gap"])
    return "" if gap == "0" else f" (snapshots {gap} {of_count('steps', int(gap))} apart)"


SINGULAR = {"are": "is", "fit": "fits", "have": "has", "prefer": "prefers", "respond": "responds"}


def agreeing(predicate: str, count: float) -> str:
    """Return a predicate as it is written of this many kernels: its first word in the singular of 1."""
    verb, space, rest = predicate.partition(" ")
    return f"{SINGULAR[verb]}{space}{rest}" if count == 1 else predicate


def kernels(fields: dict) -> str:
    """Return how many kernels pass, and how many untrained kernels do: `29 of 36 kernels (untrained: 2)`."""
    return f"{fields['count'].of} kernels{beside_untrained(fields)}"


def beside_untrained(fields: dict, control: str = "") -> str:
    """Return how many untrained kernels pass, in parentheses; "" if none was tested.

    control: how many kernels pass after training on random labels, "" if that is not known.
    """
    beside = f", random labels: {control}" * bool(control)
    return "" if fields["count"].number.untrained is None else f" (untrained: {untrained(fields)}{beside})"


def untrained(fields: dict) -> str:
    """Return how many untrained kernels pass."""
    return "none" if fields["count"].number.untrained == 0 else fields["count"].untrained


def joined(parts: list[str], between: str = ", ") -> str:
    """Return the parts that are not empty, as one text."""
    return between.join(filter(None, parts))


def decides(statement: Statement) -> str:
    """Return what would decide a statement, as a sentence."""
    return f" It would take {statement.would_decide}." if statement.would_decide else ""


def detectable(statement: Statement) -> str:
    """Return the smallest effect that the design would have found, as a sentence."""
    test = statement.test
    if test is None or test.detectable is None:
        return ""
    shared = next((n for n in statement.numbers if n.statistic == "detectable_shared"), None)
    planted = ""
    if shared:
        count = f"{written(shared.value, shared.unit)} shared {of_count(shared.unit, shared.value)}"
        planted = f", as of {count} in each seed,"
    difference = written(test.detectable, "" if test.unit in COUNTS else test.unit)
    return f" A difference of {difference}{planted} would be found in 80 % of cases."


def listed_labels(statement: Statement) -> str:
    """Return the most frequent labels with their numbers of kernels."""
    labels = [number for number in statement.numbers if number.statistic.startswith("label: ")]
    words = [f"{number.statistic.removeprefix('label: ')} ({written(number.value, number.unit)})" for number in labels]
    more = sum(number.value for number in labels[MOST_LABELS:])
    rest = [f"{more} more {of_count('kernels', more)}"] if more else []
    return ", ".join([*words[:MOST_LABELS], *rest])


def lists(statement: Statement) -> dict[str, str]:
    """Return the lists of a statement: numbers with statistics such as `level: mse` are one list, `{level}`."""
    items: dict[str, list[str]] = {}
    for number in statement.numbers:
        kind, colon, name = number.statistic.partition(": ")
        if colon:
            items.setdefault(kind, []).append(f"{name} {listed(number)}")
    return {kind: ", ".join(of_kind) for kind, of_kind in items.items()}


def listed(number: Number) -> str:
    """Return a number of a list: `51 of 160`, or `32 % [30, 34] (116 runs)`."""
    value = written(number.value, number.unit)
    if number.unit in COUNTS:
        return value if number.n is None else f"{value} of {number.n}"
    n = f" ({number.n} {of_count(number.n_unit, number.n)})" if number.n is not None else ""
    return f"{value}{Shown(number).range}{n}"


def capital(text: str) -> str:
    """Return text with a capital first letter."""
    return text[:1].upper() + text[1:]


def enumerated(names: list[str], most: int | None = None) -> str:
    """Return names as `a, b and c`; after `most` of them, how many more there are."""
    if most is not None and len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
