#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's Keystone and Neutron for `npm run test:openstack`, as root: the Python packages alone, so that nothing is started or asked.
# Without them the tests are skipped; so this goes on after a failure, and says what is missing.
set -uo pipefail

export DEBIAN_FRONTEND=noninteractive
command -v apt-get >/dev/null || { echo 'no apt-get: the OpenStack tests will be skipped'; exit 0; }
apt() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

apt update
apt install -y --no-install-recommends python3-keystone python3-neutron >/dev/null ||
  echo 'could not be installed: python3-keystone python3-neutron'
