"""What is said of several networks at once, question by question."""

import re

from kernelscope.findings import agreement, claimed, settings, verdict_lists
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.findings.counts import DOES
from kernelscope.findings.leads import OF_STUDIES, lead
from kernelscope.findings.places import MOST, at_most, by_verdict, judged, named
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.wording import accuracies as accuracies_of
from kernelscope.statements.wording import beside_untrained, capital, control_failed, enumerated

OUTCOMES = 2  # of a sweep that are told in short
SIMILAR = "seeds learn similar kernels"
LAST = 1 - 1e-9  # share of a training that is its end
SAME = "every seed learns the same kernels, or the same mixture of them"


def of_rows(rows: list[dict], archs: list[str]) -> list[Network]:
    """Return the networks that rows are about, in this order; if there are none, others, such as sweeps."""
    known = dict.fromkeys(row["arch"] for row in rows if row["arch"])
    return [claimed.network(rows, arch) for arch in ([arch for arch in archs if arch in known] or known)]


def accuracies(networks: list[Network]) -> list[str]:
    """Return the test accuracy of each network, and which runs failed."""
    known = [(network.arch, of) for network in networks if (of := network.get("accuracy"))]
    sentences = []
    if known:
        values = [f"{accuracy(of)} ({arch})" if len(networks) > 1 else accuracy(of) for arch, of in known]
        sentences.append(f"Test accuracy is {enumerated(values, MOST)}; chance is {known[0][1]['accuracy'].null}.")
    failing = [(network.arch, of) for network in networks if (of := network.get("failures"))]
    failed = [f"{of['failures'].of} runs of {arch}" for arch, of in failing if of["failures"].number.value]
    if failing:
        sentences.append(
            f"{capital(enumerated(failed, MOST))} failed."
            if failed
            else f"No run{' of these networks' * (len(networks) > 1)} failed."
        )
    studies = [of.said for network in networks for of in network.statements if of.claim == "study_failures"]
    return sentences + [f"{said}." for said in studies[:MOST]]


def accuracy(of: Claimed) -> str:
    """Return the mean test accuracy; of runs that differ much, the ranges above and below the gap."""
    return accuracies_of(of.numbers) if "above_gap_least" in of.numbers else str(of["accuracy"])


def responding(networks: list[Network], controls: list[Network] = ()) -> list[str]:
    """Return in which networks kernels respond to features, or else what they look like; and what is the cause."""
    claim = lead(networks)
    if not claim:
        swept = [said for network in networks for said in settings.shown(network.statements, OUTCOMES)]
        return [*(f"{said}." for said in swept[:OUTCOMES]), *causes(networks)]
    shown = [(network, of) for network in networks if (of := network.get(claim)) and of.verdict == SHOWN]
    if not shown or "count" not in shown[0][1].numbers:
        return judged(next(of.clause for network in networks if (of := network.get(claim))), networks, claim)
    counts = [
        f"{of['count'].of}{f' in {network.arch}' * (len(networks) > 1)}{beside_untrained(of.numbers)}"
        for network, of in shown
    ]
    beside = [f"{of['count'].of} in the control {network.arch}" for network in controls if (of := network.get(claim))]
    first = f"Kernels {DOES[claim]}: {', '.join([*at_most(counts), *beside])}."
    return [first, *elsewhere(networks, claim), *causes(networks)]


def elsewhere(networks: list[Network], claim: str) -> list[str]:
    """Return a sentence about the networks for which a claim about kernels has no evidence, or cannot be decided."""
    parts = []
    for network in networks:
        of, weaker = network.get(claim), network.get("feature")
        if of is None or of.verdict == SHOWN:
            continue
        if of.verdict == UNDECIDED:
            parts.append(f"it cannot be decided in {network.arch}")
        elif claim == "feature_beyond_noise" and weaker and weaker.verdict == SHOWN:
            beyond = f"{of['count'].or_none} more than noise"
            parts.append(f"in {network.arch}, {weaker['count'].of} do more than re-initialized kernels, {beyond}")
        else:
            parts.append(f"in {network.arch}, {of['count'].of}")
    return [f"{capital('; '.join(at_most(parts)))}."] if parts else []


