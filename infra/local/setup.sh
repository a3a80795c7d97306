#!/usr/bin/env bash
# Brings a fresh Debian or Ubuntu to where `make up` and `make test` run: system packages, the Python environment, what npm brings.
# It does only what is missing, so the second run is quick.
set -euo pipefail
cd "$(dirname "$0")/../.."

# gcc, python3-dev and libpcsclite-dev: pyscard has no ready-built package for Linux.
# pcscd and vsmartcard-vpcd: the card reader service and a reader for the virtual card.
# chromium: the tests and `make journey` look at pages as a person does.
# The fonts: what the sheets are printed with; IPAmj Mincho has the rare characters, WenQuanYi those of 简体中文 on signs.
# The last two: shellcheck reads the kiosk's scripts in the tests, systemd's analyzer its units. Nothing of systemd is started;
# without systemd-sysv it stands beside whatever starts this computer.
packages=(gcc python3-dev python3-venv libpcsclite-dev pcscd vsmartcard-vpcd chromium nginx-light
  fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho fonts-ipamj-mincho fonts-wqy-microhei poppler-utils zbar-tools
  shellcheck systemd)

say() { printf '· %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# A browser or an nginx that came another way will do; a computer that has one keeps it.
is_there() {
  case "$1" in
    chromium) is_installed chromium || command -v chromium chromium-browser >/dev/null ;;
    nginx-light) [ -x /usr/sbin/nginx ] || command -v nginx >/dev/null ;;
    *) is_installed "$1" ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "These packages need root to install, and there is no sudo here. As root, run: apt-get install ${missing[*]}"
  fi
}

# A package server that does not answer once usually does a moment later.
patiently() {
  local try
  for try in 1 2 3 4; do
    if "$@"; then return 0; fi
    [ "$try" = 4 ] || { say "that did not work; trying again in $((try * 3)) seconds"; sleep $((try * 3)); }
  done
  return 1
}

install_system_packages() {
  missing=()
  local package brings_nginx=
  for package in "${packages[@]}"; do is_there "$package" || missing+=("$package"); done
  command -v npm >/dev/null || missing+=(nodejs npm)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "This set-up knows Debian and Ubuntu. Please install what matches: ${missing[*]}"
  if grep -qs '^ID=ubuntu' /etc/os-release; then on_ubuntu; fi
  say "installing system packages: ${missing[*]}"
  if [[ " ${missing[*]} " == *" nginx-light "* ]]; then brings_nginx=yes; fi
  patiently as_root apt-get update -qq || fail "apt-get update failed four times. Is this computer online?"
  patiently as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    || fail "apt-get could not install: ${missing[*]}. Its own message is above."
  # The package starts a web server for the whole network, now and at each boot; the local stack starts its own on loopback.
  if [ -n "$brings_nginx" ] && [ -d /run/systemd/system ]; then as_root systemctl disable --quiet --now nginx || true; fi
}

# Ubuntu's chromium is a doorway to a snap and has another name.
on_ubuntu() {
  local package named=()
  for package in "${missing[@]}"; do
    if [ "$package" = chromium ]; then
      named+=(chromium-browser)
      say "Ubuntu delivers chromium as a snap. Where snap does not run, 'make journey' and the browser tests cannot; the rest does."
    else named+=("$package"); fi
  done
  missing=("${named[@]}")
}

# A stamp holds the hash of what was installed from; the work is repeated only when that changes.
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

install_python_packages() {
  local wanted
  wanted="$(sha256sum <requirements.lock) $(python3 -V)"
  if is_current .venv/installed "$wanted"; then return 0; fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed; this is $(python3 -V)."
  if [ ! -x .venv/bin/pip ]; then
    say "making the Python environment .venv"
    python3 -m venv .venv
  fi
  say "installing Python packages (a minute or two)"
  patiently .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
    || fail "pip could not install the packages of requirements.lock. Its own message is above."
  printf '%s' "$wanted" >.venv/installed
}

install_npm_packages() {
  local wanted
  wanted="$(sha256sum <package-lock.json)"
  if is_current node_modules/installed "$wanted"; then return 0; fi
  say "installing the local store and the console's QR reader"
  patiently npm ci --ignore-scripts --no-audit --no-fund --silent \
    || fail "npm could not install the packages of package-lock.json. Its own message is above."
  mkdir -p node_modules
  printf '%s' "$wanted" >node_modules/installed
}

install_system_packages
install_python_packages
install_npm_packages
