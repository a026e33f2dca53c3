"""Look after results: verify them against their manifests, trace a file to its origin, clean up what is orphaned."""

import argparse
import os
import sys
from pathlib import Path

from experiment.config.schema import ConfigError
from experiment.launch import preflight
from experiment.plan import loading
from experiment.provenance import inventory, trace, verify


def main() -> None:
    parser = argparse.ArgumentParser(prog="results.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("verify", "check every file against its manifest, and that against config, code and versions of now"),
        ("clean", "list what is orphaned or left over by a kill; with --delete, delete it"),
        ("where", "print the folder of the results"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--configfile", nargs="+", default=[], metavar="FILE", help="as for snakemake")
    commands.choices["clean"].add_argument("--delete", action="store_true", help="delete what is listed")
    words = "print the chain of jobs, config, code, seed and data that made a file"
    commands.add_parser("trace", help=words, description=words).add_argument("file", type=Path)
    arguments = parser.parse_args()
    try:
        sys.exit(COMMANDS[arguments.command](arguments))
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (ConfigError, ValueError, OSError) as error:
        sys.exit(f"kernelscope: {error}")


def verify_results(arguments) -> int:
    """1 if anything is not as it should be."""
    experiment = loading.load(arguments.configfile)
    results = Path(experiment.results)
    found = list(verify.findings(experiment, results))
    for finding in found:
        print(finding)
    files = len(inventory.own_files(results))
    print(f"{results}: {files} files, " + (f"{len(found)} findings" if found else "all as they should be"))
    return 1 if found else 0


def clean_results(arguments) -> int:
    experiment = loading.load(arguments.configfile)
    results = Path(experiment.results)
    if arguments.delete:
        preflight.lock_results(results)
    found = [one for one in verify.findings(experiment, results) if one.kind in inventory.CLEANED]
    for finding in found:
        print(finding)
    if arguments.delete:
        inventory.remove(found, results)
    done = "deleted" if arguments.delete else "to delete; nothing is deleted yet"
    print(f"{results}: {len(found)} files {done}" if found else f"{results}: nothing to clean up")
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
