"""What is not shown about one network: the claims without evidence, and those that cannot be decided."""

from collections.abc import Iterable

from kernelscope.findings import settings
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.findings.questions import DOES, OF_WAVEFORMS
from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.verdicts import ALSO_UNTRAINED
from kernelscope.statements.wording import enumerated, untrained

DEEPER = 2  # claims about a deeper layer
WEIGHT = ("feature", "class", "needed", "oriented", "smoother", "shape", "span_pca")  # claims about deeper layers
FIRST = ("accuracy", "same_kinds_rotation", "same_kernels", "labels", "images", "conv_training")
STRONGER = (  # a claim, and a claim that says nothing more if there is no evidence of the first
    ("feature", "feature_beyond_noise"),
    ("needed", "needed_beyond_random"),
    ("same_kernels", "same_kernels_within_types"),
    ("vocabulary_cells", "vocabulary_shared"),
)
NULLS = {  # claim -> what its number is compared with, in short
    "same_kinds_rotation": "rotated at random",
    "same_kernels": "permuted",
    "same_kernels_within_types": "permuted within types",
    "representation": "untrained",
    "energy_profile": "equally smooth noise",
    "initial_correlation": "other starts",
    "vocabulary_shared": "permuted",
    "vocabulary_cells": "permuted",
    "labels": "to those of random labels",
    "images": "to those of scrambled images",
    "conv_training": "to frozen kernels",
    "other_images": "across draws",
}


def no_evidence(statements: Iterable[Claimed]) -> list[str]:
    """Return sentences about claims without evidence: first those that are also true of untrained networks."""
    statements = list(statements)
    of_settings = settings.without_evidence(statements)
    statements = [of for of in statements if of.verdict == NO_EVIDENCE and not settings.is_about(of)]
    untrained_too = [of for of in statements if of.reason == ALSO_UNTRAINED]
    rest = [of for of in statements if of.reason != ALSO_UNTRAINED]
    counted = [of for of in rest if CLAIMS[of.claim].counted and of["count"].number.value == 0]
    others = [of for of in rest if of not in counted and of.claim not in moot(rest)]
    sentences = {of.claim: f"that {of.clause} ({effect(of)})" for of in others}
    first = [sentences.pop(claim) for claim in FIRST if claim in sentences]
    return [*first, *none_of(counted), *sentences.values(), *(too(of) for of in untrained_too), *of_settings]


def too(of: Claimed) -> str:
    """Return that a claim is also true of untrained networks."""
    return f"that {of.clause} ({effect(of)}{'' if of.reason in effect(of) else f'; {of.reason}'})"


def none_of(counted: list[Claimed]) -> list[str]:
    """Return what no kernel does, in a sentence for each number of kernels."""
    clauses: dict[str, list[str]] = {}
    for of in counted:
        if of.claim not in moot(counted):
            clauses.setdefault(of["count"].n, []).append(DOES[of.claim].removesuffix(OF_WAVEFORMS))
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
        shown = of[of.test.statistic]
        why = f"; {of.reason}" if of.reason and not of.p else ""
        return f"{shown}, {NULLS[of.claim]} {shown.null}{of.p}{why}"
    return of.said.partition(": ")[2].removesuffix(f" ({of.reason})")


def undecided(statements: Iterable[Claimed]) -> list[str]:
    """Return what cannot be decided, by what would decide it, or else by the reason."""
    groups: dict[str, list[str]] = {}
    for of in statements:
        if of.verdict == UNDECIDED:
            why = f"needs {of.would_decide}" if of.would_decide else of.reason
            groups.setdefault(why, []).append(CLAIMS[of.claim].name or of.clause)
    return [f"{enumerated(list(dict.fromkeys(names)))} ({why})" for why, names in groups.items()]


def deeper(network: Network) -> list[str]:
    """Return a sentence for each deeper layer: what is shown of it, and for what there is no evidence."""
    return by_layer(network, network.layers[1:])


def by_layer(network: Network, layers: list[str]) -> list[str]:
    """Return a sentence for each of these layers."""
    return [f"{layer}: {in_brief([of for of in network.statements if of.layer == layer])}" for layer in layers]


def in_brief(statements: list[Claimed]) -> str:
    """Return what is shown of one layer."""
    shown = [brief(of) for claim in WEIGHT for of in statements if (of.claim, of.verdict) == (claim, SHOWN)]
    more = [name(of) for of in statements if of.verdict == SHOWN and not CLAIMS[of.claim].counted]
    return ", ".join(shown[:DEEPER] or more) or "nothing is shown"


def brief(of: Claimed) -> str:
    """Return the name of a claim with its counts of kernels, trained and untrained: `smoothness 29/2 of 36`."""
    count = of["count"]
    beside = "" if count.number.untrained is None else f"/{count.untrained}"
    return f"{name(of)} {count}{beside} of {count.n}"


def name(of: Claimed) -> str:
    """Return what a claim is about."""
    return CLAIMS[of.claim].name or of.claim.replace("_", " ")
