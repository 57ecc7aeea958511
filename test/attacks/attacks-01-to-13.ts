// SPDX-License-Identifier: GPL-3.0-or-later
import type { Attack } from './attack.ts';

export const to13: readonly Attack[] = [
  {
    number: 1,
    attack: 'A reference to the Secret of another tenant: a namespace, `ns/name`, `../`',
    defence:
      'No such field; names are refused by pattern; every read is in the namespace of the object, and one segment of a path',
    tests: [
      { file: 'attacks/01-secret-of-another-tenant.test.ts', title: 'a reference to the Secret %s is refused.' },
      {
        file: 'attacks/01-secret-of-another-tenant.test.ts',
        title:
          'a reference that names a namespace reads in its own all the same, and nothing of another namespace is asked for.',
      },
      { file: 'kube/client.test.ts', title: 'never leaves its place for the name %j' },
    ],
    mutants: [
      {
        bug: 'names of Secrets are not checked',
        file: 'src/api/shared.ts',
        from: "'^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$'",
        to: "'^.*$'",
      },
      {
        bug: 'Secrets are read where somebody else has them',
        file: 'src/kinds/aws-login.ts',
        from: 'await ownCredentials(outside, namespace, credentialsSecretRef.name)',
        to: "await ownCredentials(outside, 'team-b', credentialsSecretRef.name)",
        test: 1,
      },
      {
        bug: 'a name may climb in a path',
        file: 'src/kube/resource.ts',
        from: String.raw`if (text === '' || text === '.' || text === '..' || /[/\\\0]/.test(text)) {`,
        to: "if (text === '') {",
        test: 2,
      },
    ],
  },
  {
    number: 4,
    attack: 'An object that names an existing bucket or user of somebody else',
    defence: 'Without our mark it is not ours: nothing is written; adoption needs an annotation and an approved plan',
    tests: [
      {
        file: 'operator/bad-input.test.ts',
        title: 'by a bucket or a user of the same account that is not ours: NotOurs, with the way to adopt it.',
      },
      {
        file: 'operator/bad-days/adoption.test.ts',
        title:
          'Nothing at all is written before the approval, the differences are listed, and the policy that would be overwritten is one of them.',
      },
    ],
    mutants: [
      {
        bug: 'what has no mark is taken for ours',
        file: 'src/core/owner-mark.ts',
        from: "if (uid === undefined) return 'nobodys';",
        to: "if (uid === undefined) return 'mine';",
      },
    ],
  },
  {
    number: 5,
    attack: 'Our owner tags copied onto a foreign bucket or user',
    defence:
      'A thing is looked up by the name in the spec, and its mark has to name uid and cluster; keys need id and creation time, too',
    tests: [
      {
        file: 'attacks/05-forged-owner-mark.test.ts',
        title: 'a mark with the right uid but of another cluster is not ours: nothing is written.',
      },
      {
        file: 'attacks/05-forged-owner-mark.test.ts',
        title:
          'a bucket and a user that carry a copy of the mark under other names are not touched, not even by a deletion of everything.',
      },
      {
        file: 'operator/bad-days/keys-by-hand.test.ts',
        title:
          'Somebody makes a second key of the user: it is left alone, also when the Secret is deleted, and that is said.',
      },
    ],
    mutants: [
      {
        bug: 'the cluster in a mark is not compared',
        file: 'src/core/owner-mark.ts',
        from: 'uid === owner.uid && tags[clusterTag] === owner.cluster',
        to: 'uid === owner.uid',
      },
      {
        bug: 'any key of the user is taken for ours',
        file: 'src/kinds/backup-target/plan/keys.ts',
        from: 'if (role) ours.set(key.id, role);',
        to: "ours.set(key.id, role ?? 'lost');",
        test: 2,
      },
    ],
    open: 'Whoever may tag in the account can copy the whole mark onto a bucket of the very name that an object asks for, before the operator makes it; it is then taken for ours. Buckets have no creation token of ours to compare.',
  },
  {
    number: 6,
    attack: 'A role, an account or an external id chosen by a tenant',
    defence: "Only the administrator's grant to a namespace selects a role; the external id is the grant's",
    tests: [
      {
        file: 'operator/own-identity.test.ts',
        title:
          'attack-06: a tenant who names the external id of another one at a role that both may use is refused without a call.',
      },
      {
        file: 'operator/own-identity.test.ts',
        title: 'that was granted to another namespace: NotPermitted, and not one call is made.',
      },
    ],
    mutants: [
      {
        bug: 'a tenant chooses the external id',
        file: 'src/kube/namespace-grants.ts',
        from: 'if (chosen !== undefined && chosen !== fixed) {',
        to: 'if (chosen === fixed && chosen !== fixed) {',
      },
      {
        bug: 'every role is granted to everybody',
        file: 'src/kube/namespace-grants.ts',
        from: 'if (granted && isGranted(granted, wanted))',
        to: "if (wanted.use === 'role') return { allowed: true };\n  if (granted && isGranted(granted, wanted))",
        test: 1,
      },
    ],
  },
  {
    number: 10,
    attack: 'HAProxy directives in the names of backends',
    defence:
      'Every field of HAProxy is typed, with an alphabet without quotes, spaces and line ends; and what is written is one strongly quoted word, in which nothing is expanded',
    tests: [
      {
        file: 'kinds/gslb-endpoint/haproxy/word.test.ts',
        title: 'A word is read back as exactly the text that it was made of, whatever stands beside it.',
      },
      { file: 'kinds/gslb-endpoint/haproxy/word.test.ts', title: 'What no quoting helps with is refused: %j' },
      {
        file: 'kinds/gslb-endpoint/haproxy/render.test.ts',
        title:
          'No spec breaks out of its line: sections and keywords are ours, and as many servers and ports as were written.',
      },
      {
        file: 'api/gslb-endpoint-haproxy.test.ts',
        title: 'No field of HAProxy takes what would break out of its line: %j',
      },
    ],
    mutants: [
      {
        bug: 'texts are not quoted',
        file: 'src/kinds/gslb-endpoint/haproxy/word.ts',
        from: '  if (plain.test(text)) return text;',
        to: '  if (plain.test(text) || text !== "") return text;',
      },
      {
        bug: 'line ends go through',
        file: 'src/kinds/gslb-endpoint/haproxy/word.ts',
        from: 'if (/[^\\x20-\\x7e]/.test(text))',
        to: "if (text === '')",
        test: 1,
      },
      {
        bug: 'the name of a server is a line of its own',
        file: 'src/kinds/gslb-endpoint/haproxy/backend.ts',
        from: "    'server',\n    word(name),",
        to: "    'server',\n    `${word(name)}\\n    lua-load /tmp/x`,",
        test: 2,
      },
      {
        bug: 'a name may hold anything',
        file: 'src/api/gslb-endpoint-haproxy-words.ts',
        from: '    63,\n    `^${label}$`,',
        to: '    63,\n    `^[^~]+$`,',
        test: 3,
      },
    ],
    open: 'That the real HAProxy reads a word so, and what it says of 120 specs, is `npm run test:haproxy`.',
  },
  {
    number: 11,
    attack: 'Metacharacters of shells, paths and policies in names',
    defence:
      'Every text of a spec has a closed alphabet; nothing starts a program but `simulate -- COMMAND` and the check of an HAProxy configuration, without a shell',
    tests: [
      { file: 'attacks/11-shell-and-paths.test.ts', title: '%s takes no word of a shell, a path or a policy.' },
      {
        file: 'attacks/11-shell-and-paths.test.ts',
        title:
          'nothing starts another program but "simulate -- COMMAND" and the check of HAProxy, which have no shell.',
      },
    ],
    mutants: [
      {
        bug: 'a prefix may hold wildcards and variables of policies',
        file: 'src/api/backup-target-user.ts',
        from: 'holds: (self) => !/[*?$]/.test(self),',
        to: 'holds: () => true,',
      },
      {
        bug: 'a role may be anything',
        file: 'src/api/shared.ts',
        from: ':role/[A-Za-z0-9+=,.@_/-]{1,576}$',
        to: ':role/[^:]{1,576}$',
      },
    ],
    open: 'Names of VMs, storages and snapshots: with the kinds that have them.',
  },
  {
    number: 13,
    attack: "An endpoint of a tenant's choice: metadata service, loopback, cluster services",
    defence:
      'No field names an endpoint of AWS, which is a setting of the administrator; those of the firewall and the cloud of a site are asked over HTTPS with what the Secret of their object holds, and neither those nor a probe lead to this machine, its links, metadata or the cluster, by letters or by what a name stands for when it is connected to, unless an administrator granted that endpoint; the environment of AWS SDKs leads no call elsewhere',
    tests: [
      {
        file: 'attacks/14-redirects.test.ts',
        title: 'attack-13: neither the environment nor a region leads a call to another host than that of AWS.',
      },
      {
        file: 'attacks/14-redirects.test.ts',
        title:
          'attack-13: the only addresses in a spec are those of a site, which get credentials of the object alone; nobody but the administrator chooses an endpoint of AWS.',
      },
      { file: 'attacks/11-shell-and-paths.test.ts', title: '%s takes no word of a shell, a path or a policy.' },
      {
        file: 'attacks/13-forbidden-places.test.ts',
        title: 'attack-13: a name that stands for %s is looked up, and nobody is spoken to.',
      },
      {
        file: 'attacks/13-forbidden-places.test.ts',
        title: 'attack-13: a probe of %s is not sent, whoever says that a VPC has it.',
      },
      {
        file: 'attacks/13-forbidden-places.test.ts',
        title:
          'attack-13: what an administrator granted is reached, and a connection that was made by a grant serves nobody else.',
      },
      {
        file: 'kinds/site-vpn/endpoints.test.ts',
        title: "attack-13: what Keystone's catalogue names is no more trusted than what a manifest names.",
      },
      {
        file: 'kinds/site-vpn/endpoints.test.ts',
        title:
          'attack-13: a firewall on this machine is held, says what to do, and is asked nothing; granted, it is configured by itself.',
      },
    ],
    mutants: [
      {
        bug: 'what a name stands for is not looked at',
        file: 'src/wire/trusted-agent.ts',
        from: 'for (const { address } of found) {',
        to: 'for (const { address } of found.slice(0, 0)) {',
        test: 3,
      },
      {
        bug: 'a probe is sent wherever a VPC is said to be',
        file: 'src/clouds/tcp/tcp-probes.ts',
        from: "if (this.#forbidden.why(host) !== undefined) return 'NotSent';",
        to: '',
        test: 4,
      },
      {
        bug: 'whoever comes after a grant goes where it led',
        file: 'src/clouds/https/https-api.ts',
        from: 'const why = granted ? undefined : forbidden.why(this.#base.hostname);',
        to: 'const why = undefined as string | undefined;',
        test: 5,
      },
      {
        bug: "Keystone's catalogue leads anywhere",
        file: 'src/clouds/openstack/openstack.ts',
        from: "apis.at({ service: 'neutron', ...place })",
        to: "apis.at({ service: 'neutron', ...place, granted: true })",
        test: 6,
      },
      {
        bug: 'every namespace may name every endpoint',
        file: 'src/kinds/endpoint-grant.ts',
        from: "return outside.permits(namespace, { use: 'endpoint', url }).allowed;",
        to: "return outside.permits(namespace, { use: 'endpoint', url }) !== undefined;",
        test: 7,
      },
      {
        bug: 'AWS_ENDPOINT_URL leads signed calls elsewhere',
        file: 'src/clouds/aws/clients.ts',
        from: '  ignoreConfiguredEndpointUrls: true,\n',
        to: '',
      },
      {
        bug: 'a spec may name an endpoint',
        file: 'src/api/shared.ts',
        from: '    region,\n    accountID: accountID.optional(),',
        to: '    region,\n    endpoint: z.string().max(200).optional(),\n    accountID: accountID.optional(),',
        test: 1,
      },
      {
        bug: 'a region may hold a host',
        file: 'src/api/shared.ts',
        from: "'^[a-z]{2,4}(-[a-z]{2,12}){1,2}-[0-9]{1,2}$'",
        to: "'^.*$'",
        test: 2,
      },
    ],
  },
];
