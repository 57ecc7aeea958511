// SPDX-License-Identifier: GPL-3.0-or-later
/** Attacks 2, 3, 7 and 8: on names in DNS, and by what stands in configurations. */
import type { Attack } from './attack.ts';

const second = 'attacks/02-hostname-of-another-tenant.test.ts';
const third = 'attacks/03-hostname-outside-the-zones.test.ts';
const limited = 'attack-03: who may have names below team-a only gets nothing for %s.';

export const ofNames: readonly Attack[] = [
  {
    number: 2,
    attack: "A hostname that is another tenant's",
    defence:
      'The first owner has it: a TXT record beside it names the object by uid and cluster and goes through every batch; others wait, and take over only what they name by its owner, once that was approved',
    tests: [
      {
        file: second,
        title: 'attack-02: the second to ask for a name gets nothing of it, neither while it lives nor when it goes.',
      },
      { file: second, title: 'attack-02: an annotation that %s opens nothing of another owner.' },
      { file: second, title: 'attack-02: with the very owner named, nothing is taken over before that was approved.' },
    ],
    mutants: [
      {
        bug: 'records with a mark of others are taken',
        file: 'src/kinds/gslb-endpoint/plan/ownership.ts',
        from: "  const free = ownership === 'nobodys' && setsOf(place, type).length === 0;",
        to: "  const free = ownership !== 'mine';",
      },
      {
        bug: 'to take over it is enough to say so',
        file: 'src/kinds/gslb-endpoint/plan/ownership.ts',
        from: '  return given[annotations.takeOver]?.trim() === ownership.uid;',
        to: '  return given[annotations.takeOver] !== undefined;',
        test: 1,
      },
      {
        bug: 'what is taken over needs no approval',
        file: 'src/kinds/gslb-endpoint/plan/records.ts',
        from: "effect: 'update', needs: 'approval' } as const;",
        to: "effect: 'update' } as const;",
        test: 2,
      },
    ],
    open: 'Who may approve plans of his own takes over from an owner that he names, in the zones that are granted to his namespace: grant zones to namespaces that are not trusted with the names of others.',
  },
  {
    number: 3,
    attack: 'A hostname outside of the granted zones, by any trick of spelling',
    defence:
      'Names are compared in one spelling, label by label; a spec has one spelling only; names of certificates count like the name itself',
    tests: [
      { file: third, title: 'attack-03: %j is in none of the zones of team-a.' },
      { file: third, title: 'attack-03: %j is in the zone of team-a, however it is written.' },
      { file: third, title: 'attack-03: record.name %j is refused: a name has one spelling.' },
      { file: third, title: limited },
    ],
    mutants: [
      {
        bug: 'a zone is an ending',
        file: 'src/kube/namespace-grants.ts',
        from: 'name === zone || name.endsWith(`.${zone}`)',
        to: 'name.endsWith(zone)',
      },
      {
        bug: 'codes of letters are other letters',
        file: 'src/core/domain-name.ts',
        from: 'if (octal !== undefined) return',
        to: "if (octal === '') return",
        test: 1,
      },
      {
        bug: 'a name may be written in any way',
        file: 'src/api/gslb-endpoint/record.ts',
        from: 'const relativePattern = `^(@|[*]|([*][.])?(${label}[.])*${label})$`;',
        to: "const relativePattern = '^[^ ]*$';",
        test: 2,
      },
      {
        bug: 'names are not limited to zones',
        file: 'src/kinds/gslb-endpoint/plan/zone.ts',
        from: 'if (!observed.permission.allowed)',
        to: "if (!observed.permission.allowed && observed.permission.message === '')",
        test: 3,
      },
      {
        bug: 'names of certificates are not limited',
        file: 'src/kinds/gslb-endpoint/observe.ts',
        from: '(spec.certificate?.domains ?? []).map(domainName)',
        to: '([] as string[]).map(domainName)',
        test: 3,
      },
    ],
  },
  {
    number: 7,
    attack: 'Control characters in configurations of IPsec and HAProxy',
    defence:
      'Every field is of a type without control characters, in the schema and once more before anything is rendered; a renderer refuses what no quoting helps with',
    tests: [
      { file: 'kinds/gslb-endpoint/haproxy/word.test.ts', title: 'What no quoting helps with is refused: %j' },
      {
        file: 'api/gslb-endpoint-haproxy.test.ts',
        title: 'No field of HAProxy takes what would break out of its line: %j',
      },
      {
        file: 'kinds/site-vpn/gateway/refusals.test.ts',
        title:
          'Whatever is added to any value, the model is refused by the name of the field, or the value is still of its type.',
      },
    ],
    mutants: [
      {
        bug: 'control characters stand in a configuration of HAProxy',
        file: 'src/kinds/gslb-endpoint/haproxy/word.ts',
        from: 'if (/[^\\x20-\\x7e]/.test(text))',
        to: 'if (/[^\\x00-\\x7e]/.test(text))',
      },
      {
        bug: "the name of keepalived's interface goes on in another line",
        file: 'src/api/gslb-endpoint/haproxy-keepalived.ts',
        from: "'^[A-Za-z][A-Za-z0-9_.-]*$',",
        to: "'^[^~]*$',",
        test: 1,
      },
      {
        bug: 'the id of a connection may be anything in a configuration of IPsec',
        file: 'src/kinds/site-vpn/gateway/check.ts',
        from: '/^vpn-[0-9a-f]{8,17}$/',
        to: '/^vpn-/',
        test: 2,
      },
    ],
    open: 'What the real HAProxy and the real strongSwan and Libreswan read is `npm run test:haproxy` and `npm run test:vpn`.',
  },
  {
    number: 8,
    attack: 'A pre-shared key that breaks out of its quotes',
    defence: "AWS's own alphabet, checked before a key is used or rendered, and no message shows the key",
    tests: [
      {
        file: 'kinds/site-vpn/gateway/refusals.test.ts',
        title: 'A pre-shared key with %j in it is refused, and the message does not show the key.',
      },
    ],
    mutants: [
      {
        bug: 'a key may hold anything',
        file: 'src/kinds/site-vpn/gateway/check.ts',
        from: '/^(?!0)[A-Za-z0-9._]{8,64}$/',
        to: '/^(?!0)/',
      },
    ],
  },
];
