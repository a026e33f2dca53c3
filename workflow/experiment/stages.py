"""The stages of the workflow: which rules each has, and which others it cannot be without."""

from experiment import cdbn, published

RULES = {  # in the order of the data's way
    "dataset": ("make_dataset", "read_dataset", "draw_samples"),
    "train": ("train_network", "train_group", "import_kernels", "train_cdbn"),
    "kernels": ("extract_kernels",),
    "figures": ("draw_montage", "draw_history", "draw_featuremaps"),
    "movies": ("make_movie",),
    "measures": ("measure_kernels", "draw_measures"),
    "probes": ("probe_kernels", "project_kernels", "draw_pixels", "draw_atlas"),
    "compare": (
        *("match_kernels", "draw_matched", "draw_published", "write_summary", "compare_architectures"),
        *("compare_factors", "compare_towers", "write_cost", "describe_bases", "compare_bases"),
    ),
    "agreement": ("compare_seeds", "compare_runs"),
    "findings": ("write_findings",),
    "page": ("write_page",),
}
NEEDS = {  # what each is made from; findings say more where measures, probes and agreement are there too
    "train": ("dataset",),
    "kernels": ("train",),
    "figures": ("kernels",),
    "movies": ("kernels",),
    "measures": ("kernels",),
    "probes": ("measures",),
    "compare": ("kernels",),
    "agreement": ("compare", "probes"),
    "findings": ("compare",),
    "page": ("agreement", "findings"),
}


def selected(names: list[str]) -> list[str]:
    """These stages with all that they need, in the order of the data's way."""
    found = set(names)
    for stage in reversed(RULES):  # those that need others come after them
        if stage in found:
            found.update(NEEDS.get(stage, ()))
    return [stage for stage in RULES if stage in found]


def left_out(experiment) -> tuple[str, ...]:
    """The stages of which no rule is for an experiment."""
    return published.NO_STAGES if experiment.published else cdbn.NO_STAGES if experiment.cdbn else ()


def rules(names: list[str]) -> set[str]:
    """All rules of these stages."""
    return {rule for stage in names for rule in RULES[stage]}
