#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The first process of a machine of the test: its root is this machine's, read-only, so all that is written goes to memory.
# The kernel's command line says scene=FOLDER: what the test wrote down for it. Lines for the test begin with @@.
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /mnt
export TMPDIR=/mnt
inside=$(dirname "$(readlink -f "$0")")
scene=$(sed -nE 's/.*\bscene=([^ ]+).*/\1/p' /proc/cmdline)
# shellcheck source=/dev/null
. "$scene/environment"

# modules are not where this kernel looks for them
printf '#!/bin/sh\nexec /sbin/modprobe -d %s "$@"\n' "$TOOLS" >/run/modprobe
chmod +x /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
/run/modprobe -a overlay xfrm_user esp4 veth authenc echainiv cbc gcm seqiv nf_tables
# for the first key of its kind the kernel looks for modules: on a slow machine that would take longer than IKE waits for an answer
key=0x$(printf '%064d' 1)
ip xfrm state add src 127.0.0.1 dst 127.0.0.2 proto esp spi 1 reqid 1 mode tunnel \
  auth-trunc 'hmac(sha256)' "$key" 128 enc 'cbc(aes)' "$key"
ip xfrm state flush

# Libreswan lies over what is installed here; so does whatever its installer writes
for folder in usr etc var; do
  mkdir -p "/mnt/$folder/upper" "/mnt/$folder/work"
  mount -t overlay overlay -o "lowerdir=$TOOLS/$folder:/$folder,upperdir=/mnt/$folder/upper,workdir=/mnt/$folder/work" "/$folder"
done

read -r now _ </proc/uptime
echo "@@ booted $now"
cd /mnt && "$inside/story.sh" "$inside" "$scene" || echo "@@ aborted $?"
# why the kernel dropped what it dropped
grep -v '[[:space:]]0$' /proc/net/xfrm_stat >/mnt/xfrm-stat.log
for log in /mnt/*.log; do
  echo "---- $log"
  tail -n 80 "$log"
done
read -r now _ </proc/uptime
echo "@@ ended $now"
echo o >/proc/sysrq-trigger
sleep 10
