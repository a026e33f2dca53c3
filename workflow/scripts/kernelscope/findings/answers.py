"""The answers to the three questions that readers have: what do kernels learn, when, and is it the same in every seed?

Each function takes rows of statements.csv (`io.cells.read`) about one dataset, and the names of networks in the order
of the config, without controls. Everything that it returns is text: no markup, and every number is one of the rows.
"""

from collections.abc import Iterable

from kernelscope.findings import claimed, headlines, networks, questions, verdict_lists
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.wording import agreeing, capital, untrained

MOST = 5  # sentences in short
KINDS, KERNELS = "same_kinds_rotation", ("same_kernels_within_types", "same_kernels")


def headline(rows: list[dict], archs: list[str]) -> str:
    """Return the answer for all networks in one or two sentences; "" if the rows say nothing.

    Parameters
    ----------
    rows : list of dict
    archs : list of str
        In the order of the config, without controls.
    """
    of_all = networks.of_rows(rows, archs)
    sentences = [headlines.not_working(of_all) or headlines.learned(of_all), headlines.shared(of_all)]
    return " ".join(list(filter(None, sentences)) or networks.accuracies(of_all)[:1])


def in_short(rows: list[dict], archs: list[str]) -> list[str]:
    """Return the answers for all networks, at most five sentences or short paragraphs, in the order of the questions.

    Parameters
    ----------
    rows : list of dict
    archs : list of str
        In the order of the config, without controls.
    """
    of_all = networks.of_rows(rows, archs)
    known = {network.arch for network in of_all}
    controls = networks.of_rows([row for row in rows if row["arch"] not in known], []) if archs else []
    lines = [
        *(networks.accuracies(of_all), networks.responding(of_all, controls), networks.settling(of_all)),
        *(networks.kinds(of_all), networks.individuals(of_all)),
    ]
    answers = [" ".join(sentences) for sentences in lines if sentences]
    return [*answers, *networks.others(of_all)][:MOST]


def cards(rows: list[dict], arch: str, random_labels: str = "") -> dict[str, dict]:
    """Return the answers for one network.

    Parameters
    ----------
    rows : list of dict
    arch : str
    random_labels : str
        The same network trained on random labels, "" if there is none.

    Returns
    -------
    dict
        "what", "when" and "same", each {"claim": sentence without its period, "details": [phrase, ...], "verdict":
        "shown", "no evidence", "cannot be decided" or "" for a description, "statements": names of the statements}.
        Where nothing is known, claim is "" and the lists are empty.
    """
    network = claimed.network(rows, arch, random_labels)
    return {"what": what(network), "when": when(network), "same": same(network)}


def card(claim: str = "", details: Iterable[str] = (), statements: Iterable[Claimed] = ()) -> dict:
    """Return a card with the verdict of its first statement."""
    statements = list(statements)
    verdict = statements[0].verdict if statements else ""
    names = list(dict.fromkeys(of.name for of in statements))
    return {"claim": claim, "details": list(filter(None, details)), "verdict": verdict, "statements": names}


def not_shown(of: Claimed) -> dict:
    """Return the card of a claim without evidence, or that cannot be decided."""
    if of.verdict == NO_EVIDENCE:
        return card(f"No evidence that {of.clause}", [verdict_lists.effect(of), of.reason], [of])
    return card(f"Whether {of.clause} cannot be decided", [of.reason, decides(of)], [of])


def decides(of: Claimed) -> str:
    """Return what would decide a claim."""
    return f"it would take {of.would_decide}" if of.would_decide else ""


def what(network: Network) -> dict:
    """Return what the kernels of the first layer respond to and are needed for, or else what they look like."""
    tested = [of for claim in networks.LEARNED if (of := network.get(claim))]
    lead = next((of for verdict in (SHOWN, NO_EVIDENCE, UNDECIDED) for of in tested if of.verdict == verdict), None)
    if lead is None:
        return card()
    if lead.verdict != SHOWN:
        return not_shown(lead)
    needed = [of for of in network.shown("needed") if of.verdict == SHOWN]
    loss = [f"{of['count'].of} are needed: without one, {questions.lost(of)} of the accuracy is lost" for of in needed]
    if lead.claim not in questions.DOES:
        return card(capital(lead.clause), [lead.said.partition(": ")[2], *loss], [lead, *needed])
    named = questions.features(lead) if lead.claim == "feature" else questions.labels(lead) * (lead.claim != "oriented")
    beside = "" if lead["count"].number.untrained is None else f"untrained: {untrained(lead.numbers)}"
    same = network.on_random_labels(lead.claim)
    details = [named, beside, f"trained on random labels: {same}" * bool(same), *loss]
    does = agreeing(questions.DOES[lead.claim], lead["count"].number.value)
    return card(f"{capital(lead['count'].of)} kernels {does}", details, [lead, *needed])


