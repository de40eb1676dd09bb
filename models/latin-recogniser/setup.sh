#!/bin/sh
# Fetches fonts and running text (Debian packages, unpacked below WORK, nothing is installed) and the Python packages.
# usage: setup.sh WORK
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${1:?usage: setup.sh WORK}
mkdir -p "$work/debs" "$work/root"
work=$(cd "$work" && pwd)
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q -r "$here/requirements.txt"
cd "$work/debs"
for package in $(grep -hv '^#' "$here/fonts.txt" "$here/texts.txt"); do
  ls "${package}"_*.deb >/dev/null 2>&1 || apt-get download -q "$package" || echo "not available: $package" >&2
done
for deb in *.deb; do
  dpkg -x "$deb" "$work/root"
done
echo "ready: $work"
