#!/usr/bin/env bash
# The browser of the counter: full screen, one page, nothing kept. The folder it writes to is memory (see the unit file).
set -euo pipefail

port="${MADONAVI_KIOSK_PORT:-8086}"
memory="${RUNTIME_DIRECTORY:?start this by its unit: it gives a folder in memory}"

# The agent may need some seconds after the computer was switched on.
until (exec 3<>"/dev/tcp/127.0.0.1/${port}") 2>/dev/null; do sleep 0.5; done

browser="$(command -v chromium || command -v chromium-browser || command -v google-chrome)"
exec "$browser" \
  --kiosk --incognito "--app=http://127.0.0.1:${port}/" \
  "--user-data-dir=${memory}/profile" "--disk-cache-dir=${memory}/cache" --disk-cache-size=16777216 \
  --no-first-run --no-default-browser-check --noerrdialogs --disable-session-crashed-bubble --hide-crash-restore-bubble \
  --disable-breakpad --disable-component-update --disable-sync --disable-background-networking \
  --disable-features=Translate,OverscrollHistoryNavigation,MediaRouter --overscroll-history-navigation=0 --disable-pinch \
  --password-store=basic --ozone-platform-hint=auto --lang=ja
