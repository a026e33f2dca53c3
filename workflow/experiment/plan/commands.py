"""The command of every rule: its script, with an option for each of its files and params."""


def command(options: str) -> str:
    """Return the text of a `shell:`; every value in it is quoted.

    `options` names inputs and, after an arrow, outputs: "kernels run -> figure". Before the arrow, `params.runs` and
    `threads` are themselves. Each is passed as the option of its name.
    """
    read, written = (words.split() for words in options.split("->"))
    values = [word if "." in word or word == "threads" else f"input.{word}" for word in read]
    values += [f"output.{word}" for word in written]
    values = ["params.spec", *values, "output.manifest", "params.code", "params.software", "output.usage"]
    return " ".join(["{params.python:q} {params.script:q}", *map(option, values), "> {log:q} 2>&1"])


def option(value: str) -> str:
    """Return `--subspace-fit {output.subspace_fit:q}` for `output.subspace_fit`."""
    return f"--{value.rpartition('.')[2].replace('_', '-')} {{{value}:q}}"
