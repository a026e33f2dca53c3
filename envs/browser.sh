# Install what the tests of the page need besides Python, if root can use apt: a browser, and the library that
# Playwright's driver is linked with. Without them, these tests are skipped with a message.
packages=
for name in chromium chromium-browser google-chrome; do
    if command -v $name >/dev/null; then browser=$name; fi
done
[ -n "${browser:-}" ] || packages=chromium
ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1' || packages="$packages libatomic1"
if [ -z "$packages" ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then exit 0; fi
if ! { apt-get update -qq && apt-get install -y -qq $packages; } >/dev/null; then
    echo "kernelscope: apt-get could not install $packages, so tests of the page are skipped" >&2
fi
