"""The lines of a run, from the records that Snakemake logs."""

import io
import json
import logging
import re
from types import SimpleNamespace

import pytest
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.tests import MockOutputSettings

import snakemake_logger_plugin_kernelscope as plugin
from experiment.launch import announcement
from experiment.plan import jobs, loading
from snakemake_logger_plugin_kernelscope import words

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
READ = ["Open     results/index.html  everything"]


class Terminal(io.TextIOWrapper):
    """A stream that takes itself for a terminal, or not."""

    def __init__(self, is_terminal: bool, encoding: str):
        super().__init__(io.BytesIO(), encoding=encoding, newline="")
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal

    def fileno(self) -> int:
        return -1

    @property
    def written(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


def job(number: int, stage: str = "train", about: str = "waves/net", rule: str = "train_network", seconds: float = 1.0):
    return {"rule": rule, "stage": stage, "about": about, "seed": f"seed{number}", "seconds": seconds}


class Run:
    """A run of some jobs, of which nothing but the records exists; time is what the test says."""

    def __init__(self, monkeypatch, folder, terminal=False, encoding="utf-8", columns=100, **settings):
        self.stream, self.folder, self.time = Terminal(terminal, encoding), folder, 1000.0
        monkeypatch.setattr(plugin.sys, "stderr", self.stream)
        monkeypatch.setattr(plugin.time, "monotonic", lambda: self.time)
        monkeypatch.setattr(plugin, "EVERY", 1000.0)  # seconds; the tests tick themselves
        monkeypatch.setattr(plugin.screen.os, "get_terminal_size", lambda _: SimpleNamespace(columns=columns))
        common = MockOutputSettings()
        for name, value in ({"printshellcmds": False} | settings).items():
            setattr(common, name, value)
        self.handler = plugin.LogHandler(common, None)

    def say(self, text="", event=None, level=logging.INFO, **fields):
        record = logging.LogRecord("snakemake", level, "", 1, text, (), None)
        for name, value in (fields | ({"event": event} if event else {})).items():
            setattr(record, name, value)
        self.handler.handle(record)

    def plan(self, jobs: dict, cores=2, results="results"):
        self.say(None, kernelscope={"read": READ})
        self.say(None, kernelscope={"jobs": jobs, "cores": cores, "results": results})

    def start(self, number: int, *outputs: str, log="", rule="train_network"):
        self.say(event=LogEvent.JOB_STARTED, jobs=[number])
        self.say(event=LogEvent.JOB_INFO, jobid=number, rule_name=rule, output=list(outputs), log=[log] if log else [])

    def finish(self, number: int, after=1.0):
        self.time += after
        self.say(event=LogEvent.JOB_FINISHED, job_id=number)

    def fail(self, number: int, log: str, indent=False, rule="train_network"):
        fields = {"jobid": number, "rule_name": rule, "log": [log], "indent": indent}
        self.say("Error in rule", LogEvent.JOB_ERROR, logging.ERROR, **fields)

    def tick(self, after=0.0):
        self.time += after
        self.handler.handle(plugin.TICK)

    def network(self, number: int, accuracy: float | None, failure="") -> str:
        """Write the outcome of a training; return its path."""
        path = self.folder / f"seed{number}/run.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"test": {"accuracy": accuracy}, "failure": failure}))
        return str(path)

    def lines(self) -> list[str]:
        self.handler.close()
        return self.stream.written.splitlines()


@pytest.fixture
def run(monkeypatch, tmp_path):
    return lambda **settings: Run(monkeypatch, tmp_path, **settings)


def two_networks(run):
    run.plan({1: job(1), 2: job(2)})
    for number, accuracy in ((1, 0.9), (2, 0.975)):
        run.start(number, run.network(number, accuracy))
        run.finish(number)


def test_networks_that_are_trained_have_one_line_with_their_accuracy(run):
    run = run()
    two_networks(run)
    assert run.lines() == [
        "kernelscope: 2 jobs on 2 cores into results, about 0:01 left",
        "   0:02  trained    waves/net  2 networks, test accuracy 90.0 to 97.5 %",
        "Done in 0:02.",
        *READ,
    ]


def test_a_training_that_failed_to_learn_is_counted_with_its_label(run):
    run = run()
    run.plan({1: job(1), 2: job(2)})
    run.start(1, run.network(1, 0.5, "dead"))
    run.start(2, run.network(2, 0.5))
    run.finish(1)
    run.finish(2)
    assert run.lines()[1].endswith("waves/net  2 networks, test accuracy 50.0 %, 1 of 2: dead")


@pytest.mark.parametrize("content", [None, "", "[]", "{", '{"test": 3}', '{"test": {"accuracy": "x"}}'])
def test_an_outcome_that_cannot_be_read_does_not_end_the_run(run, content):
    run = run()
    run.plan({1: job(1)})
    path = run.folder / "run.json"
    if content is not None:
        path.write_text(content)
    run.start(1, str(path))
    run.finish(1)
    assert run.lines()[1:3] == ["   0:01  trained    waves/net  1 network", "Done in 0:01."]


def test_other_stages_say_what_they_made(run):
    run = run()
    figures = {number: job(number, "figures", rule="draw_montage") for number in (1, 2)}
    run.plan(figures | {3: job(3, "page", "", "write_page") | {"seed": ""}})
    for number in figures:
        run.start(
            number,
            f"r/seed{number}/montage.png",
            f"r/seed{number}/montage.pdf",
            f"r/seed{number}/.manifest/draw_montage.json",
            "r/logs/a.tsv",
        )
        run.finish(number)
    run.start(3, "results/index.html", "results/.manifest/write_page.json")
    run.finish(3)
    assert run.lines()[1:3] == ["   0:02  figures    2 networks: 2 figures", "   0:03  page       index.html"]


def test_images_are_counted(run):
    run = run()
    run.plan({1: job(1, "dataset", "waves", "make_dataset") | {"seed": ""}})
    (run.folder / "parameters.csv").write_text("split,index\ntrain,0\ntrain,1\ntest,0\n")
    run.start(1, str(run.folder / "images.npz"), str(run.folder / "parameters.csv"))
    run.finish(1)
    assert run.lines()[1] == "   0:01  images     3 images"


def test_a_job_that_failed_has_its_rule_the_reason_and_the_log(run):
    run = run()
    run.plan({1: job(1), 2: job(2)})
    log = run.folder / "it.log"
    log.write_text("epoch 1/10\ntrain_network.py: images.npz: damaged\n")
    run.start(1)
    run.fail(1, str(log))
    run.say("WorkflowError:\nAt least one job did not complete successfully.", LogEvent.ERROR, logging.ERROR)
    assert run.lines()[1:] == [
        "train_network waves/net/seed1 failed: train_network.py: images.npz: damaged",
        f"    log: {log}",
        "Failed after 0:00: 1 job failed, 0 of 2 are done. The same command continues with the rest.",
    ]


def test_a_failed_job_without_a_log_is_still_reported(run):
    run = run()
    run.plan({1: job(1)})
    run.start(1)
    run.fail(1, str(run.folder / "none.log"))
    assert run.lines()[1] == "train_network waves/net/seed1 failed: its log does not say why"


def test_of_a_group_of_jobs_only_those_that_failed_are_named(run):
    run = run()
    run.plan({number: job(number) for number in (1, 2, 3)})
    (run.folder / "good.log").write_text("epoch 10/10  loss 0.1 train, 0.2 test\n")
    (run.folder / "bad.log").write_text("make_movie.py: not enough memory\n")
    run.say("Error in group", LogEvent.GROUP_ERROR, logging.ERROR, groupid="run", aux_logs=["slurm.log"])
    run.fail(1, str(run.folder / "good.log"), indent=True)
    run.fail(2, str(run.folder / "bad.log"), indent=True)
    run.fail(3, str(run.folder / "none.log"), indent=True)
    assert [line for line in run.lines()[1:-1] if not line.startswith("    log: ")] == [
        "group run failed",
        "train_network waves/net/seed2 failed: make_movie.py: not enough memory",
    ]


def test_jobs_in_a_group_are_counted_though_only_their_group_starts(run):
    run = run()
    run.plan({1: job(1), 2: job(2)})
    run.say(event=LogEvent.JOB_STARTED, jobs=["a group"])
    for number in (1, 2):
        fields = {"jobid": number, "rule_name": "train_network", "output": [run.network(number, 0.5)], "log": []}
        run.say(event=LogEvent.JOB_INFO, **fields)
    for number in (1, 2):
        run.finish(number)
    assert run.lines()[1:3] == [
        "   0:02  trained    waves/net  2 networks, test accuracy 50.0 %",
        "Done in 0:02.",
    ]


def test_a_job_that_is_tried_again_and_succeeds_is_no_failure(run):
    run = run()
    run.plan({1: job(1)})
    run.start(1)
    run.fail(1, "")
    run.say("Trying to restart job 1.")
    run.start(1)
    run.finish(1)
    assert run.lines()[-4:] == [
        "Trying to restart job 1.",
        "   0:01  trained    waves/net  0 networks",
        "Done in 0:01.",
        *READ,
    ]


def test_an_interrupted_run_says_so(run):
    run = run()
    run.plan({1: job(1), 2: job(2)})
    run.start(1)
    run.finish(1)
    assert run.lines()[-1] == "Interrupted after 0:01: 1 of 2 are done. The same command continues with the rest."


def test_nothing_to_do_says_what_to_open(run):
    run = run()
    run.say(None, kernelscope={"read": READ})
    run.say("Building DAG of jobs...")
    run.say("Nothing to be done (all requested files are present and up to date).")
    assert run.lines() == ["Nothing to be done (all requested files are present and up to date).", *READ]


def test_a_pipe_gets_no_control_characters_and_few_lines(run):
    run = run()
    run.plan({number: job(number) for number in range(1000)}, cores=1)
    for number in range(1000):
        run.start(number, run.network(number, 0.5))
        run.finish(number)
        run.tick()
    lines = run.lines()
    assert not CONTROL.search(run.stream.written)
    assert len(lines) <= 20
    assert [line for line in lines if re.search(r"progress +5\d %", line)]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_default_experiment_takes_at_most_sixty_lines(run, terminal):
    run, plan = run(terminal=terminal), loading.load([])
    planned = [
        (number, each.rule, each.wildcards, [f"results/{each.manifest}"]) for number, each in enumerate(jobs.jobs(plan))
    ]
    run.plan(announcement.announced(planned, run.folder))
    for number, rule, *_ in planned:
        run.start(number, rule=rule)
        run.finish(number, announcement.SECONDS.get(rule, announcement.OTHERS))
        run.tick()
    run.handler.close()
    lines = run.stream.written.split("\n")
    assert len(planned) > 350
    assert 15 <= len(lines) <= 60 - 5  # Snakemake and the Snakefile write a few more
    assert sum("trained    waveforms/" in line for line in lines) == 4


@pytest.mark.parametrize(("columns", "encoding"), [(40, "utf-8"), (100, "utf-8"), (100, "ascii"), (40, "latin-1")])
def test_the_live_line_fits_any_terminal_and_leaves_nothing_behind(run, columns, encoding):
    run = run(terminal=True, columns=columns, encoding=encoding)
    run.plan({number: job(number, about="waves/a_network_with_a_long_name") for number in range(20)})
    run.start(1, run.network(1, 0.5))
    run.tick(3.0)
    run.finish(1)
    run.handler.close()
    lives = [text for text in re.split(r"\r\x1b\[K", run.stream.written)[1:] if "\n" not in text]
    assert max(map(len, lives)) in range(columns // 2, columns)
    assert any("left" in text for text in lives)
    assert set(re.findall(r"\x1b\[[0-9?]*[A-Za-z]", run.stream.written)) == {"\x1b[K"}  # the cursor is never hidden
    assert "\r\x1b[K" + "Interrupted" in run.stream.written


@pytest.mark.parametrize(("settings", "environment"), [({"nocolor": True}, {}), ({}, {"NO_COLOR": "1"})])
def test_colors_can_be_turned_off(run, monkeypatch, settings, environment):
    for wanted in (True, False):
        for name, value in ({} if wanted else environment).items():
            monkeypatch.setenv(name, value)
        shown = run(terminal=True, **({} if wanted else settings))
        shown.plan({1: job(1)})
        shown.start(1)
        shown.fail(1, "")
        shown.handler.close()
        assert ("\x1b[31m" in shown.stream.written) == wanted


def test_a_dumb_terminal_gets_plain_lines(run, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    run = run(terminal=True)
    two_networks(run)
    assert not CONTROL.search("\n".join(run.lines()))


HOSTILE = ["a\x1b[2Jb", "a\rb", "a\x07", "a\nb", "a\u202eb", "a\ud800b"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("terminal", [True, False])
def test_names_reach_the_terminal_without_their_control_characters(run, name, terminal):
    run = run(terminal=terminal)
    run.plan({1: job(1, about=name), 2: job(2, about=name)}, results=name)
    (run.folder / "it.log").write_text(f"{name}\n", errors="replace")
    run.start(1, run.network(1, 0.5, name.encode(errors="replace").decode()), rule=name)
    run.tick(2.0)
    run.finish(1)
    run.start(2, rule=name)
    run.fail(2, str(run.folder / "it.log"), rule=name)
    run.handler.close()
    rest = run.stream.written.replace("\r\x1b[K", "").replace("\x1b[31m", "").replace("\x1b[0m", "")
    assert not CONTROL.search(rest)
    assert name.split("a", 1)[1] not in rest


def test_quiet_shows_only_errors_and_the_end(run):
    run = run(quiet={Quietness.PROGRESS, Quietness.RULES})
    two_networks(run)
    assert run.lines() == ["Done in 0:02.", *READ]


def test_all_quiet_is_silent(run):
    run = run(quiet={Quietness.ALL})
    two_networks(run)
    run.say("an error", level=logging.ERROR)
    assert run.lines() == []


@pytest.mark.parametrize("setting", ["dryrun", "verbose", "debug_dag", "printshellcmds"])
def test_what_shows_the_plan_or_more_is_as_without_the_plugin(run, setting):
    run = run(**{setting: True}, quiet=set())
    run.say("Building DAG of jobs...")
    run.say("Job stats:\njob  count", LogEvent.RUN_INFO, stats={})
    assert run.lines() == ["Building DAG of jobs...", "Job stats:", "job  count"]


def test_a_closed_pipe_is_not_an_error(run):
    run = run()
    run.plan({1: job(1)})
    run.stream.close()
    run.start(1)
    run.finish(1)
    run.handler.close()


def test_a_record_that_is_wrong_does_not_end_the_run(run, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    run = run()
    run.say(event=LogEvent.JOB_ERROR)
    two_networks(run)
    assert run.lines()[-2:] == ["Done in 0:02.", *READ]


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0:00"), (5.9, "0:05"), (65, "1:05"), (3605, "1:00:05")])
def test_a_time_is_written_as_on_a_clock(seconds, text):
    assert words.clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "1 s"), (12.4, "0:12"), (33, "0:35"), (76, "1:20"), (3700, "1:00:00")]
)
def test_the_time_left_is_rounded(seconds, text):
    assert words.about(seconds) == f"about {text} left"
