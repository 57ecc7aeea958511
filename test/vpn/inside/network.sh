# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# This machine is the site's gateway. Namespaces: office (a host behind it), aws (both ends of the tunnels, and the Internet between), vpc (a
# host in the VPC); with LOCAL_IP also nat (a router of the site that has its public address). Sourced by story.sh.

connect_gateway() {
  if [ -z "$LOCAL_IP" ]; then
    ip -batch - <<END
link add wan0 type veth peer name wan0 netns aws
address add $PUBLIC_IP/24 dev wan0
link set wan0 up
route add default via $INTERNET_IP
END
    return
  fi
  ip -batch - <<END
netns add nat
link add wan0 type veth peer name lan0 netns nat
address add $LOCAL_IP/30 dev wan0
link set wan0 up
route add default via $ROUTER_IP
END
  ip -n nat -batch - <<END
link set lo up
address add $ROUTER_IP/30 dev lan0
link set lan0 up
link add wan0 type veth peer name wan0 netns aws
address add $PUBLIC_IP/24 dev wan0
link set wan0 up
route add default via $INTERNET_IP
END
  ip netns exec nat sysctl -q -w net.ipv4.ip_forward=1
  ip netns exec nat iptables-legacy -t nat -A POSTROUTING -o wan0 -j MASQUERADE
}

make_network() {
  ip -batch - <<END
netns add office
netns add aws
netns add vpc
link add lan0 type veth peer name eth0 netns office
link set lo up
address add $SITE_GATEWAY/$SITE_PREFIX dev lan0
link set lan0 up
END
  connect_gateway
  ip -n aws -batch - <<END
link set lo up
address add $INTERNET_IP/24 dev wan0
link set wan0 up
address add $OUTSIDE_1/32 dev lo
address add $OUTSIDE_2/32 dev lo
link add vpc0 type veth peer name eth0 netns vpc
address add $VPC_GATEWAY/$VPC_PREFIX dev vpc0
link set vpc0 up
END
  ip -n office -batch - <<END
link set lo up
address add $OFFICE_HOST/$SITE_PREFIX dev eth0
link set eth0 up
route add default via $SITE_GATEWAY
END
  ip -n vpc -batch - <<END
link set lo up
address add $VPC_HOST/$VPC_PREFIX dev eth0
link set eth0 up
route add default via $VPC_GATEWAY
END
  ip netns exec aws sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
  # what passes between gateway and AWS: encrypted, encrypted in UDP, and in clear (legacy tables: user-mode Linux has no others)
  ip netns exec aws iptables-legacy-restore <<END
*raw
-A PREROUTING -i wan0 -p esp -m comment --comment esp
-A PREROUTING -i wan0 -p udp --dport 4500 -m comment --comment udp
-A PREROUTING -i wan0 -d $VPC_CIDR -m comment --comment clear
COMMIT
END
  for side in office vpc; do
    ip netns exec $side iptables-legacy-restore <<END
*filter
-A INPUT -p tcp --tcp-flags SYN SYN -m tcpmss --mss $MSS -m comment --comment clamped
-A INPUT -p tcp --tcp-flags SYN SYN -m tcpmss --mss $((MSS + 1)):65535 -m comment --comment large
COMMIT
END
  done
}

# counter NAMESPACE NAME: how many packets it has seen
counter() {
  ip netns exec "$1" bash -c 'iptables-legacy -t raw -nvxL PREROUTING; iptables-legacy -nvxL INPUT' |
    awk -v name="$2" '$0 ~ "/\\* " name " \\*/" { print $1 }'
}

# cut_off NUMBER, heal NUMBER: AWS's end of a tunnel falls silent
silence() {
  local address=OUTSIDE_$2
  ip netns exec aws iptables-legacy -t raw "$1" PREROUTING -d "${!address}" -j DROP
  ip netns exec aws iptables-legacy -t raw "$1" OUTPUT -s "${!address}" -j DROP
}
cut_off() { silence -I "$1"; }
heal() { silence -D "$1"; }
