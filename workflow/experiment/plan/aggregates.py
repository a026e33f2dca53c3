"""The files that findings and page are made from, for each dataset, architecture and run."""

from experiment.plan import rule_table
from experiment.plan.plan import Plan

PROBED = (
    *("probes.npz", "pixels.npz", "selectivity.csv", "ablation.csv"),
    *("tuning.csv", "subspace_fit.csv", "atlas.csv"),
)
AGREED = ("universal.csv", "universal_kernels.csv", "energy.csv", "energy_agreement.csv", "cka.csv")


def tables_of_findings(plan: Plan) -> dict[str, list[str]]:
    """Return the names of the tables, besides summary.csv, that findings are written from."""
    stages = rule_table.stages(plan)
    agreement = "agreement" in stages
    run = ["atlas", "subspace_fit"] if "probes" in stages else ["measures"] * ("measures" in stages)
    swept = ["conditions", "effects", "levels"] if plan.levels else []
    return {
        "dataset": ["architectures", *["similarity"] * agreement, *swept],
        "arch": ["pairs", *["universal", "energy_agreement", "cka"] * agreement],
        "run": run,
    }


def files_of_page(plan: Plan) -> dict[str, list[str]]:
    """Return the files that the page is written from."""
    run = ["run.json", "history.csv", "snapshots.npz", "kernels.npz", "decay.csv", "measures.csv"]
    return {
        "dataset": ["architectures.csv", *["similarity.csv"] * plan.supervised],
        "arch": ["matches.csv", "pairs.csv", *AGREED * plan.supervised],
        "run": [*run, *PROBED * plan.supervised, *["bases.npz"] * bool(plan.cdbn)],
    }
