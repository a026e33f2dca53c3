"""What is said of several networks at once: in which of them a claim is shown."""

from collections import Counter

from kernelscope.findings import claimed, questions, seeds, settings
from kernelscope.findings.claimed import Claimed, Network
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.wording import capital, enumerated, untrained

MOST = 4  # networks that a sentence names
OUTCOMES = 2  # of a sweep that are told in short
NOUNS = 3  # kinds of features or classes that a sentence names
UNTIMED = "When they settle is unknown, as only the start and the end are there."
LEARNED = (
    "feature",
    "class",
    "color_parts",
    "color_every_seed",
    "bases_precision",
    "bases_oriented",
    "oriented",
    "smoother",
    "shape",
)


def of_rows(rows: list[dict], archs: list[str]) -> list[Network]:
    """Return the networks that rows are about, in this order; if there are none, others, such as sweeps."""
    known = dict.fromkeys(row["arch"] for row in rows if row["arch"])
    return [claimed.network(rows, arch) for arch in ([arch for arch in archs if arch in known] or known)]


def by_verdict(networks: list[Network], *claims: str) -> dict[str, list[str]]:
    """Return {verdict: networks}, of the first of these claims that each network has."""
    groups: dict[str, list[str]] = {}
    for network in networks:
        if (of := network.get(*claims)) and of.verdict:
            groups.setdefault(of.verdict, []).append(network.arch)
    return groups


def judged(clause: str, networks: list[Network], *claims: str, note: str = "") -> list[str]:
    """Return a sentence about in which networks a clause is shown, has no evidence, or cannot be decided.

    note : what is said where it is shown
    """
    groups = by_verdict(networks, *claims)
    where = {verdict: place(archs, networks, verdict) for verdict, archs in groups.items()}
    parts = []
    if SHOWN in groups:
        parts.append(f"{clause}{where[SHOWN]}{note}")
    if NO_EVIDENCE in groups:
        claimed_there = (
            f"of that{where[NO_EVIDENCE]}" if parts else f"{where[NO_EVIDENCE].strip()} that {clause}".strip()
        )
        parts.append(f"there is no evidence {claimed_there}")
    if UNDECIDED in groups:
        parts.append(f"{'it' if parts else f'whether {clause}'} cannot be decided{where[UNDECIDED]}")
    return [f"{capital('; '.join(parts))}."] if parts else []


def place(archs: list[str], networks: list[Network], verdict: str) -> str:
    """Return where a claim is true: " in" some of the networks, or nothing if it is true of all that are compared."""
    if len(networks) == 1:
        return ""
    every = "" if verdict == SHOWN else " in any network"
    return every if len(archs) == len(networks) else f" in {named(archs)}"


def named(archs: list[str]) -> str:
    """Return the names of networks, the first MOST of them."""
    return enumerated(archs, MOST)


def accuracies(networks: list[Network]) -> list[str]:
    """Return the test accuracy of each network, and which runs failed."""
    known = [(network.arch, of) for network in networks if (of := network.get("accuracy"))]
    sentences = []
    if known:
        values = [f"{of['accuracy']} ({arch})" if len(networks) > 1 else str(of["accuracy"]) for arch, of in known]
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


def responding(networks: list[Network]) -> list[str]:
    """Return in which networks kernels respond to features, or else what they look like; and what is the cause."""
    claim = lead(networks)
    if not claim:
        swept = [said for network in networks for said in settings.shown(network.statements, OUTCOMES)]
        return [*(f"{said}." for said in swept[:OUTCOMES]), *causes(networks)]
    shown = [(network, of) for network in networks if (of := network.get(claim)) and of.verdict == SHOWN]
    if not shown:
        return judged(clause_of(networks, claim), networks, claim)
    if "count" not in shown[0][1].numbers:
        return judged(shown[0][1].clause, networks, claim)
    counts = [
        f"{of['count'].of}{f' in {network.arch}' * (len(networks) > 1)} (untrained: {untrained(of.numbers)})"
        for network, of in shown
    ]
    missing = by_verdict(networks, claim).get(NO_EVIDENCE)
    rest = f"; there is no evidence in {named(missing)}" if missing else ""
    return [f"Kernels {questions.DOES[claim]}: {enumerated(counts, MOST)}{rest}.", *causes(networks)]


