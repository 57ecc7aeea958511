#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Called by AWS's charon: one line an event for the story. With static routing AWS sends through a tunnel only while that is up.
set -u
read -r now _ </proc/uptime
echo "$now ${PLUTO_VERB%-client} $1" >>/mnt/events
[ -n "${3:-}" ] || exit 0
case $PLUTO_VERB in
up-client) ip route replace "$4" dev "$2" metric "$3" ;;
down-client) ip route del "$4" dev "$2" metric "$3" ;;
esac
