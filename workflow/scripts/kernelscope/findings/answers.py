"""The answers to the three questions that readers have: what do kernels learn, when, and is it the same in every seed?

Each function takes rows of statements.csv (`io.cells.read`) about one dataset, and the names of networks in the order
of the config, without controls. Everything that it returns is text: no markup, and every number is one of the rows.
"""

from kernelscope.findings import claimed, counts, headlines, leads, networks, questions, seeds, verdict_lists
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.findings.seeds import card, decides
from kernelscope.statements.statement import NO_EVIDENCE, SEEDS, SHOWN, UNDECIDED
from kernelscope.statements.wording import NONE, OPEN, agreeing, capital, untrained

MOST = 5  # sentences in short
BRIEFLY = counts.DOES | {  # on first sight
    "feature_beyond_noise": counts.DOES["feature"],
    "oriented": "have a clear direction",
    "smoother": "are smoother than random ones",
}
PRECISELY = {  # what that means
    "feature_beyond_noise": "more than re-initialized kernels and equally smooth noise do",
    "oriented": "more oriented than equally smooth noise",
    "smoother": "smoother than re-initialized kernels",
}


def headline(rows: list[dict], archs: list[str]) -> str:
    """Return the answer for all networks in one to three sentences; "" if the rows say nothing.

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
        "what", "when" and "same", each {"claim": sentence without its period, "details": [phrase, ...], "sure": phrases
        about intervals and tests, "verdict": "shown", "no evidence", "cannot be decided" or "" for a description,
        "partly": whether more that the card asks is not shown, "statements": names of the statements}. Where nothing is
        known, claim is "" and the lists are empty.
    """
    network = claimed.network(rows, arch, random_labels)
    return {"what": what(network), "when": when(network), "same": seeds.same(network)}


def not_shown(of: Claimed) -> dict:
    """Return the card of a claim without evidence, or that cannot be decided."""
    if of.verdict == NO_EVIDENCE:
        return card(f"{NONE}{of.clause}", [of.reason], [of], [verdict_lists.effect(of)])
    return card(f"{OPEN}{of.clause}", [of.reason, decides(of)], [of])


def what(network: Network) -> dict:
    """Return what the kernels of the first layer respond to and are needed for, or else what they look like."""
    lead = network.get(leads.lead([network]))
    if lead is None:
        return card()
    if lead.verdict != SHOWN:
        return not_shown(lead)
    needed = [of for of in network.shown("needed") if of.verdict == SHOWN]
    losses = [without(of) for of in needed]
    if lead.claim not in counts.DOES:
        return card(capital(lead.clause), [lead.said.partition(": ")[2], *losses], [lead, *needed])
    named = counts.features(lead) if lead.claim in leads.FEATURES else counts.labels(lead) * (lead.claim != "oriented")
    beside = "" if lead["count"].number.untrained is None else f"of untrained kernels: {untrained(lead.numbers)}"
    same = network.on_random_labels(lead.claim)
    control = f"trained on random labels: {same}" * bool(same)
    details = [named, PRECISELY.get(lead.claim, ""), beside, control, *losses]
    does = agreeing(BRIEFLY[lead.claim], lead["count"].number.value)
    return card(f"{capital(lead['count'].of)} kernels{of_seeds(network, lead)} {does}", details, [lead, *needed])


def without(of: Claimed) -> str:
    """Return what is lost without one of the needed kernels, and that for the others no loss is measurable."""
    count = of["count"]
    one = "the needed kernel" if count.number.value == 1 else f"one of the {count} needed kernels"
    others = "" if count.number.value == count.number.n else "; for the others, no loss is measurable"
    return f"without {one}, test accuracy falls by {counts.lost(of)} percentage points{others}"


def of_seeds(network: Network, of: Claimed) -> str:
    """Return the number of seeds whose kernels were tested, if others were not: " of 1 of 2 seeds"."""
    tested = of.test
    if tested is None or tested.n_unit != SEEDS or tested.n is None or not network.seeds or tested.n >= network.seeds:
        return ""
    return f" of {tested.n} of {network.seeds} seeds"


def when(network: Network) -> dict:
    """Return when the median kernel of the first layer settles, and in which order layers do."""
    told = network.shown("settled", "never_settled")
    if not told:
        return card()
    if told[0].claim == "never_settled":
        claim, _, why = told[0].said.partition(", as ")
        return card(f"Unknown: {why}" if why else claim, [], told[:1])
    if not networks.is_timed(told[0]):
        is_known = told[0]["after"].number.value > 0
        late = "Not before the last snapshot: the median kernel changes until the end"
        return card(late if is_known else "Unknown: only the start and the end were saved", [], told[:1])
    claim, _, share = told[0].said.partition(", after ")
    others = [of for of in network.statements if of.question == "when" and of.verdict in (SHOWN, "") and of != told[0]]
    return card(claim, questions.settles(network)[1:], [told[0], *others], [f"after {share}"] if share else [])


def verdict_of(rows: list[dict], arch: str) -> str:
    """Return the verdict about one network in three to six words."""
    network = claimed.network(rows, arch)
    if networks.has_failed(network):
        return "every training run failed"
    if network.verdict("accuracy") in (NO_EVIDENCE, UNDECIDED):
        return "no evidence that it classifies"
    return seeds.in_words(network)
