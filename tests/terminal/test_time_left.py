"""The time that a run still takes, against runs whose times are known."""

import random

import pytest

from snakemake_logger_plugin_kernelscope import job_logs
from snakemake_logger_plugin_kernelscope.progress import Progress


def jobs(times: dict[str, int], expected: dict[str, float]) -> dict[int, dict]:
    """Return jobs of rules in any order. times: rule -> how many."""
    rules = [rule for rule, count in times.items() for _ in range(count)]
    random.Random(0).shuffle(rules)
    fields = {"stage": "figures", "about": "", "seed": ""}
    return {number: fields | {"rule": rule, "seconds": expected[rule]} for number, rule in enumerate(rules)}


def simulated(plan: dict[int, dict], seconds: dict[str, float], cores: int) -> list[tuple[float, float]]:
    """Run jobs in their order on some cores; return (time, time left as estimated) after each job."""
    progress, now, waiting, running, found = Progress(plan, cores, 0.0), 0.0, list(plan), {}, []
    while waiting or running:
        while waiting and len(running) < cores:
            number = waiting.pop(0)
            running[number] = now + seconds[plan[number]["rule"]]
            progress.start([number], now)
        number = min(running, key=running.get)
        now = running.pop(number)
        progress.finish(number, now)
        found.append((now, progress.estimate(now)[1]))
    return found


COUNTS = {"train": 20, "draw": 60, "probe": 20}
TRUE = {"train": 10.0, "draw": 1.0, "probe": 5.0}


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_with_the_costs_of_the_last_run_it_is_right_within_a_tenth(cores):
    found = simulated(jobs(COUNTS, TRUE), TRUE, cores)
    end = found[-1][0]
    assert all(abs(now + left - end) < 0.1 * end for now, left in found)


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_on_a_faster_or_slower_machine_it_is_right_from_a_quarter_on(factor):
    found = simulated(jobs(COUNTS, TRUE), {rule: factor * each for rule, each in TRUE.items()}, 2)
    end = found[-1][0]
    assert all(abs(now + left - end) < 0.1 * end for now, left in found if now > end / 4)


def test_a_rule_that_takes_longer_than_expected_is_noticed_by_itself():
    true = TRUE | {"train": 40.0}
    found = simulated(jobs(COUNTS, TRUE), true, 1)
    end = found[-1][0]
    assert all(abs(now + left - end) < 0.1 * end for now, left in found if now > end / 4)


def test_all_that_is_done_is_all_and_nothing_is_left():
    plan = jobs(COUNTS, TRUE)
    progress = Progress(plan, 3, 0.0)
    shares = [progress.estimate(0.0)[0]]
    for now, number in enumerate(plan, 1):
        progress.start([number], now - 1.0)
        progress.finish(number, float(now))
        shares.append(progress.estimate(float(now))[0])
    assert (shares[0], shares[-1]) == (0, 1)
    assert (len(progress.having("done")), progress.estimate(float(now))[1]) == (100, pytest.approx(0, abs=1e-6))


LINES = """epoch 0/4  loss 1.0 train, 1.1 test  accuracy 33.3 % train, 33.3 % test  (untrained)
epoch 1/4  loss 0.5 train, 0.6 test  accuracy 70.0 % train, 60.5 % test  9 s left
"""
ALONE = ["r/net/seed0/run.json"]


@pytest.mark.parametrize(
    ("text", "outputs", "share", "state"),
    [
        ("", ALONE, 0, ""),
        (LINES, ALONE, 0.25, "epoch 1/4, accuracy 60.5 %"),
        (LINES.splitlines()[0] + "\n", ALONE, 0, "epoch 0/4"),
        ("seed 0  epoch 1/2  x\nseed 0  epoch 2/2  x\nseed 1  epoch 1/2  x\n", 2 * ALONE, 0.75, "epoch 1/2"),
        (
            "epoch 3/4  5 seeds  test loss 0.1 (median), accuracy 95.0 % (90.0 % to 99.0 %)\n",
            5 * ALONE,
            0.75,
            "epoch 3/4, accuracy 95.0 %",
        ),
        ("conv1  epoch 2.5/10  reconstruction error 0.3 train, 0.4 test\n", ALONE, 0.25, "epoch 2.5/10"),
        ("1000 of 4000 images  9 s left\n", [], 0.25, "1000 of 4000 images"),
        ("epoch 1/0\n", ALONE, 1, "epoch 1/0"),
        ("something else\n", ALONE, 0, ""),
    ],
)
def test_a_log_says_how_far_its_job_is(tmp_path, text, outputs, share, state):
    log = tmp_path / "it.log"
    log.write_text(text)
    assert job_logs.share(str(log), outputs) == share
    assert job_logs.state(str(log)) == state


def test_a_running_training_counts_by_its_epochs(tmp_path):
    log = tmp_path / "it.log"
    log.write_text(LINES)
    training = {"rule": "train_network", "stage": "train", "about": "a", "seed": "", "seconds": 1000.0}
    progress = Progress({1: training}, 1, 0.0)
    progress.start([1], 0.0)
    progress.describe(1, ALONE, [str(log)], 0.0)
    assert progress.estimate(10.0) == (pytest.approx(0.25), pytest.approx(30))
