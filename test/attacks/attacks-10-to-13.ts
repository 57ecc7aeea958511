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
        file: 'src/api/gslb-endpoint/haproxy-words.ts',
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
      {
        file: 'attacks/11-words-of-proxmox.test.ts',
        title: 'attack-11: %s of a PbsInstance takes no word of a shell, of a path or of a list of options.',
      },
      {
        file: 'clouds/proxmox/words.test.ts',
        title: 'Nothing that a value holds becomes an option of its own.',
      },
    ],
    mutants: [
      {
        bug: 'a prefix may hold wildcards and variables of policies',
        file: 'src/api/backup-target/user.ts',
        from: 'holds: (self) => !/[*?$]/.test(self),',
        to: 'holds: () => true,',
      },
      {
        bug: 'a role may be anything',
        file: 'src/api/shared.ts',
        from: ':role/[A-Za-z0-9+=,.@_/-]{1,576}$',
        to: ':role/[^:]{1,576}$',
      },
      {
        bug: 'the id of a storage may be anything',
        file: 'src/api/pbs-instance/words.ts',
        from: "'^[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]$'",
        to: "'^[^~]+$'",
        test: 2,
      },
      {
        bug: 'a BackupTarget may be named by a path',
        file: 'src/api/pbs-instance/s3.ts',
        from: "'^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$'",
        to: "'^[^~]+$'",
        test: 2,
      },
      {
        bug: "a value of a disk's or card's options may hold further options",
        file: 'src/clouds/proxmox/property-string.ts',
        from: 'if (unsafe.test(value)) throw',
        to: "if (value === '') throw",
        test: 3,
      },
    ],
  },
  {
    number: 12,
    attack: 'Paths in the ids of Proxmox',
    defence:
      'Each id is one segment of an address, encoded whole, and two dots are none; what a spec may hold has an alphabet without slashes; the name of a file is that of an ISO',
    tests: [
      { file: 'attacks/12-paths-of-proxmox.test.ts', title: 'attack-12: no id of Proxmox VE leaves its segment.' },
      {
        file: 'attacks/12-paths-of-proxmox.test.ts',
        title: 'attack-12: no id of Proxmox Backup Server leaves its segment.',
      },
      {
        file: 'attacks/12-paths-of-proxmox.test.ts',
        title: 'attack-12: what has no segment of its own is sent nowhere.',
      },
      {
        file: 'attacks/12-paths-of-proxmox.test.ts',
        title: 'attack-12: the name of a file is that of an ISO, or no form is written.',
      },
    ],
    mutants: [
      {
        bug: 'an id is written into the address as it is',
        file: 'src/clouds/https/address.ts',
        from: 'return encodeURIComponent(text);',
        to: 'return text;',
      },
      {
        bug: 'a slash in an id of Proxmox VE begins another segment',
        file: 'src/clouds/pve/asked.ts',
        from: ".map((segment) => segment.replaceAll('%2F', '/')),",
        to: ".join('/').replaceAll('%2F', '/').split('/'),",
      },
      {
        bug: 'a slash in an id of a backup server begins another segment',
        file: 'src/clouds/pbs/asked.ts',
        from: 'path: segments as string[],',
        to: "path: segments.join('/').split('/'),",
        test: 1,
      },
      {
        bug: 'two dots lead upwards',
        file: 'src/clouds/https/address.ts',
        from: "if (text === '' || text === '.' || text === '..') throw",
        to: "if (text === '') throw",
        test: 2,
      },
      {
        bug: 'a file may have any name',
        file: 'src/clouds/pve/volumes.ts',
        from: 'if (!fileName.test(file)) throw',
        to: "if (file === '') throw",
        test: 3,
      },
    ],
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
      {
        file: 'clouds/proxmox/places.test.ts',
        title:
          'attack-13: %s is no Proxmox VE and no backup server to whoever was not granted it: nobody is spoken to.',
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
        bug: 'a Proxmox VE may be anywhere',
        file: 'src/clouds/pve/pve.ts',
        from: "service: 'pve', url, trust, granted, timeoutMs",
        to: "service: 'pve', url, trust, granted: true || granted, timeoutMs",
        test: 8,
      },
      {
        bug: 'a backup server may be anywhere',
        file: 'src/clouds/pbs/pbs.ts',
        from: "service: 'pbs', url, trust, granted, timeoutMs",
        to: "service: 'pbs', url, trust, granted: true || granted, timeoutMs",
        test: 8,
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
