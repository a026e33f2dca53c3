# Lint the modules of the page with version $1 of ESLint, which npm installs into .venv. If that is not possible, print
# a line that says so.
eslint=.venv/eslint-$1/node_modules/.bin/eslint
install() {
    npm install --silent --no-save --no-audit --no-fund --engine-strict --prefix ".venv/eslint-$1" "eslint@$1"
}
if ! command -v node >/dev/null || ! { [ -x "$eslint" ] || install "$1"; } >/dev/null 2>&1; then
    echo "kernelscope: the modules of the page are not linted, which takes npm, Node.js 18.18 or newer, and once a network" >&2
    exit 0
fi
exec "$eslint" --max-warnings 0 workflow/page
