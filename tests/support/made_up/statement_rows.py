"""Rows of statements.csv of made-up experiments, as they are read from the file."""

from collections.abc import Iterable

import numpy as np
import study_rows
from made_up import network_tables
from made_up.network_tables import CONTROL, ORDER, SEED_CLAIMS, SEED_TEST, SETTLED, START, TYPE, kernel, run

from kernelscope.io import cells
from kernelscope.statements import bases, draws, factors, networks, pretrained, statement, towers, verdicts
from kernelscope.statements.claims import CLAIMS
from kernelscope.statements.statement import Statement
from kernelscope.stats.factor_rows import ALL_BASES

FEATURES = ("upper-left corner, square", "peak, triangle", "left flank, gaussian", "peak, square", "skirt, gaussian")
KINDS = ("random labels", "phase-scrambled images", "frozen layers")
COUNTED = [name for name, claim in CLAIMS.items() if claim.counted]


def rows(drafts: Iterable[Statement]) -> list[dict]:
    """Return the rows of judged statements, after a round trip through a file."""
    table = [row for judged in verdicts.judged(drafts) for row in statement.rows(judged)]
    texts = ({name: "" if value is None else str(value) for name, value in row.items()} for row in table)
    return [cells.parsed(row) for row in texts]


def network(arch, seeds=6, layers=("conv1",), p=0.0005, failed=0, dataset="d", **fields) -> list[Statement]:
    """Return the drafts about a network, of which every claim has this p.

    p : of all tests; None for tests that could not be made
    failed : number of runs that failed
    fields : tables that replace the made-up ones
    """
    because = {"reason": "fewer than two seeds", "would_decide": "2 seeds"} if p is None else {}
    test = SEED_TEST | {"p": p, "n": seeds} | because
    accurate = {"test_accuracy": 0.33} if p is None or p > 0.05 else {}
    of_seeds = [
        *(test | {"claim": claim} for claim in SEED_CLAIMS),
        *(CONTROL | {"null": kind, "p": p, "n": seeds} | because for kind in KINDS),
        *(test | {"claim": "representation", "layer": layer} for layer in layers[1:]),
        SEED_TEST | {"state": "untrained", "value": 0.44},
    ]
    settled = [SETTLED | {"layer_a": layer, "seeds": seeds, "failed": failed} for layer in layers]
    orders = [ORDER | {"layer_a": layers[0], "layer_b": layer, "p": p} | because for layer in layers[1:]]
    made = {
        "summary": [run(seed, failure="diverged" if seed < failed else None) | accurate for seed in range(seeds)],
        "kernel_tests": [
            kernel(seed, number, claim, state, p, layer, FEATURES[(seed + number) % len(FEATURES)])
            for layer in layers
            for claim in COUNTED
            for state in ("trained", "untrained")
            for seed in range(seeds)
            for number in range(6)
        ],
        "seed_tests": of_seeds,
        "initial_correlation": [START | {"layer": layer, "p": p} | because for layer in layers],
        "vocabulary": [TYPE | {"seeds": seeds, "seeds_total": seeds}, TYPE | {"type": 1, "seeds": 1, "kernels": 3}],
        "settling": settled + orders,
        "untrained": [0.33] * seeds,
        "labels": np.repeat([0, 1, 2], 200),
    }
    return networks.of_architecture(dataset, arch, made | fields)


def sweep() -> list[Statement]:
    """Return the drafts about a sweep with every outcome and twelve settings."""
    settings = [f"training.setting_{letter}" for letter in "abcdefghijkl"]
    effects, levels = [], []
    for outcome in factors.OUTCOMES:
        for number, name in enumerate(settings):
            p = 0.001 if number < 8 else 0.4
            effects.append(study_rows.effect(name, 0.4 / (1 + number), p, outcome, 0.01, 0.5))
            levels += [study_rows.level(name, level, 0.4, outcome) for level in ("low", "high")]
        effects.append(study_rows.effect(f"base x {settings[0]}", 0.05, 0.001, outcome))
        effects += [study_rows.effect(settings[0], 0.2, 0.001, outcome, base=base) for base in ("adamw", "sgd")]
        for base in ("adamw", "sgd"):
            of_both = f"base x {settings[0]}"
            levels += [study_rows.level(of_both, f"{base}, {level}", 0.4, outcome) for level in ("low", "high")]
    effects, levels = ([row | {"design": "adamw, sgd"} for row in table] for table in (effects, levels))
    conditions = [
        study_rows.condition(f"{base}_{level}", 2, 10, {"base": base, **dict.fromkeys(settings, level)})
        for base in ("adamw", "sgd")
        for level in ("low", "high")
    ]
    assert {row["base"] for row in effects} == {ALL_BASES, "adamw", "sgd"}
    return factors.statements(conditions, effects, levels, "d")


def unlabeled() -> list[Statement]:
    """Return the drafts about two networks that learn without labels, each of two layers."""
    blank = {"dataset": "d", "null_oriented": 0.01, "error": 0.4, "error_untrained": 0.98, "free_energy": -0.2}
    blank |= {"smallest_p": 0.005, "alive": 1.0, "oriented": 0.9, "p_oriented": 0.005}
    tested = {"dataset": "d", "null_mean": 0.26, "smallest_p": 0.005, "untrained": 0.3, "untrained_null_mean": 0.26}
    keys = [(arch, layer, seed) for arch in ("plain", "other") for layer in ("conv1", "conv2") for seed in range(5)]
    table = [blank | {"arch": arch, "layer": layer, "seed": seed} for arch, layer, seed in keys]
    classes = [
        tested | {"arch": arch, "layer": layer, "seed": seed, "measure": measure, "mean": 0.6, "p": 0.005}
        for arch, layer, seed in keys
        for measure in ("precision", "entropy")
    ]
    return [draft for arch in ("plain", "other") for draft in bases.statements(table, classes, "d", arch)]


def of_towers() -> list[Statement]:
    """Return the drafts about a network with two towers, in six seeds, beside its halves."""
    table = [study_rows.tower(seed, untrained_specialization=0.01 + seed / 1000) for seed in range(6)]
    return towers.statements(table, "d", "towers", joined=[study_rows.tower(seed, p=0.5) for seed in range(6)])


def published() -> list[Statement]:
    """Return the drafts about pretrained kernels without images: looks, of three runs, one without its start."""
    summary = [
        run(seed, kernels=9, initial_ratio=None if seed else 0.3, lag1_null_99=None if seed else 0.1)
        for seed in range(3)
    ]
    about = pretrained.statements(summary, "d", ["one", "two", "three"], True, [True, False, False])
    looks = [kernel(s, k, c, "trained", 0.001) for c in ("oriented", "shape") for s in range(3) for k in range(9)]
    empty = {name: [] for name in ("summary", "seed_tests", "initial_correlation", "vocabulary", "settling")}
    return about + network("published", 3, **empty, kernel_tests=looks, untrained=[], labels=np.zeros(0, int))


def other_draws() -> list[Statement]:
    """Return the drafts about another draw of the images."""
    row = {"datasets": "d e", "arch": "net", "layer": "conv1", "within": 0.5, "between": 0.4, "difference": 0.1}
    row |= {"low": 0.08, "high": 0.12, "p": 0.03, "smallest_p": 0.03, "n": 6, "reason": None, "would_decide": None}
    return draws.statements([row | {"state": "trained"}, row | {"state": "untrained", "difference": 0.01}])


__all__ = ["network", "network_tables", "of_towers", "other_draws", "published", "rows", "sweep", "unlabeled"]
