"""The jobs that are checked and cleaned up are those that Snakemake plans."""

import re
from itertools import chain

import pytest
from default_config import CONFIG, changed
from projects import without_number

from experiment.plan import jobs, loading
from experiment.plan.experiment import Experiment
from experiment.plan.rule_table import NEEDS, RULES, with_wildcards

LOGS = "results/smoke/logs/"


@pytest.fixture(scope="module")
def experiment(smoke):
    return loading.load([smoke.folder / "config" / "smoke.yaml"])


@pytest.fixture(scope="module")
def planned(smoke):
    """Return (rule, outputs, logs) for every job of a dry run that makes everything again."""
    done = smoke.snakemake("--dry-run", "--forceall", "--configfile", "config/smoke.yaml")
    assert done.returncode == 0, done.stderr
    found = []
    for block in re.split(r"\n(?=(?:local)?rule )", done.stdout + done.stderr):
        if head := re.match(r"(?:local)?rule (\w+):", block):
            parts = {key: re.search(rf"^    {key}: (.*)$", block, re.MULTILINE) for key in ("output", "log")}
            if parts["output"]:
                words = {key: re.split(", ", part[1].partition(" (")[0]) for key, part in parts.items()}
                found.append((without_number(head[1]), *words.values()))
    return found


def below(paths):
    return {f"results/smoke/{path}" for path in paths}


def test_the_rules_of_the_table_are_those_of_the_workflow_but_for_its_targets(smoke):
    done = smoke.run("-m", "snakemake", "--list-rules")
    assert done.returncode == 0, done.stderr
    not_here = {
        "train_group",
        *(
            rule
            for rule, row in RULES.items()
            if row.when in ("pretrained", "probed_models", "cdbn", "levels", "draws")
        ),
    }
    listed = set(map(without_number, done.stdout.split()))
    assert listed == RULES.keys() - not_here - {"compare_towers", "draw_towers", "sort_kernels", "draw_kinds"} | {
        "all",
        *NEEDS,
    }


def test_the_manifests_are_those_that_snakemake_plans(experiment, planned):
    manifests = [path for _, outputs, _ in planned for path in outputs if "/.manifest/" in path]
    assert len(manifests) == len(planned) == 2 + 4 * 15 + 2 * 10 + 4 + 6
    assert set(manifests) == below(job.manifest for job in jobs.jobs(experiment))


def test_every_output_lies_in_the_folder_of_its_rule(planned):
    for rule, outputs, _ in planned:
        pattern = re.sub(r"\{\w+\}", r"[^/]+", f"results/smoke/{RULES[rule].folder}".rstrip("/"))
        assert all(
            re.fullmatch(rf"{pattern}/(\.manifest/{rule}\.json|[^/]+)", path)
            for path in outputs
            if not path.startswith(LOGS)
        ), rule


def test_the_logs_and_measured_costs_are_those_that_snakemake_plans(experiment, planned):
    theirs = {path for _, outputs, logs in planned for path in (*logs, *outputs) if path.startswith(LOGS)}
    assert theirs == below(chain.from_iterable(job.logs for job in jobs.jobs(experiment)))


def test_every_rule_belongs_to_a_dataset_an_architecture_a_run_or_all():
    default = Experiment(CONFIG)
    assert with_wildcards(1, default) == [
        *("make_dataset", "draw_samples", "compare_architectures", "draw_architectures"),
        *("compare_runs", "draw_similarity"),
    ]
    assert with_wildcards(2, default) == [
        *("compare_settling", "pool_nulls", "match_kernels", "find_types", "draw_vocabulary", "draw_matched"),
        *("correlate_initial", "compare_seeds", "draw_agreement", "write_seed_tests"),
    ]
    assert with_wildcards(0, default) == [
        *("write_summary", "write_statements", "write_findings", "write_page", "write_cost"),
        "write_notes",
    ]
    assert with_wildcards(3, default) == [
        *("train_network", "extract_kernels", "draw_history", "measure_kernels", "draw_measures", "probe_kernels"),
        *("judge_kernels", "predict_images", "project_kernels", "write_atlas", "draw_pixels", "draw_montage"),
        *("draw_featuremaps", "make_movie", "draw_atlas"),
    ]


