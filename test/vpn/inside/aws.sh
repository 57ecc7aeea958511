# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# AWS's two ends: a strongSwan of its own in the namespace aws, with an interface a tunnel. Sourced by story.sh.

# in_aws COMMAND...: there, with a /run of its own, which charon and FRR have compiled in
in_aws() { nsenter --net=/run/netns/aws --mount="/proc/$aws/ns/mnt" "$@"; }

start_aws() {
  ip netns exec aws unshare --mount --propagation private \
    bash -c 'mount -t tmpfs tmpfs /run && : >/mnt/aws-ready && exec sleep infinity' &
  aws=$!
  until_true 10 test -e /mnt/aws-ready || return
  for number in 1 2; do
    local outside=OUTSIDE_$number inside=AWS_INSIDE_$number
    ip -n aws -batch - <<END
link add vti$number type vti local ${!outside} remote $PUBLIC_IP key $number
address add ${!inside}/30 dev vti$number
link set vti$number mtu 1436 up
END
    ip netns exec aws sysctl -q -w "net.ipv4.conf.vti$number.disable_policy=1"
  done
  : >/mnt/events
  STRONGSWAN_CONF=$scene/aws/strongswan.conf in_aws /usr/lib/ipsec/charon >/dev/null 2>&1 &
  until_true 20 ask_aws --stats || return
  ask_aws --load-all --file "$scene/aws/swanctl.conf"
  [ "$ROUTING" = Static ] || start_aws_bgp
}

ask_aws() { in_aws swanctl "$@" --uri unix:///mnt/aws.vici >>/mnt/aws-swanctl.log 2>/dev/null; }

start_aws_bgp() {
  in_aws mount --bind "$scene/aws/frr" /etc/frr
  in_aws install -d -o frr -g frr /run/frr
  for daemon in zebra bgpd; do in_aws "/usr/lib/frr/$daemon" -d; done
  in_aws vtysh -b >>/mnt/aws-frr.log 2>&1
}
