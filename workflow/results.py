"""Look after results: verify them against their manifests, trace a file to its origin, remove orphaned files."""

import argparse
import os
import sys
from pathlib import Path

from experiment.launch import preflight
from experiment.plan import loading
from experiment.provenance import inventory, trace, verify
from kernelscope.io import notes


def main() -> None:
    parser = argparse.ArgumentParser(prog="results.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("verify", "check every file against its manifest, and each manifest against the present config and code"),
        ("clean", "list files that are orphaned or left over from a kill; with --delete, delete them"),
        ("where", "print the folder of the results"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--configfile", nargs="+", default=[], metavar="FILE", help="as for snakemake")
    commands.choices["clean"].add_argument("--delete", action="store_true", help="delete what is listed")
    words = "print the chain of jobs, config, code, seed and data behind a file"
    commands.add_parser("trace", help=words, description=words).add_argument("file", type=Path)
    arguments = parser.parse_args()
    try:
        sys.exit(COMMANDS[arguments.command](arguments))
    except BrokenPipeError:  # the reader has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (ValueError, OSError) as error:
        sys.exit("\n".join(f"kernelscope: {line}" for line in str(error).splitlines()))


def verify_results(arguments) -> int:
    """Print all findings, and how many notes of each kind there are; return 1 if there is any finding."""
    experiment = loading.load(arguments.configfile)
    results = Path(experiment.results)
    noted: dict[str, list[str]] = {kind: [] for kind in notes.KINDS}
    findings = list(verify.findings(experiment, results, noted))
    for finding in findings:
        print(finding)
    for kind, rules in ((kind, rules) for kind, rules in noted.items() if rules):
        count = f"{len(rules)} note{'s' * (len(rules) > 1)}"
        print(f"{kind.replace('_', ' '):9}  {count}, of {', '.join(dict.fromkeys(rules))}")
    files = len(inventory.own_files(results))
    print(f"{results}: {files} files, " + (f"{len(findings)} findings" if findings else "all as they should be"))
    return 1 if findings else 0


def clean_results(arguments) -> int:
    experiment = loading.load(arguments.configfile)
    results = Path(experiment.results)
    if arguments.delete:
        preflight.lock_results(results)
    surplus = [finding for finding in verify.findings(experiment, results) if finding.kind in inventory.CLEANED]
    for finding in surplus:
        print(finding)
    if arguments.delete:
        inventory.remove(surplus, results)
    done = "deleted" if arguments.delete else "to delete; nothing is deleted yet"
    print(f"{results}: {len(surplus)} files {done}" if surplus else f"{results}: nothing to clean up")
    return 0


def print_folder(arguments) -> int:
    print(loading.load(arguments.configfile).results)
    return 0


def trace_file(arguments) -> int:
    for line in trace.chain(arguments.file):
        print(line)
    return 0


COMMANDS = {"verify": verify_results, "clean": clean_results, "where": print_folder, "trace": trace_file}

if __name__ == "__main__":
    main()
