#!/bin/sh
# Installs the programs, the units and the accounts. Usage: install.sh BUILT PREFIX SYSTEMD
set -eu
built=$1 prefix=$2 systemd=$3
here=$(dirname "$0")
[ "$(id -u)" = 0 ] || [ -n "${DESTDIR:-}" ] || { echo "run as root (or set DESTDIR for a staged install)" >&2; exit 1; }
root=${DESTDIR:-}
install -D -m 0755 "$built/plantd" "$root$prefix/bin/plantd"
install -D -m 0755 "$built/plant" "$root$prefix/bin/plant"
install -D -m 0644 "$here/../README.md" "$root$prefix/share/doc/plantd/README.md"
install -D -m 0644 "$here/remote-database.conf" "$root$prefix/share/doc/plantd/remote-database.conf"
install -d -m 0755 "$root$systemd"
for unit in plantd.service plantd.socket; do
    sed "s#/usr/local/bin/plantd#$prefix/bin/plantd#; s#/usr/local/share#$prefix/share#" "$here/$unit" >"$root$systemd/$unit"
    chmod 0644 "$root$systemd/$unit"
done
install -D -m 0644 "$here/plantd.sysusers" "$root/usr/lib/sysusers.d/plantd.conf"
install -D -m 0644 "$here/plantd.tmpfiles" "$root/usr/lib/tmpfiles.d/plantd.conf"
install -d -m 0750 "$root/etc/plantd"
[ -n "$root" ] && { echo "staged in $root"; exit 0; }
systemd-sysusers plantd.conf
chgrp plantd /etc/plantd
systemd-tmpfiles --create plantd.conf
systemctl daemon-reload
echo "next: plantd init, then systemctl enable --now plantd.socket plantd.service"
echo "then: usermod -aG plant,plant-admin YOU; drop exports into /srv/plant/drop; plant folders add /srv/plant/drop"
