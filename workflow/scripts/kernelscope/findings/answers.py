"""The answers to the three questions that readers have: what do kernels learn, when, and is it the same in every seed?

Each function takes rows of statements.csv (`io.cells.read`) about one dataset, and the names of networks as in the
config. Everything that it returns is text: no markup, and every number is one of the rows.
"""

from collections.abc import Callable, Iterable

from kernelscope.findings import claimed
from kernelscope.findings.claimed import Claimed
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED

Claims = dict[str, list[Claimed]]
WHAT = ("feature", "class", "bases_precision", "color_parts", "bases_oriented", "oriented", "smoother", "shape")
NEEDED = ("needed", "needed_beyond_random")
KINDS, KERNELS = "same_kinds_rotation", ("same_kernels_within_types", "same_kernels")
NAMES = 4  # networks or labels that a sentence lists


def cards(rows: list[dict], arch: str) -> dict[str, dict]:
    """Return the answers for one network.

    Parameters
    ----------
    rows : list of dict
    arch : str

    Returns
    -------
    dict
        "what", "when" and "same", each {"claim": sentence without a period, "details": [phrase, ...], "verdict":
        "shown", "no evidence", "cannot be decided" or "" for a description, "statements": names of the statements}.
        Where nothing is known, claim is "" and the lists are empty.
    """
    claims = claimed.of_network(rows, arch)
    return {"what": what(claims), "when": when(claims), "same": same(claims)}


def card(claim: str = "", details: Iterable[str] = (), statements: Iterable[Claimed] = ()) -> dict:
    """Return a card with the verdict of its first statement."""
    statements = list(statements)
    names = list(dict.fromkeys(statement.name for statement in statements))
    verdict = statements[0].verdict if statements else ""
    return {"claim": claim, "details": list(filter(None, details)), "verdict": verdict, "statements": names}


def what(claims: Claims) -> dict:
    """Return what the kernels of the first layer respond to, or else what they look like."""
    tested = [claims[name][0] for name in WHAT if name in claims]
    lead = next((of for verdict in (SHOWN, NO_EVIDENCE, UNDECIDED) for of in tested if of.verdict == verdict), None)
    if lead is None:
        return card()
    if lead.verdict != SHOWN or "count" not in lead.numbers:
        return card(lead.text.removesuffix("."), (), [lead])
    verb = {
        "feature": "respond to features of the waveforms",
        "class": "prefer one class",
        "oriented": "are oriented",
        "smoother": "are smoother than re-initialized kernels",
        "shape": "have a simple shape",
    }[lead.claim]
    needed = [claims[name][0] for name in NEEDED[:1] if name in claims and claims[name][0].verdict == SHOWN]
    details = [labels(lead), f"untrained: {lead['count'].untrained} of {lead['count'].n}"]
    details += [f"needed by the network: {counted(of)} (untrained: {of['count'].untrained})" for of in needed]
    return card(f"{capital(counted(lead))} kernels {verb}", details, [lead, *needed])


def counted(statement: Claimed) -> str:
    """Return a count of kernels as "29 of 36", "all 36" or "none of 36"."""
    count = statement["count"]
    passing, n = str(count), count.n
    return f"all {n}" if passing == n else f"{'none' if passing == '0' else passing} of {n}"


def labels(statement: Claimed) -> str:
    """Return the most frequent labels of the kernels that pass, with their counts."""
    named = statement.listed("label")
    return ", ".join(f"{name} ({number})" for name, number in named[:NAMES])


def when(claims: Claims) -> dict:
    """Return when the median kernel of the first layer settles, and in which order layers do."""
    if "settled" not in claims:
        never = claims.get("never_settled", [])[:1]
        return card(*[of.text.removesuffix(".") for of in never], (), never)
    first, *deeper = claims["settled"]
    orders = [of for of in claims.get("layer_order", []) if of.verdict == SHOWN]
    unit = f"{first['share']} of the training"
    details = [f"after {unit}", *(f"{of.layer}: {steps(of)}" for of in deeper[:NAMES])]
    details += [of.text.removesuffix(".") for of in orders[:NAMES]]
    return card(f"The median kernel settles {steps(first)}", details, [first, *deeper, *orders])


