// SPDX-License-Identifier: GPL-3.0-or-later
import type { Attack } from './attack.ts';

export const to13: readonly Attack[] = [
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
