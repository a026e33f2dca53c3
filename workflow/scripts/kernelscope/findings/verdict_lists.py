"""What is not shown about one network: the claims without evidence, and those that cannot be decided."""

from collections.abc import Iterable

from kernelscope.findings import settings
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.findings.questions import DOES
from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.verdicts import ALSO_UNTRAINED
from kernelscope.statements.wording import enumerated, untrained

STRONGER = (("feature", "feature_beyond_noise"), ("needed", "needed_beyond_random"))  # a claim, and more than that
NULLS = {  # claim -> what its number is compared with, in short
    "same_kinds_rotation": "rotated at random",
    "same_kernels": "permuted",
    "same_kernels_within_types": "permuted within types",
    "representation": "untrained",
    "energy_profile": "noise as smooth",
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
    sentences = [f"that {of.clause} ({effect(of)})" for of in rest if of not in counted]
    for n in dict.fromkeys(of["count"].n for of in counted):
        clauses = [DOES[of.claim] for of in counted if of["count"].n == n and of.claim not in moot(counted)]
        sentences.append(f"that kernels {either(clauses)} (none of {n})")
    return sentences + [f"that {of.clause} ({effect(of)}; {of.reason})" for of in untrained_too] + of_settings


def moot(statements: list[Claimed]) -> set[str]:
    """Return the claims that say nothing more if a weaker one has no evidence."""
    claims = {of.claim for of in statements}
    return {strong for weak, strong in STRONGER if weak in claims}


def either(clauses: list[str]) -> str:
    """Return clauses as `a, b, or c`."""
    return ", or ".join(filter(None, (", ".join(clauses[:-1]), clauses[-1])))


def effect(of: Claimed) -> str:
    """Return the number of a claim beside what it is compared with, and p."""
    if CLAIMS[of.claim].counted:
        return f"{of['count'].of}, untrained {untrained(of.numbers)}"
    if of.claim in NULLS:
        shown = of[of.test.statistic]
        return f"{shown}, {NULLS[of.claim]} {shown.null}{of.p}"
    return of.said.partition(": ")[2] or of.p.removeprefix(", ")


def undecided(statements: Iterable[Claimed]) -> list[str]:
    """Return what cannot be decided, by what would decide it, or else by the reason."""
    groups: dict[str, list[str]] = {}
    for of in statements:
        if of.verdict == UNDECIDED:
            why = f"it would take {of.would_decide}" if of.would_decide else of.reason
            groups.setdefault(why, []).append(CLAIMS[of.claim].name or of.clause)
    return [f"{enumerated(list(dict.fromkeys(names)))} ({why})" for why, names in groups.items()]


def deeper(network: Network) -> list[str]:
    """Return a sentence for each deeper layer: what is shown of it, and for what there is no evidence."""
    return by_layer(network, network.layers[1:])


def by_layer(network: Network, layers: list[str]) -> list[str]:
    """Return a sentence for each of these layers."""
    return [f"{layer}: {in_brief([of for of in network.statements if of.layer == layer])}" for layer in layers]


def in_brief(statements: list[Claimed]) -> str:
    """Return the claims about one layer by verdict."""
    shown = [brief(of) for of in statements if of.verdict == SHOWN]
    without = [name(of) for of in statements if of.verdict == NO_EVIDENCE]
    parts = [", ".join(shown), f"no evidence: {', '.join(without)}" if without else ""]
    if any(of.verdict == UNDECIDED for of in statements):
        parts.append("the rest cannot be decided" if shown or without else "nothing can be decided")
    return "; ".join(filter(None, parts)) or "nothing was tested"


def brief(of: Claimed) -> str:
    """Return the name of a claim with its count of kernels."""
    count = f" {of['count'].of} (untrained: {untrained(of.numbers)})" if CLAIMS[of.claim].counted else ""
    return f"{name(of)}{count}"


def name(of: Claimed) -> str:
    """Return what a claim is about."""
    return CLAIMS[of.claim].name or of.claim.replace("_", " ")
