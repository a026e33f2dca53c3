"""What is not shown about one network: the claims without evidence, and those that cannot be decided."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from kernelscope.findings import settings
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.findings.counts import DOES, OF_WAVEFORMS, beyond_noise, does
from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.number_words import of_count
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.verdicts import ALSO_UNTRAINED
from kernelscope.statements.wording import beside_untrained, enumerated, untrained

WEIGHT = (  # claims about deeper layers that count kernels, of which the first that is shown is reported
    *("feature_beyond_noise", "feature", "class", "needed", "needed_beyond_random"),
    *("oriented", "smoother", "shape", "span_pca", "span_kmeans"),
)
FIRST = ("accuracy", "same_kinds_rotation", "same_kernels", "labels", "images", "conv_training")
STRONGER = (  # a claim, and a claim that says nothing more if there is no evidence of the first
    ("feature", "feature_beyond_noise"),
    ("needed", "needed_beyond_random"),
    ("same_kernels", "same_kernels_within_types"),
    ("vocabulary_cells", "vocabulary_shared"),
)
CLAUSES = {  # claim -> its clause in short
    "vocabulary_cells": "seeds share types of kernels",
    "vocabulary_shared": "more types than by chance are in every seed",
    "energy_profile": "seeds agree in energy profiles",
}
NULLS = {  # claim -> what its number is compared with, in short
    "same_kinds_rotation": "rotated at random",
    "same_kernels": "permuted",
    "same_kernels_within_types": "permuted within types",
    "representation": "untrained",
    "energy_profile": "noise",
    "initial_correlation": "other starts",
    "vocabulary_shared": "permuted",
    "vocabulary_cells": "permuted",
    **dict.fromkeys(("labels", "images", "conv_training"), "to the control"),
    "other_images": "across draws",
}


def no_evidence(statements: Iterable[Claimed]) -> list[str]:
    """Return sentences about claims without evidence: first those that are also true of untrained networks."""
    statements = list(statements)
    of_settings = settings.without_evidence(statements)
    within_types = any(of.claim == "same_kernels_within_types" and of.verdict == SHOWN for of in statements)
    statements = [of for of in statements if of.verdict == NO_EVIDENCE and not settings.is_about(of)]
    untrained_too = [of for of in statements if of.reason == ALSO_UNTRAINED]
    rest = [of for of in statements if of.reason != ALSO_UNTRAINED]
    counted = [of for of in rest if CLAIMS[of.claim].counted and of["count"].number.value == 0]
    others = [of for of in rest if of not in counted and of.claim not in moot(rest)]
    sentences = {of.claim: without(of, within_types) for of in others}
    first = [sentences.pop(claim) for claim in FIRST if claim in sentences]
    against = [sentences.pop(of.claim) for of in others if of.opposite and of.claim in sentences]
    first = ["; ".join([*first[:1], *against]), *first[1:]] if against else first
    return [*first, *none_of(counted), *sentences.values(), *(too(of) for of in untrained_too), *of_settings]


def without(of: Claimed, within_types: bool = False) -> str:
    """Return a claim without evidence, with its effect, and its direction if that is opposite.

    within_types: whether seeds share the kernels of each type, so that only types together show nothing.
    """
    if of.claim == "same_kernels" and within_types:
        return f"that kernels match better than kernels permuted without regard to their types ({numbers(of)})"
    if of.claim != "same_kernels":
        clause = CLAUSES.get(of.claim, of.clause)
        return f"that {clause} ({numbers(of)}: the opposite)" if of.opposite else f"that {clause} ({effect(of)})"
    shared = of.numbers.get("detectable_shared")
    if of.opposite:
        how, then = "worse", ", so kernels resemble others of their own seed"
    else:
        how, then = "no better", ", as if drawn from one pool"
        if shared:
            then += f" ({shared} shared {of_count('kernels', shared.number.value)} per seed would have been found)"
    matched = f"they match {how} than permuted kernels ({numbers(of)})"
    return f"that seeds share individual kernels: {matched}{then}"


def too(of: Claimed) -> str:
    """Return that a claim is also true of untrained networks."""
    return f"that {of.clause} ({effect(of)}{'' if of.reason in effect(of) else f'; {of.reason}'})"


def none_of(counted: list[Claimed]) -> list[str]:
    """Return what no kernel does, in a sentence for each number of kernels."""
    clauses: dict[str, list[str]] = {}
    for of in counted:
        if of.claim not in moot(counted):
            clauses.setdefault(of["count"].n, []).append(DOES[of.claim].replace(OF_WAVEFORMS, ""))
    return [f"that kernels {either(does)} (none of {n})" for n, does in clauses.items()]


def either(clauses: list[str]) -> str:
    """Return clauses as `a, b, or c`."""
    return ", or ".join(filter(None, (", ".join(clauses[:-1]), *clauses[-1:])))


def moot(statements: list[Claimed]) -> set[str]:
    """Return the claims that say nothing more if a weaker one has no evidence."""
    claims = {of.claim for of in statements}
    return {strong for weak, strong in STRONGER if weak in claims}


def effect(of: Claimed) -> str:
    """Return the number of a claim beside what it is compared with, and p."""
    if CLAIMS[of.claim].counted:
        return f"{of['count'].of}, untrained {untrained(of.numbers)}"
    if of.claim in NULLS:
        return f"{numbers(of)}{f'; {of.reason}' * bool(of.reason)}"
    return of.said.partition(": ")[2].removesuffix(f" ({of.reason})")


def numbers(of: Claimed) -> str:
    """Return the number of a claim, that of its null, and p."""
    shown = of[of.test.statistic]
    return f"{shown}, {NULLS[of.claim]} {shown.null}{of.p}"


def undecided(statements: Iterable[Claimed]) -> list[str]:
    """Return what cannot be decided, by what would decide it, or else by the reason."""
    groups: dict[str, list[str]] = {}
    for of in statements:
        if of.verdict == UNDECIDED:
            why = f"needs {of.would_decide}" if of.would_decide else of.reason
            groups.setdefault(why, []).append(CLAIMS[of.claim].name or of.clause)
    return [f"{enumerated(list(dict.fromkeys(names)))} ({why})" for why, names in groups.items()]


def by_layer(network: Network, layers: list[str]) -> list[str]:
    """Return a sentence for each of these layers, or for several in a row of which the same is to be said."""
    said = ((layer, in_brief([of for of in network.statements if of.layer == layer])) for layer in layers)
    runs = ([layer for layer, _ in run] + [words] for words, run in groupby(said, itemgetter(1)))
    return [f"{first_to_last(names)}: {words}" for *names, words in runs]


def first_to_last(names: list[str]) -> str:
    """Return the names of layers in a row: `conv2`, `conv2 and conv3`, `conv2 to conv9`."""
    return " and ".join(names) if len(names) < 3 else f"{names[0]} to {names[-1]}"


def in_brief(statements: list[Claimed]) -> str:
    """Return what is shown of one layer: whether seeds agree, or else what kernels do, or else all that is shown."""
    shown = {of.claim: of for of in statements if of.verdict == SHOWN}
    if "representation" in shown:
        return alike(shown["representation"])
    first = next((shown[claim] for claim in WEIGHT if claim in shown), None)
    if first:
        return brief(first, statements)
    return "; ".join(CLAIMS[claim].name for claim in shown) or "nothing is shown"


def brief(of: Claimed, statements: list[Claimed]) -> str:
    """Return how many kernels do what, beside untrained ones: `29 of 36 respond to features (untrained: 2)`."""
    noise = beyond_noise(statements) * (of.claim == "feature")
    return f"{of['count'].of} {does(of)}{beside_untrained(of.numbers)}{noise}"


def alike(of: Claimed) -> str:
    """Return that representations are more alike than untrained ones, with the difference."""
    excess = of["excess"]
    more = f"CKA {numbers(of).removesuffix(of.p)}, difference {excess}{excess.range}{of.p}"
    return f"representations of two seeds are more alike than untrained ones ({more})"