def when(network: Network) -> dict:
    """Return when the median kernel of the first layer settles, and in which order layers do."""
    told = network.shown("settled", "never_settled")
    if not told:
        return card()
    claim, _, share = told[0].said.partition(", after ")
    others = [of for of in network.statements if of.question == "when" and of.verdict in (SHOWN, "") and of != told[0]]
    return card(claim, [f"after {share}" if share else "", *questions.settles(network)[1:]], [told[0], *others])


def same(network: Network) -> dict:
    """Return whether seeds share kinds of kernels, and whether they share individual kernels."""
    kinds, kernels = network.get(KINDS), individual(network)
    if kinds is None:
        return card() if kernels is None else not_shown(kernels) if kernels.verdict != SHOWN else told_shown(kernels)
    vocabulary = network.shown("vocabulary")
    effects = [verdict_lists.effect(kinds)] if kinds.verdict == SHOWN else not_shown(kinds)["details"]
    details = [*effects, *weakness(kinds), *(of.said for of in vocabulary), about_individuals(kernels)]
    return card(claim_of_same(kinds, kernels), details, filter(None, [kinds, kernels, *vocabulary]))


def claim_of_same(kinds: Claimed, kernels: Claimed | None) -> str:
    """Return whether seeds share kinds, and individual kernels, as one claim."""
    if kinds.verdict != SHOWN:
        return not_shown(kinds)["claim"]
    more = {
        SHOWN: ", and individual kernels",
        NO_EVIDENCE: "; no evidence that they share individual kernels",
        UNDECIDED: "; individual kernels cannot be decided",
    }
    weakly = ", weakly" * questions.is_weak(kinds)
    return f"Seeds share kinds of kernels{weakly}{more[kernels.verdict] if kernels else ''}"


def weakness(kinds: Claimed) -> list[str]:
    """Return the interval of the difference, if it includes no difference although one is shown."""
    if not questions.is_weak(kinds):
        return []
    return [f"difference {kinds['excess']}{kinds['excess'].range}; the interval includes no difference"]


def told_shown(of: Claimed) -> dict:
    """Return the card of a claim that is shown, out of its text."""
    return card(capital(of.clause), [of.said.partition(": ")[2]], [of])


def individual(network: Network) -> Claimed | None:
    """Return the claim about individual kernels that is shown, or else the one that is tested first."""
    tested = [of for claim in KERNELS if (of := network.get(claim))]
    return ([of for of in tested if of.verdict == SHOWN] or tested[::-1] or [None])[0]


def about_individuals(of: Claimed | None) -> str:
    """Return whether seeds share individual kernels, as a phrase; "" if that is not known."""
    if of is None:
        return ""
    if of.verdict == SHOWN:
        return of.said
    if of.verdict == NO_EVIDENCE:
        return f"individual kernels: {verdict_lists.effect(of)}"
    return "; ".join(filter(None, (f"individual kernels: {of.reason}", decides(of))))


def verdict_of(rows: list[dict], arch: str) -> str:
    """Return the verdict about one network in three to six words."""
    network = claimed.network(rows, arch)
    for of in network.shown("failures"):
        if of["failures"].number.value == of["failures"].number.n:
            return "every training run failed"
    if network.verdict("accuracy") in (NO_EVIDENCE, UNDECIDED):
        return "no better than chance"
    kinds, kernels = network.get(KINDS), individual(network)
    if kernels and kernels.verdict == SHOWN:
        return "same kernels in every seed"
    if kinds and questions.is_weak(kinds):
        return "same kinds in every seed, weakly"
    return {
        SHOWN: "same kinds in every seed",
        NO_EVIDENCE: "no evidence of shared kinds",
        UNDECIDED: "shared kinds: cannot be decided",
    }.get(kinds.verdict if kinds else "", "seeds were not compared")
