"""Statements about the kinds of first-layer kernels, from kinds.csv: gratings, edges, color blobs and others."""

from collections.abc import Mapping, Sequence

from kernelscope.statements import means
from kernelscope.statements.statement import TRAINED, UNTRAINED, Number, Statement

TABLE = "kinds.csv"
ORIENTED, BLOB = ("grating", "edge or bar"), "color blob"  # as in kinds/kernel_kinds.py
KINDS = (*ORIENTED, BLOB, "center-surround", "corner", "other", "noise")
CONTROLS = {"random_labels": "labels", "phase_scrambled": "images"}  # control -> what its claim is called after


def statements(
    rows: Sequence[dict], dataset: str, arch: str, layer: str, controls: Mapping[str, Sequence[dict]]
) -> list[Statement]:
    """Return the statements about one architecture, not judged yet.

    Parameters
    ----------
    rows : sequence of dict
        Its rows of kinds.csv.
    dataset, arch, layer : str
    controls : mapping
        Kind of control -> the rows of kinds.csv of the controls of this kind.

    Returns
    -------
    list of Statement
    """
    about = [known(rows), described(rows)]
    about += [beside(rows, of_control, CONTROLS[kind]) for kind, of_control in controls.items() if kind in CONTROLS]
    return [statement._replace(dataset=dataset, arch=arch, layer=layer, table=TABLE) for statement in about]


def by_seed(rows: Sequence[dict], state: str, kinds: Sequence[str]) -> dict[int, float]:
    """Return the share of the living kernels of each seed that are of these kinds; seeds without any are left out."""
    kinds_of: dict[int, list[bool]] = {}
    for row in rows:
        if row["state"] == state and row["alive"]:
            kinds_of.setdefault(row["seed"], []).append(row["kind"] in kinds)
    return {seed: sum(of_seed) / len(of_seed) for seed, of_seed in kinds_of.items()}


def known(rows: Sequence[dict]) -> Statement:
    """Return whether more kernels are oriented or color blobs than before training."""
    trained, untrained = (by_seed(rows, state, (*ORIENTED, BLOB)) for state in (TRAINED, UNTRAINED))
    differences = [trained[seed] - untrained[seed] for seed in trained if seed in untrained]
    before = list(untrained.values())
    number = means.share("share", list(trained.values()))
    number = number._replace(untrained=sum(before) / len(before) if before else None)
    number = means.above_zero(number, differences)._replace(null="the same kernels before training")
    return Statement("kinds_known", (number,), columns="kind", would_decide=means.more_seeds(differences))


def described(rows: Sequence[dict]) -> Statement:
    """Return the share of each kind."""
    return Statement("kinds_shares", tuple(_share(rows, kind) for kind in KINDS), columns="kind")


def _share(rows: Sequence[dict], kind: str) -> Number:
    """Return the share of one kind, as an item of the list `kind`."""
    number = means.share(f"kind: {kind}", list(by_seed(rows, TRAINED, (kind,)).values()))
    return number._replace(n=None, n_unit="")


def beside(rows: Sequence[dict], control: Sequence[dict], name: str) -> Statement:
    """Return whether the share of oriented kernels and color blobs differs from that of a control (unpaired seeds)."""
    own, others = (list(by_seed(of, TRAINED, (*ORIENTED, BLOB)).values()) for of in (rows, control))
    share = means.exchanged(means.share("share", own), own, others)
    return Statement(f"kinds_{name}", (share, means.share("share_of_control", others), means.apart(own, others)))
