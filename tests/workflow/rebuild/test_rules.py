"""What reruns when the text of a rule changes: every row has the exact set of jobs, and the edits before them."""

import pytest
from rebuilding import AGAIN
from tiers import rows

RULES = "workflow/rules/"
COMMON, FIGURES, DATASET = (f"{RULES}{name}.smk" for name in ("common", "figures", "dataset"))
OWN = """

rule my_own_picture:
    input:
        "results/smoke/summary.csv",
    output:
        "results/smoke/mine.txt",
    shell:
        "wc -l {input} > {output}"
"""
LOGS = "<results>/logs/drawn/{dataset}/{arch}/seed{seed}"
LOG = 'log("draw_montage")'
MONTAGE = 'montage=in_report(f"{RUN}/montage.png", "Runs")'
PARAMS = '**provenance("draw_montage")'
ROWS = {
    "a comment": (set(), (FIGURES, "# Figures of one run.", "# Figures of a run.")),
    "layout": (set(), (FIGURES, PARAMS, '**provenance(\n            "draw_montage"\n        )')),
    "a docstring": (set(), (FIGURES, "rule draw_montage:\n", 'rule draw_montage:\n    "A picture."\n')),
    "a shell text in other pieces": (
        set(),
        (FIGURES, '"kernels decay run -> montage"', '"kernels " "decay run  ->  montage"'),
    ),
    "options in another order, which count as code": (
        AGAIN["draw_montage"],
        (FIGURES, '"kernels decay run -> montage"', '"run kernels decay -> montage"'),
    ),
    "a parameter more": (AGAIN["draw_montage"], (FIGURES, PARAMS, f"{PARAMS}, another=1")),
    "parameters in another order": (
        set(),
        (COMMON, '"code": code, "software": software,', '"software": software, "code": code,'),
    ),
    "an input more": (
        AGAIN["draw_samples"],
        (DATASET, 'npz",\n    output', 'npz",\n        truth=f"{DATASET}/parameters.csv",\n    output'),
    ),
    # The log of a job, its cores and the file of its cost do not change its artifacts. The old cost is still true for
    # the existing artifact, and cost.csv keeps it.
    "another log": (set(), (FIGURES, LOG, f'"{LOGS}.log"')),
    # The report does not change artifacts either.
    "the words of a caption of the report": (set(), ("workflow/report/montage.rst", "Every kernel", "Each kernel")),
    "a place in the report": (set(), (FIGURES, 'montage.png", "Runs")', 'montage.png", "Kernels", "bank")')),
    "not in the report": (set(), (FIGURES, MONTAGE, 'montage=f"{RUN}/montage.png"')),
    "threads": (set(), (FIGURES, f"log:\n        {LOG}", f"threads: 2\n    log:\n        {LOG}")),
    "memory": (set(), (FIGURES, f"log:\n        {LOG}", f"resources:\n        mem_mb=2\n    log:\n        {LOG}")),
    "another place for what it took": (
        set(),
        (FIGURES, '**record("draw_montage")', f'**record("draw_montage") | {{"usage": "{LOGS}.tsv"}}'),
    ),
    "Snakemake's own benchmark beside it": (
        set(),
        (FIGURES, f"log:\n        {LOG}", f'benchmark: "{LOGS}.benchmark"\n    log:\n        {LOG}'),
    ),
    "a rule of one's own": (set(), (FIGURES, "# Figures of one run.", OWN)),
    "a rule of one's own before all others": (set(), ("Snakefile", "rule all:", OWN + "\n\nrule all:")),
    "rules in another order": (
        set(),
        ("Snakefile", 'include: "workflow/rules/movies.smk"\n', ""),
        (
            "Snakefile",
            'include: "workflow/rules/common.smk"\n',
            "".join(f'include: "workflow/rules/{name}.smk"\n' for name in ("common", "movies")),
        ),
    ),
    "the profile": (set(), ("profiles/default/config.yaml", "keep-going: true", "keep-going: false")),
    "the conda environment, where conda is not used": (set(), ("envs/environment.yaml", "- pip\n", "- pip=24\n")),
}


@pytest.mark.parametrize(
    "row", rows(ROWS, "a comment", "a parameter more", "an input more", "another log", "a rule of one's own")
)
def test_a_change_of_a_rule_reruns_exactly_what_depends_on_it(linked, row):
    expected, *edits = ROWS[row]
    assert linked.jobs_after(edits) == expected