def clause_of(networks: list[Network], claim: str) -> str:
    """Return the clause of a claim that is not shown for any network."""
    return next(of.clause for network in networks if (of := network.get(claim)))


def lead(networks: list[Network]) -> str:
    """Return the first claim that is shown for a network, or else the first that there is; "" for none."""
    told = [(claim, of.verdict) for claim in LEARNED for network in networks if (of := network.get(claim))]
    return next((claim for claim, verdict in told if verdict == SHOWN), told[0][0] if told else "")


def causes(networks: list[Network]) -> list[str]:
    """Return which networks' kernels depend on labels, on images, on training."""
    words = {
        "labels": "kernels depend on the labels",
        "images": "kernels depend on the shapes in the images",
        "other_images": "kernels depend on the draw of the images",
    }
    return [sentence for claim, clause in words.items() for sentence in judged_where_tested(clause, networks, claim)]


def judged_where_tested(clause: str, networks: list[Network], claim: str) -> list[str]:
    """Return a sentence about a claim that only some networks have a control for."""
    tested = [network for network in networks if network.get(claim)]
    of_some = f" of {tested[0].arch}" if len(tested) == 1 and len(networks) > 1 else ""
    return judged(clause.replace("kernels", f"kernels{of_some}", 1), tested, claim)


def others(networks: list[Network]) -> list[str]:
    """Return what else is shown of networks that learn without labels, or that have towers."""
    first, of_studies = lead(networks), [claim for claim in LEARNED if "_" in claim]
    shown = [of for claim in of_studies for network in networks[:1] if (of := network.get(claim)) and claim != first]
    return [sentence for of in shown if of.verdict == SHOWN for sentence in judged(of.clause, networks, of.claim)]


def settling(networks: list[Network]) -> list[str]:
    """Return when the median kernel of each network settles."""
    settled = [(network.arch, of) for network in networks if (of := network.get("settled")) and is_timed(of)]
    never = [network.arch for network in networks if network.get("never_settled")]
    sentences = []
    if settled:
        times = [f"{of['step']}{f' ({arch})' if len(networks) > 1 else ''}" for arch, of in settled]
        sentences.append(f"The median kernel settles by step {enumerated(times, MOST)}.")
    if never:
        where = f" in {named(never)}" if len(networks) > 1 else ""
        sentences.append(f"No kernel settles{where}.")
    return sentences


def is_timed(of: Claimed) -> bool:
    """Return whether snapshots tell when kernels settle: whether there are any between the start and the end."""
    return not (of["after"].number.value == 0 and of["share"].number.value == 1)


def has_failed(network: Network) -> bool:
    """Return whether every run of a network failed."""
    return any(of["failures"].number.value == of["failures"].number.n for of in network.shown("failures"))


def kinds(networks: list[Network]) -> list[str]:
    """Return in which networks seeds share kinds of kernels, and how many types are in every seed."""
    types = [(network.arch, of) for network in networks for of in seeds.types(network)]
    sentences = share_kinds(networks)
    if types:
        counts = [f"{of['shared']} of {of['types']}{f' ({arch})' if len(networks) > 1 else ''}" for arch, of in types]
        sentences.append(f"Types in every seed: {enumerated(counts, MOST)}.")
    return sentences


def share_kinds(networks: list[Network]) -> list[str]:
    """Return a sentence about in which networks seeds share kinds of kernels, and in which of them weakly."""
    claim = "same_kinds_rotation"
    weak = [network.arch for network in networks if (of := network.get(claim)) and questions.is_weak(of)]
    where = f" (weakly in {named(weak)})" if len(networks) > 1 else ", weakly"
    return judged("seeds share kinds of kernels", networks, claim, note=where * bool(weak))


def individuals(networks: list[Network]) -> list[str]:
    """Return in which networks every seed learns the same kernels."""
    return judged("seeds share individual kernels", networks, "same_kernels")