def causes(networks: list[Network]) -> list[str]:
    """Return which networks' kernels depend on the labels, on the images, or on their draw."""
    words = {
        "labels": "kernels resemble each other more than they resemble kernels trained on random labels",
        "images": "kernels resemble each other more than they resemble kernels trained on scrambled images",
        "other_images": "kernels depend on the draw of the images",
    }
    return [
        sentence
        for claim, clause in words.items()
        for sentence in judged_where_tested(f"{clause}{failing(networks, claim)}", networks, claim)
    ]


def failing(networks: list[Network], claim: str) -> str:
    """Return in parentheses that the training of the controls of a claim failed; "" if it did not."""
    failed = [control_failed(of.numbers) for network in networks if (of := network.get(claim))]
    return next((f" ({enumerated(wrong)})" for wrong in failed if wrong), "")


def judged_where_tested(clause: str, networks: list[Network], claim: str) -> list[str]:
    """Return a sentence about a claim that only some networks have a control for, so that seeds are compared."""
    tested = [network for network in networks if (of := network.get(claim)) and of.test.n is not None]
    of_some = f" of {tested[0].arch}" if len(tested) == 1 and len(networks) > 1 else ""
    return judged(clause.replace("kernels", f"kernels{of_some}", 1), tested, claim)


def others(networks: list[Network]) -> list[str]:
    """Return what else is shown of networks that learn without labels, or that have towers."""
    first = lead(networks)
    shown = [of for claim in OF_STUDIES for network in networks[:1] if (of := network.get(claim)) and claim != first]
    return [sentence for of in shown if of.verdict == SHOWN for sentence in judged(of.clause, networks, of.claim)]


def settling(networks: list[Network]) -> list[str]:
    """Return when the median kernel of each network settles."""
    times = [f"{step}{f' ({arch})' if len(networks) > 1 else ''}" for arch, step in settled(networks)]
    never: dict[str, list[str]] = {}  # what is said -> of which networks
    for network in networks:
        if of := network.get("never_settled"):
            never.setdefault(of.said, []).append(network.arch)
    sentences = []
    if times:
        sentences.append(f"The median kernel settles by step {enumerated(times, MOST)}.")
    for said, archs in never.items():
        where = f" in {named(archs)}" if len(networks) > 1 else ""
        sentences.append(re.sub("settles?", rf"\g<0>{where}", said, count=1) + ".")
    return sentences


def settled(networks: list[Network]) -> list[tuple[str, str]]:
    """Return the networks whose kernels settle at a known time, each with the step by which the median kernel does."""
    found = [(network.arch, network.get("settled")) for network in networks]
    return [(arch, str(of["step"])) for arch, of in found if of and is_timed(of)]


def is_timed(of: Claimed) -> bool:
    """Return whether snapshots tell when kernels settle: whether one before the end is like the end."""
    return of["share"].number.value < LAST


def has_failed(network: Network) -> bool:
    """Return whether every run of a network failed."""
    return any(of["failures"].number.value == of["failures"].number.n for of in network.shown("failures"))


def kinds(networks: list[Network]) -> list[str]:
    """Return in which networks seeds learn similar kernels, and how many types are in every seed, beside chance."""
    sentences = judged(SIMILAR, networks, "same_kinds_rotation")
    if SHOWN in by_verdict(networks, "same_kinds_rotation"):
        sentences.append("Upright images alone can cause this.")
    counts = [
        f"{types}{f' ({network.arch})' * (len(networks) > 1)}"
        for network in networks
        for types in agreement.types_in_every_seed(network)
    ]
    return sentences + [f"Types in every seed: {'; '.join(at_most(counts))}."] * bool(counts)


def individuals(networks: list[Network]) -> list[str]:
    """Return in which networks every seed learns the same kernels, and where seeds differ."""
    tested = [
        (network.arch, of) for network in networks if (of := network.get("same_kernels")) and of.verdict == NO_EVIDENCE
    ]
    in_arch = (lambda arch: f" ({arch})") if len(networks) > 1 else (lambda arch: "")
    is_shown = SHOWN in by_verdict(networks, *agreement.SHARED)
    sentences = judged(SAME if is_shown else "seeds share individual kernels", networks, *agreement.SHARED)
    worse = [f"{verdict_lists.numbers(of)}{in_arch(arch)}" for arch, of in tested if of.opposite]
    if worse:
        sentences.append(f"Seeds match worse than permuted kernels: {'; '.join(at_most(worse))}.")
    return sentences
