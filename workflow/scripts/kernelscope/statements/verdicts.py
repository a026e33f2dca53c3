"""Judge statements: correct p within families, and decide between shown, no evidence, and cannot be decided."""

from collections.abc import Iterable

import numpy as np

from kernelscope.statements import wording
from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED, Number, Statement
from kernelscope.stats import pvalues, text
from kernelscope.stats.text import at_floor

ALSO_UNTRAINED = "also true of untrained networks"
OTHER_WAY = "the difference has the opposite sign"


def judged(statements: Iterable[Statement]) -> list[Statement]:
    """Return statements with corrected p, verdict, reason and text.

    Statements of one family about one dataset are corrected together (Holm 1979), without those that cannot be decided.

    Parameters
    ----------
    statements : iterable of Statement
        With raw p in their tests.

    Returns
    -------
    list of Statement
        In the same order.
    """
    statements = list(statements)
    families = {(statement.dataset, statement.family) for statement in statements if statement.family}
    for dataset, family in sorted(families):
        members = [i for i, of in enumerate(statements) if (of.dataset, of.family) == (dataset, family)]
        places = [i for i in members if decidable(statements[i])]
        raw = np.array([statements[i].test.p for i in places], float)
        for i, p in zip(places, pvalues.holm(raw), strict=True):
            statements[i] = with_test(statements[i], float(p))
    return [worded(statement) for statement in statements]


def decidable(statement: Statement) -> bool:
    """Return whether a statement has a p, and its design allows one at or below the level."""
    test = statement.test
    if test is None or test.p is None or statement.reason:
        return False
    return test.smallest_p is None or test.smallest_p <= pvalues.LEVEL


def with_test(statement: Statement, p: float) -> Statement:
    """Return a statement whose test has this corrected p; the smallest p is corrected with it where they are equal."""
    test = statement.test
    smallest = p if at_floor(test.p, test.smallest_p) else test.smallest_p
    changed = test._replace(p=p, smallest_p=smallest, correction="holm")
    return statement._replace(numbers=tuple(changed if number is test else number for number in statement.numbers))


def worded(statement: Statement) -> Statement:
    """Return a statement with its verdict, the reason of it, and its text."""
    question = statement.question or CLAIMS[statement.claim].question
    statement = with_verdict(statement._replace(question=question))
    return statement._replace(text=wording.sentence(statement))


def with_verdict(statement: Statement) -> Statement:
    """Return a statement with its verdict; a description stays without."""
    test = statement.test
    if test is None:
        return statement
    if not decidable(statement):
        return statement._replace(verdict=UNDECIDED, reason=statement.reason or undecided(test))
    if test.p > pvalues.LEVEL:
        return statement._replace(verdict=NO_EVIDENCE)
    if rival := beaten_by_rival(statement):
        return statement._replace(verdict=NO_EVIDENCE, reason=rival)
    return statement._replace(verdict=SHOWN)


def beaten_by_rival(statement: Statement) -> str:
    """Return why a small p is no evidence: untrained networks do as well, or the difference has the opposite sign.

    Where kernels are counted, a mean over all of them says nothing about those that pass.
    """
    first, test = statement.numbers[0], statement.test
    if None not in (first.untrained, first.value) and first.untrained >= first.value:
        return ALSO_UNTRAINED
    if CLAIMS[statement.claim].counted:
        return ""
    return OTHER_WAY if wording.opposite(test) else ""


def undecided(test: Number) -> str:
    """Return why a test cannot decide."""
    if test.p is None:
        return test.reason or "it could not be tested"
    return f"the smallest possible p is {text.plain(test.smallest_p)}"
