"""What `make` shows in the terminal: a Snakemake logger plugin, which Snakemake finds by the name of this package.

In a terminal: a line for each stage, and a live line with what is running, how far the run is, and the time left; in a
pipe: plain lines. The Snakefile sends what it plans (experiment/launch/announcement.py). Dry runs, --verbose,
--printshellcmds and --debug-dag show what Snakemake shows without this plugin.
"""

import re
import sys
import threading
import time
from contextlib import suppress

from snakemake_interface_logger_plugins.base import LogHandlerBase

from snakemake_logger_plugin_kernelscope import job_logs, words
from snakemake_logger_plugin_kernelscope.progress import Progress
from snakemake_logger_plugin_kernelscope.screen import Screen

EVERY = 0.5  # seconds from one live line to the next
LEAST, MOST = 4.0, 300.0  # seconds from one line of progress to the next where there is no live line
SHOWN = "kernelscope:", "Nothing to be done", "Trying to restart", "Terminating", "Will exit after"  # of other messages
INTERRUPTED = "Terminating"  # how the message about Ctrl-C begins
# Errors that say less than the line of the failed job, or than the last line.
TWICE = re.compile("At least one job did not complete|Exiting because a job execution failed|CalledProcessError in")


class LogHandler(LogHandlerBase):
    """Turns Snakemake's log records into lines."""

    writes_to_stream, writes_to_file, needs_rulegraph = True, False, False
    has_filter, has_formatter = True, True

    def __post_init__(self) -> None:
        settings = self.common_settings
        stream = sys.stdout if settings.stdout else sys.stderr
        quiet = {getattr(level, "name", "").lower() for level in settings.quiet or ()}
        self.silent, self.brief = "all" in quiet, "progress" in quiet
        plain = settings.dryrun or settings.verbose or settings.debug_dag or settings.printshellcmds
        self.plain = as_without_plugin(settings, stream) if plain else None
        self.screen, self.progress = Screen(stream, settings.nocolor), Progress()
        self.read: list[str] = []  # what to open when all is done
        self.tenths, self.reported, self.interrupted = 0, 0.0, False
        self.ended = threading.Event()
        if not plain and not self.silent and not self.brief:
            threading.Thread(target=self.tick, daemon=True).start()

    def emit(self, record) -> None:
        if self.plain:
            self.plain.handle(record)
        elif not self.silent:
            try:
                self.take(record, getattr(getattr(record, "event", None), "name", ""))
            except Exception:  # a line that cannot be shown must not end a run of hours
                self.handleError(record)

    def take(self, record, event: str) -> None:
        """Show what a record says, if it says anything of use."""
        now = time.monotonic()
        if hasattr(record, "kernelscope"):
            self.told(record.kernelscope, now)
        elif event == "JOB_STARTED":
            self.progress.start(record.jobs, now)
        elif event == "JOB_INFO":
            self.progress.describe(record.jobid, record.output, record.log, now)
        elif event == "JOB_FINISHED":
            self.finished(record.job_id, now)
        elif event == "JOB_ERROR":
            self.failed(record, now)
        elif event == "GROUP_ERROR":
            self.complain(f"group {record.groupid} failed", record.aux_logs)
        elif not event and record.levelname == "INFO" and not str(record.msg).startswith(SHOWN):
            return
        elif event in ("", "ERROR") and not (self.progress.total and TWICE.search(str(record.msg))):
            tone = "" if record.levelname == "INFO" else "bad"
            self.interrupted = self.interrupted or str(record.msg).startswith(INTERRUPTED)
            self.screen.lines(str(record.msg).splitlines(), tone)
            if str(record.msg).startswith("Nothing to be done"):
                self.screen.lines(self.read)

    def told(self, plan: dict, now: float) -> None:
        """Take what the Snakefile tells: what to open in the end; then, before the first job, the jobs."""
        self.read = plan.get("read", self.read)
        if "jobs" in plan:
            self.progress.plan(plan["jobs"], plan["cores"], now)
            if not self.brief:
                self.screen.line(words.heading(self.progress, plan["results"]))
            self.reported = now

    def finished(self, number: int, now: float) -> None:
        """Count a job, and show a line if it was the last of its kind."""
        kind = self.progress.finish(number, now)
        if kind and not self.brief:
            self.screen.line(words.done(self.progress.elapsed(now), *kind))
        self.show(now)

    def failed(self, record, now: float) -> None:
        """Show the rule, the reason and the log of a job that failed."""
        reason, job = job_logs.reason(record.log), self.progress.jobs.get(record.jobid)
        self.progress.fail(record.jobid, now)
        if self.interrupted and (not reason or reason.startswith("ended by")):
            return
        if not record.indent or job_logs.ERROR.search(reason):  # in a group of jobs, most have not failed
            name = job.name if job else record.rule_name
            self.complain(f"{name} failed: {reason or 'its log does not say why'}", record.log)

    def complain(self, line: str, logs: list[str]) -> None:
        self.screen.lines([line, *(f"    log: {path}" for path in logs)], "bad")

    def tick(self) -> None:
        """Show progress again and again, until the end."""
        while not self.ended.wait(EVERY):
            self.acquire()
            try:
                self.show(time.monotonic())
            except Exception:  # nor must the live line
                return
            finally:
                self.release()

    def show(self, now: float) -> None:
        """Renew the live line; where there is none, print a line at every tenth of the work, or after five minutes."""
        if self.brief or not self.progress.total or self.ended.is_set():
            return
        estimate = self.progress.estimate(now)
        if self.screen.is_live:
            self.screen.live(words.live(self.progress, estimate, self.screen.width, self.screen.signs))
            return
        tenths, wait = int(estimate.share * 10), now - self.reported
        if (tenths > self.tenths and wait > LEAST) or wait > MOST:
            self.tenths, self.reported = tenths, now
            self.screen.line(words.line(self.progress.elapsed(now), "progress", words.live(self.progress, estimate)))

    def close(self) -> None:
        """End the live line, and say how the run ended and what to open."""
        if not self.ended.is_set():
            self.ended.set()
            with suppress(OSError, ValueError):
                self.screen.live("")
                if self.progress.total and not self.plain and not self.silent:
                    self.screen.lines(words.ending(self.progress, self.interrupted, time.monotonic(), self.read))
        super().close()


def as_without_plugin(settings, stream):
    """Return the handler that Snakemake uses without a plugin."""
    from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter

    words_of = DefaultFormatter(settings.quiet, settings.show_failed_logs)
    passes = DefaultFilter(
        settings.quiet, settings.debug_dag, settings.verbose, settings.dryrun, settings.printshellcmds
    )
    return ColorizingTextHandler(settings.nocolor, stream, words_of, passes)
