"""What `make` shows in the terminal: a Snakemake logger plugin, which Snakemake finds by the name of this package.

In a terminal: a line for each stage, and a live line with what is running, how far the run is, and the time left; in a
pipe: plain lines. The Snakefile sends what it plans (experiment/launch/announcement.py). Dry runs, --verbose,
--printshellcmds and --debug-dag show what Snakemake shows without this plugin.
"""

import logging
import re
import sys
import threading
import time
from types import SimpleNamespace

from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.base import LogHandlerBase

from snakemake_logger_plugin_kernelscope import job_logs, words
from snakemake_logger_plugin_kernelscope.progress import Progress
from snakemake_logger_plugin_kernelscope.screen import Screen

EVERY = 0.5  # seconds from one live line to the next
LEAST, MOST = 4.0, 300.0  # seconds from one line of progress to the next where there is no live line
SHOWN = "kernelscope:", "Nothing to be done", "Trying to restart", "Terminating", "Will exit after"  # of other messages
INTERRUPTED, NOTHING = "Terminating", "Nothing to be done"  # how the messages about Ctrl-C and about no jobs begin
# Errors that say less than the line of the failed job, or than the last line.
TWICE = re.compile("At least one job did not complete|Exiting because a job execution failed|CalledProcessError in")
TICK = logging.makeLogRecord({"event": SimpleNamespace(name="TICK")})


class LogHandler(LogHandlerBase):
    """Turns Snakemake's log records into lines: a method for each kind of record that is of use."""

    writes_to_stream, writes_to_file, needs_rulegraph, has_filter, has_formatter = True, False, False, True, True

    def __post_init__(self) -> None:
        settings, quiet = self.common_settings, self.common_settings.quiet or ()
        stream = sys.stdout if settings.stdout else sys.stderr
        more = settings.dryrun or settings.verbose or settings.debug_dag or settings.printshellcmds
        self.plain = as_without_plugin(settings, stream) if more or Quietness.ALL in quiet else None
        self.screen, self.progress = Screen(stream, settings.nocolor), Progress()
        self.brief = Quietness.PROGRESS in quiet  # whether nothing is shown but errors and the end
        self.read: list[str] = []  # what to open when all is done
        self.tenths, self.reported, self.interrupted = 0, 0.0, False
        self.ended = threading.Event()
        if not self.plain and not self.brief:
            threading.Thread(target=self.tick, daemon=True).start()

    def tick(self) -> None:
        """Show progress again and again, until the end."""
        while not self.ended.wait(EVERY):
            self.handle(TICK)

    def emit(self, record) -> None:
        if self.plain:
            self.plain.handle(record)
            return
        event = getattr(getattr(record, "event", None), "name", "message").lower()
        try:
            getattr(self, f"on_{event}", lambda *_: None)(record, time.monotonic())
        except Exception:  # a line that cannot be shown must not end a run of hours
            self.handleError(record)
            self.brief |= record is TICK  # nor come again with each live line

    def on_job_started(self, record, now: float) -> None:
        self.progress.start(record.jobs, now)

    def on_job_info(self, record, now: float) -> None:
        self.progress.describe(record.jobid, record.output, record.log, now)

    def on_job_finished(self, record, now: float) -> None:
        """Count a job, and show a line if it was the last of its kind."""
        jobs = self.progress.finish(record.job_id, now)
        if jobs and not self.brief:
            self.screen.lines(words.done(self.progress, jobs, now))

    def on_job_error(self, record, now: float) -> None:
        """Show the rule, the reason and the log of a job that failed."""
        reason, name = job_logs.reason(record.log), self.progress.fail(record.jobid) or record.rule_name
        if self.interrupted and (not reason or reason.startswith("ended by")):
            return
        if not record.indent or job_logs.ERROR.search(reason):  # in a group of jobs, most have not failed
            self.complain(f"{name} failed: {reason or 'its log does not say why'}", record.log)

    def on_group_error(self, record, now: float) -> None:
        self.complain(f"group {record.groupid} failed", record.aux_logs)

    def complain(self, line: str, logs: list[str]) -> None:
        self.screen.lines(line, *(f"    log: {path}" for path in logs), tone="bad")

    def on_message(self, record, now: float) -> None:
        """Show a message of Snakemake, unless it says nothing of use; take what the Snakefile plans."""
        message, is_info = str(record.msg), record.levelname == "INFO"
        if hasattr(record, "kernelscope"):
            self.plan(record.kernelscope, now)
        elif message.startswith(SHOWN) if is_info else not (self.progress.jobs and TWICE.search(message)):
            self.interrupted |= message.startswith(INTERRUPTED)
            read = self.read if message.startswith(NOTHING) else []
            self.screen.lines(*message.splitlines(), *read, tone="" if is_info else "bad")

    on_error = on_message

    def plan(self, plan: dict, now: float) -> None:
        """Take what to open in the end; then, before the first job, the jobs."""
        self.read = plan.get("read", self.read)
        if "jobs" in plan:
            self.progress, self.reported = Progress(plan["jobs"], plan["cores"], now), now
            if not self.brief:
                self.screen.lines(words.heading(self.progress, plan["results"]))

    def on_tick(self, record, now: float) -> None:
        """Renew the live line; where there is none, print a line at every tenth of the work, or after five minutes."""
        if self.brief or not self.progress.jobs or self.ended.is_set():
            return
        share, left = self.progress.estimate(now)
        tenths, wait = int(share * 10), now - self.reported
        if self.screen.is_live:
            self.screen.live(words.live(self.progress, share, left, self.screen.width, self.screen.signs))
        elif (tenths > self.tenths and wait > LEAST) or wait > MOST:
            self.tenths, self.reported = tenths, now
            self.screen.lines(words.line(self.progress, now, "progress", words.live(self.progress, share, left)))

    def close(self) -> None:
        """End the live line, and say how the run ended and what to open."""
        if not self.ended.is_set():
            self.ended.set()
            self.screen.live("")
            if self.progress.jobs:
                self.screen.lines(*words.ending(self.progress, self.interrupted, time.monotonic(), self.read))
        super().close()


def as_without_plugin(settings, stream) -> logging.Handler:
    """Return the handler that Snakemake uses without a plugin."""
    quiet, *others = settings.quiet, settings.debug_dag, settings.verbose, settings.dryrun, settings.printshellcmds
    formatter = DefaultFormatter(quiet, settings.show_failed_logs)
    return ColorizingTextHandler(settings.nocolor, stream, formatter, DefaultFilter(quiet, *others))
