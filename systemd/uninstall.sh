#!/bin/sh
# Removes the programs and units; keeps /var/lib/plantd, /etc/plantd and the accounts, and says so.
set -eu
prefix=$1 systemd=$2
root=${DESTDIR:-}
[ "$(id -u)" = 0 ] || [ -n "$root" ] || { echo "run as root (or set DESTDIR)" >&2; exit 1; }
[ -n "$root" ] || systemctl disable --now plantd.service plantd.socket 2>/dev/null || true
rm -f "$root$prefix/bin/plantd" "$root$prefix/bin/plant" "$root$prefix/share/doc/plantd/README.md" "$root$prefix/share/doc/plantd/remote-database.conf"
rm -f "$root$systemd/plantd.service" "$root$systemd/plantd.socket"
rm -f "$root/usr/lib/sysusers.d/plantd.conf" "$root/usr/lib/tmpfiles.d/plantd.conf"
[ -n "$root" ] || systemctl daemon-reload
echo "kept: /var/lib/plantd (the data), /etc/plantd, the accounts plantd, plant, plant-admin, plant-drop"