def not_working(networks: list[Network]) -> str:
    """Return that no network works, if that is so: every run failed, or none is better than chance."""
    counted = [network for network in networks if network.get("failures")]
    if counted and all(map(has_failed, counted)):
        return "Every training run failed."
    groups = by_verdict(networks, "accuracy")
    return "There is no evidence that the networks classify the test images." if groups and SHOWN not in groups else ""


def learned(networks: list[Network]) -> str:
    """Return what kernels learn, as a sentence without counts: what most networks do first, then what others do."""
    claim = lead(networks)
    where = [network for network in networks if network.verdict(claim) == SHOWN]
    if not where:
        return next(iter(responding(networks)), "")
    first = does([network.get(claim) for network in where])
    rest = [network for network in networks if network not in where]
    if not rest:
        return f"{capital(first)}."
    parts = [f"{first} in {named([network.arch for network in where])}"]
    others = leads(rest)
    for other, of_other in others.items():
        archs = named([network.arch for network in of_other])
        parts.append(f"in {archs}, {does([network.get(other) for network in of_other], 'they')}")
    told = [network for of_other in others.values() for network in of_other]
    verdicts = by_verdict([network for network in rest if network not in told], claim)
    words = {NO_EVIDENCE: "no evidence of that in", UNDECIDED: "it cannot be decided in"}
    parts += [f"{words[verdict]} {named(archs)}" for verdict, archs in verdicts.items()]
    return f"{capital('; '.join(parts))}."


def leads(networks: list[Network]) -> dict[str, list[Network]]:
    """Return claim -> the networks of which it is the first that is shown."""
    groups: dict[str, list[Network]] = {}
    for network in networks:
        if network.verdict(claim := lead([network])) == SHOWN:
            groups.setdefault(claim, []).append(network)
    return groups


def does(shown: list[Claimed], subject: str = "kernels") -> str:
    """Return what kernels do, without counts."""
    claim = shown[0].claim
    if claim not in questions.DOES:
        return shown[0].clause
    if claim == "feature":
        return f"{subject} respond to {nouns(shown)} of the waveforms"
    if claim == "class":
        return f"{subject} prefer single classes{classes(shown)}"
    return f"{subject} {questions.BRIEFLY[claim]}"


def nouns(shown: list[Claimed]) -> str:
    """Return the kinds of features that most kernels respond to: `corners, peaks and flanks`."""
    counts: Counter[str] = Counter()
    for of in shown:
        for label, count in of.labels():
            counts[f"{label.partition(',')[0].split()[-1]}s"] += int(count.number.value)
    return enumerated([noun for noun, _ in counts.most_common(NOUNS)]) or "features"


def classes(shown: list[Claimed]) -> str:
    """Return the classes that kernels prefer, in parentheses; "" if there are too many to name."""
    names = list(dict.fromkeys(label for of in shown for label, _ in of.labels()))
    return f" ({enumerated(names)})" if 0 < len(names) <= NOUNS else ""


def by_when(networks: list[Network]) -> str:
    """Return by which step the kernels of each network settle, as a sentence; "" if that is not known."""
    settled = [(network.arch, of["step"]) for network in networks if (of := network.get("settled")) and is_timed(of)]
    if not settled:
        return UNTIMED * any(network.get("settled") for network in networks)
    if len({str(step) for _, step in settled}) == 1 and len(settled) == len(networks):
        return f"They settle by step {settled[0][1]}."
    times = [f"{step} in {arch}" for arch, step in settled]
    unknown = [network.arch for network in networks if network.arch not in dict(settled)]
    where = f"; when in {named(unknown)} is unknown" if unknown else ""
    return f"They settle by step {enumerated(times, MOST)}{where}."


def shared(networks: list[Network]) -> str:
    """Return whether seeds share kinds of kernels, and individual kernels, as one sentence."""
    sentence = "".join(share_kinds(networks))
    kernels = by_verdict(networks, "same_kernels")
    if not sentence:
        return "".join(individuals(networks))
    if set(kernels) == {NO_EVIDENCE} and sentence.startswith("Seeds") and ";" not in sentence:
        return f"{sentence[:-1]}, but there is no evidence that they share individual kernels."
    if SHOWN in kernels:
        return f"{sentence[:-1]}, and individual kernels{place(kernels[SHOWN], networks, SHOWN)}."
    return sentence
