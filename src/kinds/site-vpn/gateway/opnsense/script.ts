// SPDX-License-Identifier: GPL-3.0-or-later
import type { OpnsenseRequest } from './requests.ts';

/** Validation errors come with HTTP 200 and "result":"failed"; the body goes over standard input, so that no process list shows a key. */
const head = `#!/bin/sh
# Makes this VPN on an OPNsense, over its API. A second run stops at the first request: the pre-shared keys are there already.
set -eu
: "\${OPNSENSE_URL:?is not set, such as https://192.168.1.1}"
: "\${OPNSENSE_NETRC:?is not set: a netrc file with an API key as login and its secret as password}"
: "\${OPNSENSE_CA:?is not set: a file with the certificate of the firewall or its authority}"

post() {
  answer=$(curl --silent --show-error --fail --netrc-file "$OPNSENSE_NETRC" --cacert "$OPNSENSE_CA" \\
    --header 'Content-Type: application/json' --data-binary @- "$OPNSENSE_URL$1")
  case $answer in *'"failed"'* | *'"error"'*) echo "$1: $answer" >&2 && exit 1 ;; esac
}

add() {
  post "$1"
  uuid=$(printf '%s' "$answer" | sed -n 's/.*"uuid":"\\([0-9a-f-]*\\)".*/\\1/p')
  [ -n "$uuid" ] || { echo "$1: $answer" >&2 && exit 1; }
}
`;

function sending({ name, path, body }: OpnsenseRequest): string {
  const call = `${name === undefined ? 'post' : 'add'} ${path} <<EOF\n${JSON.stringify(body)}\nEOF\n`;
  return name === undefined ? call : `${call}${name}=$uuid\n`;
}

/** No value has a `$` but those that stand for uuids, nor a backquote or a backslash: the shell fills in nothing else. */
export function scriptOf(requests: readonly OpnsenseRequest[]): string {
  return [head, ...requests.map(sending)].join('\n');
}
