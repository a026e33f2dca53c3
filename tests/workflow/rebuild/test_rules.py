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
LOG = 'log("draw_history")'
HISTORY = 'history=figure(f"{RUN}/history", "Runs")'
PARAMS = '**provenance("draw_history")'
ROWS = {
    "a comment": (set(), (FIGURES, "# Figures of one run.", "# Figures of a run.")),
    "layout": (set(), (FIGURES, PARAMS, '**provenance(\n            "draw_history"\n        )')),
    "a docstring": (set(), (FIGURES, "rule draw_history:\n", 'rule draw_history:\n    "A picture."\n')),
    "a shell text in other pieces": (
        set(),
        (FIGURES, '"table run -> history"', '"table " "run  ->  history"'),
    ),
    "options in another order, which count as code": (
        AGAIN["draw_history"],
        (FIGURES, '"table run -> history"', '"run table -> history"'),
    ),
    "a parameter more": (AGAIN["draw_history"], (FIGURES, PARAMS, f"{PARAMS}, another=1")),
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
    "a place in the report": (set(), (FIGURES, 'history", "Runs")', 'history", "Kernels")')),
    "not in the report": (set(), (FIGURES, HISTORY, 'history=f"{RUN}/history.png"')),
    "threads": (set(), (FIGURES, f"log:\n        {LOG}", f"threads: 2\n    log:\n        {LOG}")),
    "memory": (set(), (FIGURES, f"log:\n        {LOG}", f"resources:\n        mem_mb=2\n    log:\n        {LOG}")),
    "another place for what it took": (
        set(),
        (FIGURES, '**record("draw_history")', f'**record("draw_history") | {{"usage": "{LOGS}.tsv"}}'),
    ),
    "Snakemake's own benchmark beside it": (
        set(),
        (FIGURES, f"log:\n        {LOG}", f'benchmark: "{LOGS}.benchmark"\n    log:\n        {LOG}'),
    ),
    "a rule of one's own": (set(), (FIGURES, "# Figures of one run.", OWN)),
    "a rule of one's own before all others": (set(), ("workflow/Snakefile", "rule all:", OWN + "\n\nrule all:")),
    "rules in another order": (
        set(),
        ("workflow/Snakefile", 'include: "rules/movies.smk"\n', ""),
        (
            "workflow/Snakefile",
            'include: "rules/common.smk"\n',
            "".join(f'include: "rules/{name}.smk"\n' for name in ("common", "movies")),
        ),
    ),
    "the profile": (set(), ("profiles/default/config.yaml", "keep-going: true", "keep-going: false")),
    "the conda environment, where conda is not used": (set(), ("envs/environment.yaml", "- pip\n", "- pip=24\n")),
}


@pytest.mark.parametrize("row", rows(ROWS, "a comment", "an input more", "a rule of one's own"))
def test_a_change_of_a_rule_reruns_exactly_what_depends_on_it(linked, row):
    expected, *edits = ROWS[row]
    assert linked.jobs_after(edits) == expected
