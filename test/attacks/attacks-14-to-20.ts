// SPDX-License-Identifier: GPL-3.0-or-later
import type { Attack } from './attack.ts';

export const to20: readonly Attack[] = [
  {
    number: 14,
    attack: 'Redirects to the metadata service or to another host',
    defence: 'A redirect is an answer like any other: never followed, so no credential is sent again',
    tests: [
      {
        file: 'attacks/14-redirects.test.ts',
        title: 'attack-14: an answer %i leads no call of AWS or of Kubernetes anywhere else.',
      },
      {
        file: 'attacks/14-redirects.test.ts',
        title: 'attack-14: an answer %i of a Proxmox leads neither token, password nor key anywhere else.',
      },
    ],
    mutants: [
      {
        bug: 'redirects are followed',
        file: 'src/wire/undici-transport.ts',
        from: '    return { status: statusCode',
        to: "    const { location } = answer.headers;\n    if (typeof location === 'string') return undiciTransport()({ ...request, url: new URL(location) });\n    return { status: statusCode",
      },
      {
        bug: 'redirects are followed, by a Proxmox too',
        file: 'src/wire/undici-transport.ts',
        from: 'const { statusCode, statusText, headers, body } = answer;',
        to: "if (typeof answer.headers['location'] === 'string') return undiciTransport()({ ...request, url: new URL(answer.headers['location']) });\n    const { statusCode, statusText, headers, body } = answer;",
        test: 1,
      },
    ],
  },
  {
    number: 15,
    attack: 'Answers that never end: byte by byte, huge, packed, deep, or with entities that grow',
    defence: 'Limits of bytes, depth, silence and of the whole time; a line of a watch is bounded, too',
    tests: [
      {
        file: 'kube/client.test.ts',
        title: 'refuses answers without end, gzip bombs and a hundred thousand brackets (attack 15)',
      },
      {
        file: 'attacks/15-hostile-answers.test.ts',
        title: 'an answer of AWS that is %s fails in bounded time and memory.',
      },
      {
        file: 'attacks/15-hostile-answers.test.ts',
        title: 'an answer that comes byte by byte is given up after ten times the time-out; a watch is not.',
      },
      {
        file: 'attacks/15-hostile-answers.test.ts',
        title: 'an answer of the credentials endpoint without end is given up.',
      },
      { file: 'kube/lines.test.ts', title: 'a line without end is refused' },
      { file: 'attacks/15-hostile-answers.test.ts', title: 'the entities of an XML bomb are not expanded.' },
      {
        file: 'operator/bad-days/cloud-trouble.test.ts',
        title:
          'Any one call that hangs is given up after 30 s, the object gets there all the same, and another one does not wait.',
      },
      {
        file: 'attacks/15-hostile-answers.test.ts',
        title: 'an answer of a Proxmox that is %s fails in bounded time and memory.',
      },
    ],
    mutants: [
      {
        bug: 'a packed answer may be a hundred times larger',
        file: 'src/kube/answer.ts',
        from: 'if (bytes > limits.bytes) throw',
        to: 'if (bytes > 100 * limits.bytes) throw',
      },
      {
        bug: 'no limit of depth',
        file: 'src/kube/answer.ts',
        from: 'if (gauge.measure(piece) > limits.depth) throw',
        to: 'if (gauge.measure(piece) > 1e12) throw',
      },
      {
        bug: 'an answer of AWS may have any length',
        file: 'src/clouds/aws/handler.ts',
        from: 'if (size > largestAnswer) throw',
        to: 'if (size > 1e12) throw',
        test: 1,
      },
      {
        bug: 'only silence ends an answer',
        file: 'src/wire/wire.ts',
        from: 'call.endless ? undefined : 10 * call.timeoutMs',
        to: 'undefined',
        test: 2,
      },
      {
        bug: 'credentials may be as long as they like',
        file: 'src/clouds/aws/iam/own-identity.ts',
        from: 'if (bytes > longestAnswer) throw',
        to: 'if (bytes > 1e12) throw',
        test: 3,
      },
      {
        bug: 'a line of a watch may have any length',
        file: 'src/kube/lines.ts',
        from: 'if (this.#length > this.#longest) throw',
        to: 'if (this.#length > 1e12) throw',
        test: 4,
      },
      {
        bug: 'an answer of a Proxmox may have any length',
        file: 'src/clouds/https/answer.ts',
        from: 'if (size > most) break;',
        to: 'if (size > 1e12) break;',
        test: 7,
      },
      {
        bug: 'what a Proxmox says is shown whole',
        file: 'src/clouds/https/failures.ts',
        from: 'oneLine(said).slice(0, longestSaying)',
        to: 'oneLine(said)',
        test: 7,
      },
    ],
    open: "A million headers: undici's own limit of 16 KiB, not tested here.",
  },
  {
    number: 16,
    attack: 'A Proxmox server with another certificate or key',
    defence:
      'The certificate is compared in the handshake, before the socket is handed out, with the pin or by an authority; no session is resumed under a pin; not one byte of a request is sent to anybody else',
    tests: [
      {
        file: 'clouds/proxmox/man-in-the-middle.test.ts',
        title: 'he gets no byte of Proxmox VE, of %s.',
      },
      {
        file: 'clouds/proxmox/man-in-the-middle.test.ts',
        title: 'he gets no byte of Proxmox Backup Server, of %s.',
      },
      {
        file: 'clouds/proxmox/man-in-the-middle.test.ts',
        title: "he gets no byte of a ping, and none of root's first login.",
      },
      {
        file: 'clouds/proxmox/man-in-the-middle.test.ts',
        title: 'He who steps in later, when the first connection is gone, gets nothing either.',
      },
    ],
    mutants: [
      {
        bug: 'any certificate will do under a pin',
        file: 'src/wire/trusted-agent.ts',
        from: 'if (seen !== undefined && pins.has(seen)) return',
        to: 'if (seen !== undefined) return',
      },
      {
        bug: 'any certificate will do where an authority is trusted',
        file: 'src/wire/trusted-agent.ts',
        from: 'const connect = buildConnector({ ...settings, ...(pem === undefined ? {} : { ca: pem }) });',
        to: 'const connect = buildConnector({ ...settings, ...(pem === undefined ? {} : { ca: pem }), rejectUnauthorized: false });',
        test: 1,
      },
      {
        bug: 'a login is sent to whoever answers',
        file: 'src/wire/trusted-agent.ts',
        from: 'if (seen !== undefined && pins.has(seen)) return',
        to: 'if (pins.size > 0) return',
        test: 2,
      },
    ],
  },
  {
    number: 17,
    attack: 'Fingerprints that are none',
    defence:
      'The schema takes SHA-256 alone, one or two; what reads them takes 64 hex digits and nothing else, so that an empty list trusts nobody',
    tests: [
      {
        file: 'attacks/11-words-of-proxmox.test.ts',
        title: 'attack-17: %s takes SHA-256 fingerprints alone, one or two.',
      },
      {
        file: 'attacks/11-words-of-proxmox.test.ts',
        title: 'attack-17: the certificate of another S3 is pinned by a SHA-256 fingerprint, or not at all.',
      },
      {
        file: 'attacks/11-words-of-proxmox.test.ts',
        title: 'attack-17: who is to trust what is no fingerprint trusts nobody, and nothing is sent.',
      },
    ],
    mutants: [
      {
        bug: 'any text is a fingerprint',
        file: 'src/api/tls.ts',
        from: "const pattern = '^([0-9A-Fa-f]{64}|([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$';",
        to: "const pattern = '';",
      },
      {
        bug: 'as many as one likes',
        file: 'src/api/tls.ts',
        from: '      .max(2),',
        to: '      .max(20_000),',
      },
      {
        bug: 'a shorter one is as good',
        file: 'src/wire/trusted-agent.ts',
        from: 'return /^[0-9A-F]{64}$/.test(hex)',
        to: 'return /^[0-9A-F]*$/.test(hex)',
        test: 2,
      },
    ],
  },
  {
    number: 18,
    attack: 'A server that echoes headers and bodies into its errors; causes, statuses, events, metrics',
    defence:
      'No text is built from secrets; every text passes a filter that knows those seen, in their encodings; a run of tests fails on any secret shown',
    tests: [
      {
        file: 'canaries/operator.test.ts',
        title: 'A server that refuses %s, and writes all that it was sent into its answer, makes nothing show.',
      },
      { file: 'canaries/errors.test.ts', title: 'After $kind at $action of $service no error holds a secret.' },
      {
        file: 'leaks/search.test.ts',
        title:
          'A run in which a test shows a secret fails, and says which file, where and in which encoding, but not the secret.',
      },
      { file: 'wire/redaction.test.ts', title: 'is taken out in the form %s.' },
    ],
    mutants: [
      {
        bug: 'the filter finds and leaves',
        file: 'src/wire/redaction.ts',
        from: 'return copied === 0 ? text : clean + text.slice(copied);',
        to: 'return text;',
      },
      {
        bug: 'the filter does not know base64',
        file: 'src/wire/redaction.ts',
        from: "const inAnyBase64 = [base64, base64.replace(/=+$/, ''), ...base64Cores(bytes)];",
        to: 'const inAnyBase64: string[] = [];',
        test: 3,
      },
    ],
    open: 'Heap snapshots hold secrets, as the memory of any process does; none is ever written by the operator.',
  },
  {
    number: 19,
    attack: 'The answer of CreateAccessKey with debug logging on',
    defence:
      'Parameters and answers are not logged; what a record shows is named one by one; the new key is learnt before it is used',
    tests: [{ file: 'canaries/operator.test.ts', title: 'Creation, validation, rest and deletion show no secret.' }],
    mutants: [
      {
        bug: 'the new key is noted beside its id',
        file: 'src/kinds/backup-target/act-key.ts',
        from: 'made: { key, value, sealed: seal(owner.uid, key, value) }',
        to: 'made: { key, value, sealed: value }',
      },
    ],
  },
  {
    number: 20,
    attack: "Secrets in last-applied-configuration, managedFields and others' annotations",
    defence: 'Annotations are read by name, and none is copied',
    tests: [
      {
        file: 'attacks/20-last-applied.test.ts',
        title:
          'what stands in last-applied-configuration, in foreign annotations, labels and managedFields goes nowhere else.',
      },
    ],
    mutants: [
      {
        bug: "the Secret gets the object's annotations",
        file: 'src/kube/kept.ts',
        from: '        annotations,\n        labels:',
        to: '        annotations: { ...owner.metadata.annotations, ...annotations },\n        labels:',
      },
    ],
  },
];
