#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's packages for the tests of rendered gateways, as root: `test/vpn/install.sh DIR [kernels]`, then VPN_TOOLS=DIR for `npm test` and,
# with the kernels, for `npm run test:vpn`.
# What cannot be installed beside the rest is extracted to DIR: Libreswan (conflicts with strongSwan), the kernels (not for this machine).
# The tests run with whatever is there and skip the rest; so this goes on after a failure, and says at its end what is missing.
set -uo pipefail

dir=${1:?the folder to extract to}
export DEBIAN_FRONTEND=noninteractive
missing=()

command -v apt-get >/dev/null || { echo 'no apt-get: the gateway tests will be skipped'; exit 0; }
apt() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

# install NAME...: beside what is there already
install() { apt install -y --no-install-recommends "$@" >/dev/null || missing+=("$@"); }

# extract PACKAGE...: without its scripts, and without what it depends on
extract() {
  local downloads
  downloads=$(mktemp -d)
  chmod 0777 "$downloads" # apt downloads as a user of its own
  (cd "$downloads" && apt download "$@") || missing+=("$@")
  for package in "$downloads"/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" "$dir"; done
  rm -rf "$downloads"
}

# the newest kernel of the release; the variant for clouds has no 9p
kernel_package() { apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: //p'; }

mkdir -p "$dir"
apt update
install strongswan-charon strongswan-swanctl libcharon-extra-plugins libstrongswan-standard-plugins \
  frr nftables shellcheck iproute2 iputils-ping procps kmod
mapfile -t needed < <(apt-get install -s --no-install-recommends libreswan 2>/dev/null | awk '$1 == "Inst" && $2 != "libreswan" { print $2 }')
[ ${#needed[@]} -eq 0 ] || install "${needed[@]}"
extract libreswan

if [ "${2:-}" = kernels ]; then
  install qemu-system-x86 busybox-static
  extract user-mode-linux "$(kernel_package)"
  for modules in "$dir"/usr/lib/uml/modules/*; do ln -sfn "${modules/#"$dir"/../..}" "$dir/lib/modules/${modules##*/}"; done
  for modules in "$dir"/lib/modules/*; do depmod -b "$dir" "${modules##*/}" || missing+=("an index of ${modules##*/}"); done
fi

[ ${#missing[@]} -eq 0 ] || echo "could not be installed: ${missing[*]}"
