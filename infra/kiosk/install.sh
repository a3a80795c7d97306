#!/usr/bin/env bash
# Installs or updates the kiosk on a Debian PC, from an unpacked package (infra/kiosk/build.sh) or a checkout. Run as root.
# The version before stays beside it: `install.sh --back` returns to it. Keys, queue and settings are never touched.
set -euo pipefail
cd "$(dirname "$0")/../.."

ROOT=/opt/madonavi-kiosk
AGENT=madonavi-kiosk
SCREEN=madonavi-screen
# pcscd and libccid: the reader. cups: the printer. cage and chromium: the screen. The fonts: what sheets are printed with.
PACKAGES=(python3 python3-venv pcscd libccid cups cups-client cage chromium
  fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho fonts-ipamj-mincho)
# Only without ready-built wheels: pyscard has none for Linux.
BUILD_PACKAGES=(gcc python3-dev libpcsclite-dev)

say() { printf '· %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

version() { if [ -f VERSION ]; then cat VERSION; else git describe --always --dirty; fi; }

check_computer() {
  [ "$(id -u)" = 0 ] || fail "Run this as root."
  command -v apt-get >/dev/null || fail "This way knows Debian and Ubuntu. docs/kiosk.md says what to do elsewhere."
  if [ -f SHA256SUMS ]; then
    sha256sum --quiet --strict -c SHA256SUMS || fail "A file of the package is not as it was signed. Fetch the package again."
  fi
}

install_system_packages() {
  local wanted=("${PACKAGES[@]}")
  [ -d wheels ] || wanted+=("${BUILD_PACKAGES[@]}")
  say "system packages"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"
}

make_users() {
  id "$AGENT" >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin "$AGENT"
  id "$SCREEN" >/dev/null 2>&1 || useradd --system --create-home --shell /usr/sbin/nologin "$SCREEN"
  usermod -a -G video,input,render "$SCREEN"
}

install_program() {
  local target
  target="$ROOT/$(version)"
  say "program into $target"
  rm -rf "$target.part"
  install -d -m 0755 "$ROOT" "$target.part"
  cp -R kiosk_agent content infra docs "$target.part/"
  python3 -m venv "$target.part/.venv"
  if [ -d wheels ]; then
    "$target.part/.venv/bin/pip" install --quiet --no-index --no-deps wheels/*.whl
  else
    "$target.part/.venv/bin/pip" install --quiet --require-hashes --no-deps -r infra/kiosk/requirements.txt
  fi
  "$target.part/.venv/bin/pip" check --quiet
  (cd "$target.part" && .venv/bin/python -m compileall -q kiosk_agent content)
  chown -R root:root "$target.part"
  # A venv knows its own path only in the scripts of bin/, which are not used here: python -m works after the move.
  if [ -e "$target" ]; then rm -rf "$target.old"; mv "$target" "$target.old"; fi
  mv "$target.part" "$target"
  rm -rf "$target.old"
  point_to "$target"
}

# The link is replaced in one step: a power cut leaves the old version or the new one, never none.
point_to() {
  local before
  before="$(readlink -f "$ROOT/current" 2>/dev/null || true)"
  if [ -n "$before" ] && [ "$before" != "$1" ]; then ln -sfn "$before" "$ROOT/previous"; fi
  ln -s "$1" "$ROOT/current.new"
  mv -T "$ROOT/current.new" "$ROOT/current"
}

install_settings() {
  if [ ! -e /etc/madonavi-kiosk.env ]; then
    install -m 0600 infra/kiosk/madonavi-kiosk.env.example /etc/madonavi-kiosk.env  # systemd reads it as root
    say "please fill in /etc/madonavi-kiosk.env"
  fi
  install -D -m 0644 infra/kiosk/browser-policy.json /etc/chromium/policies/managed/madonavi-kiosk.json
  install -D -m 0644 infra/kiosk/50-madonavi-kiosk.rules /etc/polkit-1/rules.d/50-madonavi-kiosk.rules
  install -D -m 0644 infra/kiosk/70-madonavi-kiosk.rules /etc/udev/rules.d/70-madonavi-kiosk.rules
  install -D -m 0644 infra/kiosk/modprobe.conf /etc/modprobe.d/madonavi-kiosk.conf
  install -m 0644 infra/kiosk/madonavi-kiosk.service infra/kiosk/madonavi-kiosk-screen.service /etc/systemd/system/
}

start_services() {
  if [ ! -d /run/systemd/system ]; then say "systemd does not run here; nothing is started"; return 0; fi
  systemctl daemon-reload
  udevadm control --reload
  systemctl enable --quiet --now pcscd.socket
  systemctl enable --quiet madonavi-kiosk madonavi-kiosk-screen
  systemctl set-default --quiet graphical.target
  systemctl restart madonavi-kiosk madonavi-kiosk-screen
}

go_back() {
  local before
  before="$(readlink -f "$ROOT/previous")" || fail "There is no version before this one."
  point_to "$before"
  start_services
  say "back to $before"
}

check_computer
if [ "${1:-}" = "--back" ]; then go_back; exit 0; fi
install_system_packages
make_users
install_program
install_settings
start_services
say "done: version $(version)"
