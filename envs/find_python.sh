# Find the Python that makes .venv: the Python named by PYTHON, else the newest that runs and can make a virtual
# environment. Otherwise fail with one line that says what was found and how to install one. To be sourced: it only
# defines functions.
NEEDED="Python 3.11, 3.12 or 3.13"
CANDIDATES="python3.13 python3.12 python3.11 python3"
INSTALL="install one, for example with 'apt-get install python3 python3-venv' or 'uv python install 3.13'"

refuse() {
    echo "kernelscope: $1" >&2
    exit 1
}

# Print the version of a Python, such as 3.13; nothing if it does not run (pyenv's shims exist, but fail).
version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null </dev/null
}

is_suitable() {
    case $1 in 3.11 | 3.12 | 3.13) ;; *) return 1 ;; esac
}

# Debian's Python lacks ensurepip, which python3-venv adds.
makes_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 </dev/null
}

find_python() {
    if [ -n "$PYTHON" ]; then check_given "$PYTHON" && echo "$PYTHON"; else find_newest; fi
}

check_given() {
    if [ -f "$1" ] && [ ! -x "$1" ]; then refuse "PYTHON: got $1, which cannot be executed; expected $NEEDED"; fi
    command -v "$1" >/dev/null 2>&1 || refuse "PYTHON: got $1, which is not there; expected $NEEDED"
    given=$(version_of "$1") && [ -n "$given" ] || refuse "PYTHON: got $1, which does not run as a Python; expected $NEEDED"
    is_suitable "$given" || refuse "PYTHON: got $1, which is Python $given; expected $NEEDED"
    makes_environments "$1" || refuse "PYTHON: got $1, $(without_ensurepip "$given")"
}

find_newest() {
    found=
    incomplete=
    newest=
    for candidate in $CANDIDATES; do
        version=$(version_of "$candidate") || continue
        found="$found${found:+, }$candidate ($version)"
        is_suitable "$version" || continue
        if ! makes_environments "$candidate"; then
            incomplete=${incomplete:-$version}
        elif [ -z "$newest" ] || [ "${version#3.}" -gt "${newest#3.}" ]; then
            newest=$version
            chosen=$candidate
        fi
    done
    [ -z "$newest" ] || { echo "$chosen" && return; }
    [ -z "$incomplete" ] || refuse "PYTHON: got Python $incomplete, $(without_ensurepip "$incomplete")"
    refuse "PYTHON: got ${found:-none}, expected $NEEDED; $INSTALL"
}

without_ensurepip() {
    echo "which cannot make a virtual environment (no ensurepip): on Debian and Ubuntu, 'apt-get install python$1-venv'"
}
