# Make .venv or update it: `sh envs/setup.sh`, from the root of the project. It gets the groups torch and core of
# pyproject.toml in the versions of envs/lock.txt; `sh envs/setup.sh GROUP` adds another group.
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

# Install groups of packages whose files have the hashes of the lock.
install_groups() {
    groups=
    for group; do groups="$groups --group $group"; done
    uv_install --constraints envs/lock.txt $groups # unquoted, because it is a list of words
}

# Print which build of torch to install. On Linux, the plain build downloads gigabytes of CUDA libraries, so without an
# NVIDIA driver this chooses the CPU build: from a folder of wheels in uv's settings, else from PyTorch's own index,
# which may be unreachable.
torch_build() {
    if [ -n "${UV_TORCH_BACKEND:-}" ]; then # the user's choice
        echo "$UV_TORCH_BACKEND"
    elif [ "$(uname -s)" != Linux ]; then
        echo plain
    elif has_torch --no-index; then
        echo local
    elif has_nvidia; then
        if has_torch --torch-backend auto; then echo auto; else echo plain; fi
    elif has_torch --torch-backend cpu; then
        echo cpu
    else
        echo "kernelscope: PyTorch's index of CPU builds cannot be reached, so its plain build is installed, which" \
            "downloads gigabytes of CUDA libraries" >&2
        echo plain
    fi
}

has_torch() {
    UV_HTTP_TIMEOUT=10 UV_HTTP_RETRIES=1 uv_install --dry-run --no-deps --group torch "$@" >/dev/null 2>&1
}

# Install torch alone, unless it is the plain build, whose hashes the lock has.
install_torch() {
    build=$(torch_build)
    case $build in
        plain) return ;;
        local) ;;
        *) export UV_TORCH_BACKEND="$build" ;;
    esac
    uv_install --no-deps --group torch
}

# The builds of torch have programs for its own tests, 130 MB in 2.13.0 (2026-12-01).
remove_test_programs() {
    for folder in $VENV/lib/python3*/site-packages/torch; do
        rm -rf "$folder"/test "$folder"/bin/test_* "$folder"/bin/*Test "$folder"/bin/protoc*
    done
}

has_nvidia() {
    [ -e /proc/driver/nvidia/version ] || nvidia-smi >/dev/null 2>&1
}

if [ "${1:-}" = stale ]; then
    ! is_stale || echo stale
    exit
fi
if [ $# -gt 0 ]; then
    case $1 in
        slurm | keras | onnx | trainers | dev) install_groups "$1" && exit ;;
        *) refuse "envs/setup.sh: got $1, expected stale, a group that pyproject.toml adds to core, or nothing" ;;
    esac
fi
if [ ! -e $VENV ] || is_stale; then make_environment; fi
"$BIN/python" -m pip install --quiet --disable-pip-version-check uv==$UV_VERSION
UV_FIND_LINKS=$(wheels)
export UV_FIND_LINKS
install_torch
install_groups torch core
remove_test_programs
"$BIN/python" envs/add_command.py
"$BIN/python" envs/keep_bytecode.py
touch $VENV/.ready
