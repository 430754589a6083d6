#!/bin/sh
# Fetch axe-core again, at the version written here, and write its hash beside it. Needs npm.
set -eu
version=4.14.1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "axe-core@$version" >/dev/null
tar -xzf "axe-core-$version.tgz"
cp package/axe.min.js "$here/axe.min.js"
cp package/LICENSE "$here/axe-LICENSE.txt"
cd "$here"
sha256sum axe.min.js axe-LICENSE.txt > SHA256SUMS
