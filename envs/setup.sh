# Make .venv or update it to the packages in envs/lock.txt: `sh envs/setup.sh`, from the root of the project.
# `sh envs/setup.sh stale` prints "stale" if .venv exists but has to be made again, and nothing otherwise.
set -eu
. envs/find_python.sh
UV_VERSION=0.13.9
VENV=.venv
BIN=$VENV/bin
PYTHON=${PYTHON:-}

# Print "3.13 /usr" for the Python of .venv; nothing if it no longer runs, as after an upgrade of the system's Python.
made_with() {
    "$BIN/python" -c "import pip; $IDENTITY" 2>/dev/null </dev/null
}
IDENTITY='import os, sys; print("%d.%d" % sys.version_info[:2], os.path.realpath(sys.base_prefix))'

is_stale() {
    [ -e $VENV ] || return 1
    made=$(made_with) && is_suitable "${made%% *}" || return 0
    [ -n "$PYTHON" ] && [ "$made" != "$("$PYTHON" -c "$IDENTITY" 2>/dev/null </dev/null)" ]
}

make_environment() {
    python=$(find_python) || exit 1
    [ ! -e $VENV ] || echo "kernelscope: .venv is made again, with Python $(version_of "$python")"
    "$python" -m venv --clear $VENV
}

# Print the folders of wheels in pip's settings, which uv does not read.
wheels() {
    pips=${PIP_FIND_LINKS:-$("$BIN/python" -m pip config get global.find-links 2>/dev/null || true)}
    echo "${UV_FIND_LINKS:-$(echo $pips | tr ' ' ',')}" # unquoted, because pip separates them by blanks and newlines
}

uv_install() {
    "$BIN/uv" pip install --quiet --python "$BIN/python" "$@"
}

# On Linux, the default torch downloads gigabytes of CUDA libraries, so without an NVIDIA driver this chooses the CPU
# build: from a folder of wheels in uv's settings, else from PyTorch's own index, which may be unreachable.
torch_backend() {
    if [ -n "${UV_TORCH_BACKEND:-}" ]; then # the user's choice
        echo "$UV_TORCH_BACKEND"
    elif [ "$(uname -s)" != Linux ] || has_torch --no-index; then
        :
    elif has_nvidia; then
        ! has_torch --torch-backend auto || echo auto
    elif has_torch --torch-backend cpu; then
        echo cpu
    else
        echo "kernelscope: PyTorch's index of CPU builds cannot be reached, so its plain build is installed, which" \
            "downloads gigabytes of CUDA libraries" >&2
    fi
}

has_torch() {
    torch=$(grep '^torch==' envs/lock.txt)
    UV_HTTP_TIMEOUT=10 UV_HTTP_RETRIES=1 uv_install --dry-run --no-deps "$@" "$torch" >/dev/null 2>&1
}

has_nvidia() {
    [ -e /proc/driver/nvidia/version ] || nvidia-smi >/dev/null 2>&1
}

case "${1:-}" in
    "") ;;
    stale)
        ! is_stale || echo stale
        exit
        ;;
    *)
        echo "envs/setup.sh: got $1, expected stale or nothing" >&2
        exit 1
        ;;
esac
if [ ! -e $VENV ] || is_stale; then make_environment; fi
"$BIN/python" -m pip install --quiet --disable-pip-version-check uv==$UV_VERSION
UV_FIND_LINKS=$(wheels)
export UV_FIND_LINKS
backend=$(torch_backend)
[ -z "$backend" ] || export UV_TORCH_BACKEND="$backend"
uv_install --compile-bytecode --requirement envs/lock.txt
"$BIN/python" envs/add_command.py
touch $VENV/.ready
