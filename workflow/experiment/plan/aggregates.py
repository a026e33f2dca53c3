"""The files that findings and page are made from, for each dataset, architecture and run."""

from experiment.plan import rule_table
from experiment.plan.plan import Plan

PROBED = (
    *("probes.npz", "pixels.npz", "selectivity.csv", "ablation.csv"),
    *("tuning.csv", "subspace_fit.csv", "atlas.csv"),
)
AGREED = ("universal.csv", "universal_kernels.csv", "energy.csv", "energy_agreement.csv", "cka.csv")


def tables_of_statements(plan: Plan) -> dict[str, list[str]]:
    """Return the names of the tables, besides summary.csv, that statements are made from."""
    stages = rule_table.stages(plan)
    return {
        "dataset": ["conditions", "effects", "levels"] if plan.levels else [],
        "arch": [],
        "run": [*["history"] * bool(plan.labeled), *["kernel_tests"] * ("probes" in stages)],
    }


def files_of_page(plan: Plan) -> dict[str, list[str]]:
    """Return the files that the page is written from."""
    run = ["run.json", "history.csv", "snapshots.npz", "kernels.npz", "decay.csv", "measures.csv"]
    return {
        "dataset": ["architectures.csv", *["similarity.csv"] * plan.supervised],
        "arch": ["matches.csv", "pairs.csv", *AGREED * plan.supervised],
        "run": [*run, *PROBED * plan.supervised, *["bases.npz"] * bool(plan.cdbn)],
    }
