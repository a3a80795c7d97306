#!/usr/bin/env bash
# Makes the package of the kiosk from the last commit: program, content, ready-built wheels, and the hashes of all of it.
# The same commit on the same kind of computer gives the same bytes. docs/kiosk.md says how it is signed.
set -euo pipefail
cd "$(dirname "$0")/../.."

version="$(git describe --always --dirty)"
case "$version" in *-dirty) printf 'There are changes that are not committed.\n' >&2; exit 1 ;; esac
out="$PWD/var/kiosk-package"
name="madonavi-kiosk-$version"
SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
export SOURCE_DATE_EPOCH

rm -rf "${out:?}/$name"
mkdir -p "$out/$name"
git archive HEAD kiosk_agent content infra/__init__.py infra/kiosk docs/kiosk.md docs/kiosk.ja.md LICENSE | tar -x -C "$out/$name"
printf '%s\n' "$version" >"$out/$name/VERSION"

# pyscard is compiled here, once, and not on each counter: a counter has no compiler.
python3 -m venv "$out/venv"
"$out/venv/bin/pip" wheel --quiet --require-hashes --no-deps -r infra/kiosk/requirements.txt -w "$out/$name/wheels"

(cd "$out/$name" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) >"$out/sums"
mv "$out/sums" "$out/$name/SHA256SUMS"
tar -C "$out" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$name" \
  | gzip -n >"$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz")
