#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The gateway is installed by the commands of its README; both tunnels come up and carry traffic; one dies and comes back; both die.
# story.sh INSIDE SCENE. What it saw it says in lines that begin with @@: a name and a value. The test judges them.
set -u
inside=$1 scene=$2
. "$scene/environment"
. "$inside/network.sh"
. "$inside/aws.sh"
mkfifo /mnt/never
exec 9<>/mnt/never

say() { echo "@@ $*"; }
uptime() { read -r now _ </proc/uptime; }
pause() { read -rt "$1" -u 9; :; }

# until_true SECONDS COMMAND...: whether it succeeded within that time
until_true() {
  local end
  uptime
  end=$((${now%.*} + $1))
  shift
  until "$@"; do
    uptime
    [ "${now%.*}" -lt "$end" ] || return 1
    pause 0.2
  done
}

# expect NAME SECONDS COMMAND...: says how long it took, or never
expect() {
  local name=$1 start
  shift
  uptime
  start=$now
  if until_true "$@"; then
    uptime
    say "$name $(((${now/./} - ${start/./}) / 100)).$(((${now/./} - ${start/./}) % 100))"
  else
    say "$name never"
    return 1
  fi
}

# how often this tunnel came up, as AWS sees it
ups() { grep -c "up aws-tunnel-$1\$" /mnt/events; }
up() { [ "$(ups "$1")" -ge "$2" ]; }
down() { grep -q "down aws-tunnel-$1\$" /mnt/events; }
both_up() { up 1 1 && up 2 1; }
routes() { ip route show "$VPC_CIDR"; }
routed_by() { [[ "$(ip route get "$VPC_HOST" 2>&1)" == *"dev $1 "* ]]; }
both_routed() { [[ $(routes) == *"$LINK_1"*"$LINK_2"* || $ROUTING == BGP && $(vtysh -c "show bgp ipv4 unicast $VPC_CIDR") == *'2 available'* ]]; }
from_office() { ip netns exec office "$@"; }
pings() { from_office ping -q -c 3 -i 0.3 -W 2 "$VPC_HOST" >/dev/null; }
peer_pings() { ping -q -c 2 -i 0.3 -W 2 -I "$1" "$2" >/dev/null; }
packets() { cat /sys/class/net/"$1"/statistics/"$2"_packets; }
no_route() { [[ $(ip route get "$VPC_HOST" 2>&1) != *' dev '* ]]; }

# fetch NAMESPACE HOST: what that host gives to whoever connects; 2 MB, so packets as great as they may be
fetch() { ip netns exec "$1" timeout 20 bash -c "cat </dev/tcp/$2/8080" | cksum; }
transfers() {
  local expected
  expected=$(cksum </mnt/file)
  [ "$(fetch office "$VPC_HOST")" = "$expected" ] && [ "$(fetch vpc "$OFFICE_HOST")" = "$expected" ]
}
whether() { if "$@"; then echo yes; else echo no; fi; }

install_gateway() {
  # the code of the README's section: its own commands, as they are
  sed -n '/^## Install$/,/^## [^I]/s/^    //p' README.md >/mnt/install.sh
  timeout 120 bash -ex /mnt/install.sh >/mnt/install.log 2>&1
}

make_network
head -c 2000000 /dev/urandom >/mnt/file
for side in office vpc; do ip netns exec $side busybox nc -ll -p 8080 -e cat /mnt/file & done
start_aws || exit 1
# no package manager and no systemd here
mkdir /mnt/bin
ln -s "$inside/systemctl" /mnt/bin/systemctl
ln -s /bin/true /mnt/bin/apt-get
PATH=/mnt/bin:$PATH
# not every kernel has nftables for IPv4: there the gateway goes without the clamp
clamp=$(whether nft add table ip probe)
say "clamp $clamp"
[ "$clamp" = yes ] || ln -s /bin/true /mnt/bin/nft

cp -r "$scene/gateway" /mnt/gateway
cd /mnt/gateway || exit 1
uptime
say "installing-at $now"
install_gateway || exit
say 'installed'
expect both-up 90 both_up && expect routes 90 both_routed || exit
say "inside $(whether peer_pings "$LINK_1" "$AWS_INSIDE_1") $(whether peer_pings "$LINK_2" "$AWS_INSIDE_2")"
say "pings $(whether pings)"
say "transfers $(whether transfers)"
for side in office vpc; do say "mss-$side $(counter $side clamped) $(counter $side large)"; done
say "wan $(counter aws esp) $(counter aws udp)"
say "sent $(packets "$LINK_1" tx) $(packets "$LINK_2" tx)"
say "received $(packets "$LINK_1" rx) $(packets "$LINK_2" rx)"

for name in aws-tunnel-1 aws-tunnel-2; do ask_aws --rekey --child "$name" && ask_aws --rekey --ike "$name"; done
pause 2
say "after-rekey $(whether pings) $(ups 1) $(ups 2)"

# a shell's background process would not hear an interrupt, and without one ping does not write all it knows
ip netns exec office env --default-signal=INT ping -D -i 0.2 "$VPC_HOST" >/mnt/ping.out 2>&1 &
pinging=$!
pause 2
say "first-by-1 $(whether routed_by "$LINK_1")"
date '+@@ cut %s.%N'
cut_off 1
expect rerouted 60 routed_by "$LINK_2"
expect answered 60 pings
pause 2
say "transfers-by-2 $(whether transfers)"
# by its own dead peer detection, so that neither end knows the other's keys any more
expect aws-noticed 60 down 1
before=$(ups 1)
date '+@@ healed %s.%N'
heal 1
expect up-again 120 up 1 $((before + 1))
expect routed-back 60 routed_by "$LINK_1"
pause 3
kill -INT $pinging
wait $pinging
sed -nE 's/^\[([0-9.]+)\] [0-9]+ bytes from .*icmp_seq=([0-9]+) .*/@@ reply \1 \2/p' /mnt/ping.out
say "pings-after $(whether pings)"
cut_off 1
cut_off 2
expect unrouted 60 no_route
say "pings-when-both-are-dead $(whether pings)"
say "clear $(counter aws clear)"