def steps(statement: Claimed) -> str:
    """Return when kernels settle: "at step 76", or "between steps 71 and 76" where snapshots are further apart."""
    after, step = str(statement["after"]), str(statement["step"])
    return f"at step {step}" if after == step else f"between steps {after} and {step}"


def same(claims: Claims) -> dict:
    """Return whether seeds share kinds of kernels, and individual kernels."""
    kinds = claims.get(KINDS, [None])[0]
    kernels = individual(claims)
    if kinds is None and kernels is None:
        return card()
    if kinds is None:
        return card(kernels.text.removesuffix("."), (), [kernels])
    claim = {
        SHOWN: "Seeds share kinds of kernels",
        NO_EVIDENCE: "No evidence that seeds share kinds of kernels",
        UNDECIDED: "Whether seeds share kinds of kernels cannot be decided",
    }[kinds.verdict]
    claim += {SHOWN: ", and individual kernels", NO_EVIDENCE: "; no evidence that they share individual kernels"}.get(
        kernels.verdict if kernels else "", ""
    )
    details = [beside(of) for of in (kinds, kernels) if of]
    vocabulary = claims.get("vocabulary", [])[:1]
    details += [of.text.removesuffix(".") for of in vocabulary]
    return card(claim, details, [of for of in (kinds, kernels, *vocabulary) if of])


def individual(claims: Claims) -> Claimed | None:
    """Return the strongest statement about individual kernels: within types where it is shown."""
    tested = [claims[name][0] for name in KERNELS if name in claims]
    shown = [of for of in tested if of.verdict == SHOWN]
    return (shown or tested[::-1] or [None])[0]


def beside(statement: Claimed) -> str:
    """Return a similarity beside its null, or why there is none."""
    test = statement.test
    if statement.verdict == UNDECIDED or test is None:
        decides = f"; it would take {statement.would_decide}" if statement.would_decide else ""
        return f"{statement.reason}{decides}"
    null = {KINDS: "turned at random"}.get(statement.claim, "permuted among seeds")
    return f"similarity {test}, {null} {test.null}, {test.p}"


def capital(text: str) -> str:
    """Return text with a capital first letter."""
    return text[:1].upper() + text[1:]


def verdict_of(rows: list[dict], arch: str) -> str:
    """Return the verdict about one network in three to six words."""
    claims = claimed.of_network(rows, arch)
    failures = claims["failures"][0]["failures"] if "failures" in claims else None
    if failures and str(failures) == failures.n and str(failures) != "0":
        return "every training run failed"
    if "accuracy" in claims and claims["accuracy"][0].verdict != SHOWN:
        return "no better than chance"
    kinds = claims[KINDS][0].verdict if KINDS in claims else ""
    kernels = individual(claims)
    if kinds == SHOWN:
        return "same kernels in every seed" if kernels and kernels.verdict == SHOWN else "same kinds in every seed"
    return {
        NO_EVIDENCE: "no evidence of same kinds",
        UNDECIDED: "same kinds: cannot be decided",
    }.get(kinds, "seeds are not compared")


def headline(rows: list[dict], archs: list[str]) -> str:
    """Return the answer for all networks in one or two sentences.

    Parameters
    ----------
    rows : list of dict
    archs : list of str
        In the order of the config, without controls.
    """
    networks = {arch: claimed.of_network(rows, arch) for arch in archs}
    first = " ".join(filter(None, (learned(networks), formed(networks))))
    sentences = [f"{first}." if first else "", shared(networks)]
    return " ".join(filter(None, sentences))


def learned(networks: dict[str, Claims]) -> str:
    """Return what the kernels learn, in words, without numbers."""
    return {
        "feature": "Kernels learn features of the waveforms",
        "class": "Kernels learn to prefer single classes",
        "oriented": "Kernels become oriented",
        "smoother": "Kernels become smooth",
    }.get(best(networks), "")


