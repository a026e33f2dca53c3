"""The files that findings and page are made from, for each dataset, architecture and run."""

from experiment.plan import rule_table
from experiment.plan.plan import Plan

PROBED = ("probes.npz", "pixels.npz", "ablation.csv", "tuning.csv", "atlas.csv", "predictions.csv")

TABLES_OF_ARCH = {  # table that statements are made from -> the rule that makes it
    "seed_tests": "write_seed_tests",
    "vocabulary": "find_types",
    "initial_correlation": "correlate_initial",
    "settling": "compare_settling",
}


def tables_of_statements(plan: Plan) -> dict[str, list[str]]:
    """Return the names of the tables that statements are made from, by what they are about."""
    rules = rule_table.selected(plan)
    bases, draws = ["bases", "class_selectivity"] * bool(plan.cdbn), ["compare/draws"] * ("compare_draws" in rules)
    return {
        "top": ["summary", *bases, *draws],
        "dataset": ["conditions", "effects", "levels"] if plan.levels else [],
        "arch": [table for table, rule in TABLES_OF_ARCH.items() if rule in rules],
        "run": [
            *["history"] * bool(plan.labeled),
            *["kernel_tests"] * ("judge_kernels" in rules),
            *["layer_responses"] * ("probe_model" in rules),
        ],
    }


def noted(plan: Plan) -> list[str]:
    """Return the rules whose notes are in notes.csv: not the cost, as the times in it would be among the inputs."""
    return [rule for rule in rule_table.selected(plan) if rule not in ("write_notes", "write_cost")]


def files_of_page(plan: Plan) -> dict[str, list[str]]:
    """Return the files that the page is written from; those of "every run" also of runs that the page does not show."""
    tables = tables_of_statements(plan)
    arch = ["matches.csv", "pairs.csv", "vocabulary.csv", "types.csv"]
    tested = ["seed_tests.csv"] * ("seed_tests" in tables["arch"])
    run = ["run.json", "history.csv", "snapshots.npz", "kernels.npz", "decay.csv", "measures.csv", "kernel_tests.csv"]
    return {
        "dataset": ["similarity.csv"] * plan.supervised,
        "arch": [*arch, *tested, *["energy.csv"] * plan.supervised],
        "run": [*run, *PROBED * plan.supervised, *["bases.npz"] * bool(plan.cdbn)],
        "every run": [f"{name}.csv" for name in tables["run"]],
    }
