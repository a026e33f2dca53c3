"""What `make plan` says about time and memory."""

import csv
import re

import pytest
from default_config import CONFIG, changed

from experiment.launch import announcement, forecast
from experiment.plan import jobs, loading
from experiment.plan.experiment import Experiment


def minutes(line: str) -> int:
    return int(re.search(r"about (\d+) minutes", line)[1])


def test_the_default_experiment_is_estimated_before_anything_was_measured():
    plan = Experiment(changed("pathvars", "results", to="results/nowhere"))
    line = forecast.line(plan, 2)
    assert "on 2 cores (a rough estimate, as none was measured), and at most 1." in line
    assert 3 < minutes(line) < 10
    assert minutes(forecast.line(plan, 1)) >= 1.7 * minutes(line)


def test_measured_jobs_take_as_long_as_the_last_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = Experiment(changed("pathvars", "results", to="results/mine"))
    (tmp_path / "results/mine").mkdir(parents=True)
    with (tmp_path / "results/mine" / announcement.COSTS).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["dataset", "arch", "seed", "stage", "seconds", "peak_memory_mb"])
        writer.writerows(
            [*(job.wildcards.get(name, "") for name in ("dataset", "arch", "seed")), job.rule, 60, 1]
            for job in jobs.jobs(plan)
        )
    count = len(list(jobs.jobs(plan)))
    line = forecast.line(plan, 10)
    assert f"({count} of {count} jobs were measured)" in line
    assert minutes(line) == round(count * (60 + forecast.OVERHEAD) / 10 / 60)


def test_a_training_takes_longer_with_more_steps_and_larger_images():
    rule, run = "train_network", {"dataset": "waveforms", "arch": "templates", "seed": "0"}
    job = next(job for job in jobs.jobs(Experiment(CONFIG)) if (job.rule, job.wildcards) == (rule, run))
    usual = forecast.seconds(Experiment(CONFIG), job, {})
    assert usual == pytest.approx(announcement.SECONDS["train_network"], rel=0.05)
    many, large = changed("training", "steps", to=3000), changed("datasets", "waveforms", "image_size", to=[128, 128])
    assert forecast.seconds(Experiment(many), job, {}) == pytest.approx(9 * usual, rel=0.05)
    assert forecast.seconds(Experiment(large), job, {}) == pytest.approx(4 * usual)


def test_a_job_that_trains_several_seeds_counts_once(tmp_path):
    (tmp_path / "grouped.yaml").write_text(
        "pathvars: {results: results/nowhere}\n"
        "experiment: {architectures: [templates], seeds: [0, 1, 2, 3], stages: [train]}\n"
        "training: {seeds_per_job: 4}\n"
    )
    plan = loading.load([tmp_path / "grouped.yaml"])
    assert re.match(r"all \d jobs take about a minute ", forecast.line(plan, 4))
    (first,) = [job for job in jobs.jobs(plan) if job.rule == "train_group" and job.logged == job.wildcards]
    alone = loading.load([])
    (other,) = [job for job in jobs.jobs(alone) if job.wildcards.get("seed") == "7" and job.rule == "train_network"]
    assert forecast.seconds(plan, first, {}) == pytest.approx(4 * forecast.seconds(alone, other, {}))
