#!/bin/sh
# The last door before paper: a CUPS backend in front of the real one (man 7 backend). It lets a job through when the agent
# still wants it: when the job's ticket lies in the folder and is fresh (a dead agent renews nothing). It takes the ticket away, so no job passes twice: CUPS keeps
# its queue over a crash and prints it again from the first page, long after the person has gone.
#
# Installed as /usr/lib/cups/backend/madonavi (root, 0755); a queue goes through it with the device
#   madonavi:/run/madonavi/tickets?ipp://printer.local/ipp/print
# The folder belongs to the agent's user and CUPS' group (lp), 0770, in memory. The agent's user is in lpadmin, so that it may
# delete what CUPS keeps of printed jobs. The printer is one that tells when a sheet is out (ipp: driverless), not usb or socket.
FRESH=3  # seconds; LEASE in cups.py
CANCEL=5 # CUPS_BACKEND_CANCEL: forget the job, do not try again
if [ $# -eq 0 ]; then
    echo 'direct madonavi "Unknown" "Madonavi gate"'
    exit 0
fi
place=${DEVICE_URI#madonavi:}
tickets=${place%%\?*}
printer=${place#*\?}
mark=${3#madonavi-}
case $mark in
'' | *[!0-9a-f]*) exit $CANCEL ;;
esac
age=$(($(date +%s) - $(stat -c %Y -- "$tickets/$mark" 2>/dev/null || echo 0)))
rm -- "$tickets/$mark" 2>/dev/null </dev/null || exit $CANCEL
[ $age -ge 0 ] && [ $age -le $FRESH ] || exit $CANCEL
# CUPS remembers the jam of the last sheet until a backend takes it back, and one that was cancelled never does.
echo 'STATE: none' >&2
export PRINTER_STATE_REASONS=none DEVICE_URI="$printer"
exec "${CUPS_SERVERBIN:-/usr/lib/cups}/backend/${printer%%:*}" "$@"
