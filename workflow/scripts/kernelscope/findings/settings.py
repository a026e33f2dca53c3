"""Which settings of a sweep an outcome depends on: one sentence for each outcome, the strongest settings first."""

import re
from typing import NamedTuple

from kernelscope.findings.claimed import Claimed
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN
from kernelscope.statements.wording import capital, enumerated

CLAUSE = re.compile(
    r"(?:with (?P<base>.+?), )?(?:how )?(?P<outcome>.+?) depends on (?P<factor>.+?)(?: differs between (?P<bases>.+))?"
)
BASES = (("with", "base"), ("differently for", "bases"))
MOST = 5  # settings that a sentence names


class Dependence(NamedTuple):
    """That an outcome depends on a setting, and how much of its variance that explains."""

    outcome: str
    setting: str
    differs: str  # between which bases the dependence differs, "" for none
    verdict: str
    explained: str
    share: float


def dependences(statements: list[Claimed]) -> list[Dependence]:
    """Return what statements about settings say, the largest share first."""
    found = [dependence(of) for of in statements if is_about(of)]
    return sorted(found, key=lambda of: -of.share)


def is_about(of: Claimed) -> bool:
    """Return whether a statement is about a setting of a sweep."""
    return of.claim.removeprefix("failure_").startswith("setting") and "share" in of.numbers


def dependence(of: Claimed) -> Dependence:
    """Return the dependence that a statement is about."""
    part = CLAUSE.fullmatch(of.clause)
    base, differs = (f"{word} {part[name]}" if part[name] else "" for word, name in BASES)
    setting, share = " ".join(filter(None, [part["factor"], base])), of["share"]
    return Dependence(part["outcome"], setting, differs, of.verdict, str(share), share.number.value or 0.0)


def shown(statements: list[Claimed], most: int = MOST) -> list[str]:
    """Return a sentence for each outcome that depends on a setting: `Test accuracy depends on loss (60 % ...)`.

    most: settings that are named.
    """
    found = dependences(statements)
    sentences = []
    for outcome in dict.fromkeys(of.outcome for of in found if of.verdict == SHOWN):
        first, *others = [of for of in found if (of.outcome, of.verdict) == (outcome, SHOWN)]
        strongest = noted(first, f"{first.explained} of the variance at these levels")
        rest = [noted(of, of.explained) for of in others]
        sentences.append(f"{capital(outcome)} depends on {enumerated([strongest, *rest], most)}")
    return sentences


def noted(of: Dependence, explained: str = "") -> str:
    """Return a setting, with in parentheses where the dependence differs and how much it explains."""
    notes = "; ".join(filter(None, [of.differs, explained]))
    return f"{of.setting} ({notes})" if notes else of.setting


def without_evidence(statements: list[Claimed]) -> list[str]:
    """Return a clause for each outcome and the settings of which there is no evidence that it depends on them."""
    found = [of for of in dependences(statements) if of.verdict == NO_EVIDENCE]
    return [
        f"that {outcome} depends on {enumerated([noted(of) for of in found if of.outcome == outcome], MOST)}"
        for outcome in dict.fromkeys(of.outcome for of in found)
    ]