def test_the_folders_of_an_experiment_are_its_own():
    folders = {row.folder.partition("/")[0] for row in RULES.values()}
    assert folders - {""} | {"logs"} == set(jobs.OWN)


@pytest.mark.parametrize(
    ("rule", "manifest", "log"),
    [
        ("write_cost", ".manifest/write_cost.json", "logs/write_cost.log"),
        ("draw_samples", "data/{dataset}/.manifest/draw_samples.json", "logs/draw_samples/{dataset}.log"),
        (
            "draw_matched",
            "compare/{dataset}/{arch}/.manifest/draw_matched.json",
            "logs/draw_matched/{dataset}/{arch}.log",
        ),
    ],
)
def test_manifest_and_log_of_a_rule(rule, manifest, log):
    assert (jobs.manifest(rule), jobs.log(rule, ".log")) == (manifest, log)


def test_every_job_comes_once_and_after_those_whose_files_it_needs(experiment):
    """Trainings come after datasets, comparisons after kernels: what is stale is known before what is made from it."""
    found = list(jobs.jobs(experiment))
    rules = list(dict.fromkeys(job.rule for job in found))
    assert len({(job.rule, *job.wildcards.values()) for job in found}) == len(found) == 92
    for first, then in (
        ("make_dataset", "train_network"),
        ("train_network", "extract_kernels"),
        ("extract_kernels", "draw_montage"),
        ("extract_kernels", "make_movie"),
        ("extract_kernels", "match_kernels"),
        ("extract_kernels", "measure_kernels"),
        ("measure_kernels", "draw_measures"),
        ("measure_kernels", "write_atlas"),
        ("measure_kernels", "compare_settling"),
        ("probe_kernels", "write_atlas"),
        ("project_kernels", "draw_pixels"),
        ("project_kernels", "draw_atlas"),
        ("write_atlas", "draw_atlas"),
        ("match_kernels", "draw_matched"),
        ("compare_seeds", "write_seed_tests"),
        ("write_atlas", "find_types"),
        *(("write_atlas", rule) for rule in ("draw_pixels", "draw_montage", "draw_featuremaps", "make_movie")),
        ("find_types", "draw_vocabulary"),
        ("find_types", "draw_matched"),
        ("compare_seeds", "draw_agreement"),
        ("compare_runs", "draw_similarity"),
        ("probe_kernels", "compare_seeds"),
        ("probe_kernels", "compare_runs"),
        *((rule, "write_findings") for rule in ("write_atlas", "compare_seeds", "compare_runs", "write_summary")),
        ("compare_architectures", "write_findings"),
        ("write_findings", "write_page"),
        ("compare_runs", "write_cost"),
        *((rule, "write_notes") for rule in ("draw_montage", "make_movie", "write_page")),
    ):
        assert rules.index(first) < rules.index(then)
    assert [job.wildcards for job in found if job.rule == "draw_matched"] == [
        {"dataset": "waveforms", "arch": arch} for arch in ("stacked", "templates")
    ]
    assert [job.wildcards["seed"] for job in found if job.rule == "make_movie"] == ["0", "1", "0", "1"]


def test_a_rule_comes_after_all_whose_files_it_reads(smoke):
    done = smoke.snakemake("--rulegraph", "mermaid-js", "--configfile", "config/smoke.yaml")
    names = {key: without_number(rule) for key, rule in re.findall(r"(id\d+)\[(\w+)\]", done.stdout)}
    read = {(names[a], names[b]) for a, b in re.findall(r"(id\d+) --> (id\d+)", done.stdout)}
    order = {rule: number for number, rule in enumerate([*RULES, "all"])}
    assert len(read) > 100
    assert [(first, then) for first, then in read if order[first] >= order[then]] == []


def test_the_seeds_of_a_group_share_their_logs():
    together = Experiment(changed("training", "seeds_per_job", to=2))
    found = [
        job for job in jobs.jobs(together) if job.rule.startswith("train_") and job.wildcards["arch"] == "templates"
    ]
    assert [(job.rule, job.wildcards["seed"], str(job.logs[0])) for job in found] == [
        ("train_group", "0", "logs/train_group/waveforms/templates/seed0.log"),
        ("train_group", "1", "logs/train_group/waveforms/templates/seed0.log"),
        ("train_group", "2", "logs/train_group/waveforms/templates/seed2.log"),
    ]
    assert len({job.manifest for job in found}) == 3
