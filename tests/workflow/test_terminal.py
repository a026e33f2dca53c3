"""What a run of the workflow says in the terminal, with Snakemake's own output and with the logger plugin."""

import re

PAGE, FINDINGS, SUMMARY = (f"results/smoke/{name}" for name in ("index.html", "findings.md", "summary.csv"))
READ = [
    f"Open     {PAGE}   everything, in a browser: kernels over the training, seeds",
    f"Look at  {FINDINGS}  the findings, in sentences",
    f"Look at  {SUMMARY}  a row for every training",
]
SMOKE = ("--configfile", "config/smoke.yaml")
OURS = ("--logger", "kernelscope", *SMOKE)


def run(project, *arguments: str) -> tuple[int, list[str]]:
    """Return the exit status and the lines of a run, without what Snakemake says before it reads the Snakefile."""
    done = project.run_alone("-m", "snakemake", "--cores", "1", *arguments, PYTHONPATH="workflow/terminal")
    lines = done.stderr.splitlines()
    varying = re.compile("Using workflow specific profile| +[0-9:]+  progress ")  # slow machines show progress
    return done.returncode, [line for line in lines if not varying.match(line)]


def test_a_run_says_what_it_made_and_what_to_open(project):
    (project.folder / PAGE).unlink()
    status, plain = run(project, *SMOKE)
    assert status == 0
    assert [line for line in plain if "Open" in line or "Look at" in line] == [f"kernelscope: {line}" for line in READ]
    (project.folder / PAGE).unlink()
    status, ours = run(project, *OURS)
    assert status == 0
    told, heading, *stages, done = ours[: -len(READ)]
    assert ours[-len(READ) :] == READ
    assert told.startswith("kernelscope: 2 seeds of stacked, templates: ")
    assert re.fullmatch(r"kernelscope: 3 jobs on 1 core into results/smoke, about \S+( s)? left", heading)
    assert re.fullmatch(r" +\d+:\d\d  page +index\.html", stages[0])
    assert re.fullmatch(r"Done in \d+:\d\d\.", done)
    assert run(project, *OURS)[1][1:] == [
        "Nothing to be done (all requested files are present and up to date).",
        *READ,
    ]


def test_a_job_that_fails_is_named_with_its_reason_and_its_log(project):
    (project.folder / "results/smoke/statements.csv").write_text('a,b\n"no end')
    status, lines = run(project, *OURS, "--force", FINDINGS, "--allowed-rules", "write_findings")
    assert status == 1
    failed = lines.index("    log: results/smoke/logs/write_findings.log") - 1
    assert lines[failed].startswith("write_findings failed: write_findings.py: results/smoke/statements.csv")
    assert re.fullmatch(r"Failed after \d+:\d\d: 1 job failed, 0 of 1 are done\. .*", lines[-1])