def best(networks: dict[str, Claims]) -> str:
    """Return the first claim of WHAT that is shown for any network; "" if none is."""
    return next((name for name in WHAT if any(verdict(claims, name) == SHOWN for claims in networks.values())), "")


def verdict(claims: Claims, name: str) -> str:
    """Return the verdict of a claim about the first layer, "" without it."""
    return claims[name][0].verdict if name in claims else ""


def formed(networks: dict[str, Claims]) -> str:
    """Return by when the kernels of the networks settle."""
    settled = [claims["settled"][0]["step"] for claims in networks.values() if "settled" in claims]
    ordered = sorted(settled, key=lambda step: step.number.value)
    if not ordered:
        return ""
    first, last = str(ordered[0]), str(ordered[-1])
    return f"by step {first}" if first == last else f"by steps {first} to {last}"


def shared(networks: dict[str, Claims]) -> str:
    """Return whether seeds share kinds of kernels and individual kernels, as a sentence about all networks."""
    kinds = grouped(networks, lambda claims: verdict(claims, KINDS))
    kernels = grouped(networks, lambda claims: of.verdict if (of := individual(claims)) else "")
    if SHOWN in kinds:
        text = f"Seeds share kinds of kernels{of_all(kinds[SHOWN], networks)}"
        if SHOWN in kernels:
            return f"{text}, and individual kernels{of_all(kernels[SHOWN], networks)}."
        return (
            f"{text}; there is no evidence that they share individual kernels."
            if NO_EVIDENCE in kernels
            else f"{text}."
        )
    if NO_EVIDENCE in kinds:
        return "There is no evidence that seeds share kinds of kernels."
    return "Whether seeds share kinds of kernels cannot be decided." if UNDECIDED in kinds else ""


def grouped(networks: dict[str, Claims], of: Callable[[Claims], str]) -> dict[str, list[str]]:
    """Return {verdict: networks with it}, without networks that have none."""
    groups: dict[str, list[str]] = {}
    for arch, claims in networks.items():
        groups.setdefault(of(claims), []).append(arch)
    groups.pop("", None)
    return groups


def of_all(archs: list[str], networks: dict[str, Claims]) -> str:
    """Return which networks a claim is about: "" for a single one, " in all networks", or " in" with their names."""
    if len(archs) == len(networks):
        return "" if len(archs) == 1 else " in all networks"
    return f" in {enumerated(archs)}"


def enumerated(names: list[str]) -> str:
    """Return names as `a, b and c`, at most NAMES of them."""
    if len(names) > NAMES:
        return f"{', '.join(names[:NAMES])} and {len(names) - NAMES} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def in_short(rows: list[dict], archs: list[str]) -> list[str]:
    """Return the answers for all networks, at most five sentences."""
    networks = {arch: claimed.of_network(rows, arch) for arch in archs}
    lines = [
        accuracies(networks),
        by_verdict("Kernels respond to features of the waveforms", networks, "feature"),
        f"The median kernel settles {text}." if (text := formed(networks)) else "",
        by_verdict("Seeds share kinds of kernels", networks, KINDS),
        by_verdict("Seeds share individual kernels", networks, "same_kernels"),
    ]
    return [line for line in lines if line]


def accuracies(networks: dict[str, Claims]) -> str:
    """Return the test accuracy of each network."""
    known = [(arch, claims["accuracy"][0]) for arch, claims in networks.items() if "accuracy" in claims]
    if not known:
        return ""
    items = [f"{arch} {of['accuracy']}" for arch, of in known[:NAMES]]
    return f"Test accuracy: {', '.join(items)}; chance {known[0][1]['accuracy'].null}."


def by_verdict(claim: str, networks: dict[str, Claims], name: str) -> str:
    """Return for which networks a claim is shown, has no evidence, or cannot be decided."""
    groups = grouped(networks, lambda claims: verdict(claims, name))
    parts = [f"{kind}{of_all(groups[kind], networks)}" for kind in (SHOWN, NO_EVIDENCE, UNDECIDED) if kind in groups]
    return f"{claim}: {'; '.join(parts)}." if parts else ""
