// SPDX-License-Identifier: GPL-3.0-or-later
import type { PfsenseRequest } from './requests.ts';

/** The body goes over standard input, the API key from a file: no process list shows a secret. */
const head = `#!/bin/sh
# Makes this VPN on a pfSense, over the REST API package. A second run stops at the first request: the remote gateway is there already.
set -eu
: "\${PFSENSE_URL:?is not set, such as https://192.168.1.1}"
: "\${PFSENSE_HEADER:?is not set: a file with the line X-API-Key: and the key}"
: "\${PFSENSE_CA:?is not set: a file with the certificate of the firewall or its authority}"

post() {
  answer=$(curl --silent --show-error --fail-with-body --header "@$PFSENSE_HEADER" --cacert "$PFSENSE_CA" \\
    --header 'Content-Type: application/json' --data-binary @- "$PFSENSE_URL$1") || { echo "$1: $answer" >&2 && exit 1; }
}

keep() {
  kept=$(printf '%s' "$answer" | sed -n "s/.*\\"$1\\": *\\"\\{0,1\\}\\([a-z0-9]*\\).*/\\1/p")
  [ -n "$kept" ] || { echo "no $1 in the answer" >&2 && exit 1; }
}
`;

function sending({ path, body, keep }: PfsenseRequest): string {
  // an ikeid is a number; an interface's name is text
  const json = JSON.stringify(body).replace(/"(\$ikeid_\d)"/g, '$1');
  const call = `post ${path} <<EOF\n${json}\nEOF\n`;
  return keep === undefined ? call : `${call}keep ${keep.member}\n${keep.name}=$kept\n`;
}

/** No value has a `$` but those that stand for what was kept, nor a backquote or a backslash: the shell fills in nothing else. */
export function scriptOf(requests: readonly PfsenseRequest[]): string {
  return [head, ...requests.map(sending)].join('\n');
}
