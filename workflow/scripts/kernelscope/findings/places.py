"""In which of several networks a claim is shown, has no evidence, or cannot be decided, in words."""

from kernelscope.findings.claimed import Network
from kernelscope.statements.number_words import of_count
from kernelscope.statements.statement import NO_EVIDENCE, SHOWN, UNDECIDED
from kernelscope.statements.wording import capital, enumerated

MOST = 4  # networks that a sentence names


def by_verdict(networks: list[Network], *claims: str) -> dict[str, list[str]]:
    """Return {verdict: networks}, of the claim that `Network.get` chooses among these for each network."""
    groups: dict[str, list[str]] = {}
    for network in networks:
        if (of := network.get(*claims)) and of.verdict:
            groups.setdefault(of.verdict, []).append(network.arch)
    return groups


def judged(clause: str, networks: list[Network], *claims: str) -> list[str]:
    """Return a sentence about in which networks a clause is shown, has no evidence, or cannot be decided."""
    groups = by_verdict(networks, *claims)
    where = {verdict: place(archs, networks, verdict) for verdict, archs in groups.items()}
    parts = []
    if SHOWN in groups:
        parts.append(f"{clause}{where[SHOWN]}{weakly(networks, *claims)}")
    if NO_EVIDENCE in groups:
        claimed_there = (
            f"of that{where[NO_EVIDENCE]}" if parts else f"{where[NO_EVIDENCE].strip()} that {clause}".strip()
        )
        parts.append(f"there is no evidence {claimed_there}")
    if UNDECIDED in groups:
        parts.append(f"it cannot be decided{where[UNDECIDED]}{f' whether {clause}' * (not parts)}")
    return [f"{capital('; '.join(parts))}."] if parts else []


def weakly(networks: list[Network], *claims: str) -> str:
    """Return in which networks a claim is shown although its interval includes zero, in parentheses; "" for none."""
    weak = [network.arch for network in networks if (of := network.get(*claims)) and of.weak]
    return (f" (weakly in {named(weak)})" if len(networks) > 1 else ", weakly") if weak else ""


def place(archs: list[str], networks: list[Network], verdict: str) -> str:
    """Return where a claim is true: " in" some of the networks, or nothing if it is true of all that are compared."""
    if len(networks) == 1:
        return ""
    every = "" if verdict == SHOWN else " in any network"
    return every if len(archs) == len(networks) else f" in {named(archs)}"


def named(archs: list[str]) -> str:
    """Return the names of networks, the first MOST of them."""
    return enumerated(archs, MOST)


def at_most(parts: list[str]) -> list[str]:
    """Return the parts about the first MOST networks, and how many more networks there are."""
    more = len(parts) - MOST
    return [*parts[:MOST], *[f"{more} more {of_count('networks', more)}"] * (more > 0)]
