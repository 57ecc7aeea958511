// SPDX-License-Identifier: GPL-3.0-or-later
import type { Attack } from './attack.ts';

export const to25: readonly Attack[] = [
  {
    number: 21,
    attack: '`__proto__`, `constructor`, `toString` as keys of tags, labels, Secrets, grants',
    defence: 'Maps, and objects made of entries; nothing is merged deeply',
    tests: [
      {
        file: 'attacks/21-prototypes.test.ts',
        title:
          'as tags, labels, annotations and keys of the Secret: Ready, the tags are set as they are, and no prototype has changed.',
      },
      { file: 'attacks/21-prototypes.test.ts', title: 'as namespaces of the grants they grant nobody anything.' },
      { file: 'kube/secrets.test.ts', title: 'with no data, or a key called __proto__, are read as what they are' },
    ],
    mutants: [
      {
        bug: 'the data of a Secret are assigned key by key',
        file: 'src/kube/kept.ts',
        from: 'const data = new Map(Object.entries(body.data ?? {}).map(',
        to: 'const copy: Record<string, string> = {};\n    for (const [key, value] of Object.entries(body.data ?? {})) copy[key] = value;\n    const data = new Map(Object.entries(copy).map(',
        test: 2,
      },
      {
        bug: 'what is no name of a namespace may be granted something',
        file: 'src/kube/namespace-grants.ts',
        from: 'if (!namespaceName.test(namespace))',
        to: "if (namespace === '')",
        test: 1,
      },
    ],
    open: 'A tag called `__proto__` is left out by the schema library, silently. Prototypes are compared in this attack’s own test, not after every test.',
  },
  {
    number: 22,
    attack: 'YAML bombs, merges, duplicate keys, tags, large files, words that two versions of YAML read differently',
    defence: 'A reader that takes what JSON has, says the line, and counts aliases, depth and bytes',
    tests: [
      {
        file: 'cli/plan-input.test.ts',
        title: 'attack-22-yaml: %s is refused in one line and in bounded time, and nothing is polluted.',
      },
    ],
    mutants: [
      {
        bug: 'merge keys are read',
        file: 'src/cli/plan/yaml-documents.ts',
        from: "if (name === '<<') refuse",
        to: "if (name === '<<<<') refuse",
      },
      {
        bug: 'keys of prototypes are read',
        file: 'src/cli/plan/yaml-documents.ts',
        from: 'if (poisonous.has(name)) refuse',
        to: "if (name === '<<<<') refuse",
      },
      {
        bug: 'a key may stand twice',
        file: 'src/cli/plan/yaml-documents.ts',
        from: 'if (seen.has(name)) refuse',
        to: "if (name === '<<<<') refuse",
      },
    ],
  },
  {
    number: 23,
    attack: 'Texts on which a pattern takes time by the square of their length, or worse',
    defence:
      'Patterns are linear, measured; patterns of others (bucket policies) are compared without expressions; texts of AWS are cut first',
    tests: [
      {
        file: 'api/patterns.test.ts',
        title: '%s is anchored, and answers on 100,000 characters with 50 ms of computing.',
      },
      {
        file: 'attacks/23-regular-expressions.test.ts',
        title: 'a bucket policy full of stars is compared with 50 ms of computing, and rightly.',
      },
      {
        file: 'attacks/23-regular-expressions.test.ts',
        title: "AWS's words, 30,000 characters of %j, are understood with 200 ms of computing, and cut.",
      },
      {
        file: 'attacks/23-regular-expressions.test.ts',
        title: 'every expression in the sources answers on 20,000 characters with 20 ms of computing.',
      },
    ],
    mutants: [
      {
        bug: 'stars become an expression',
        file: 'src/kinds/backup-target/fit-statement.ts',
        from: "  const pieces = pattern.split('*');\n",
        to: "  if (pattern.length > 60) return new RegExp(`^${pattern.slice(0, 17).replaceAll('*', '.*')}b$`).test(text);\n  const pieces = pattern.split('*');\n",
        test: 1,
      },
      {
        bug: "AWS's words are not cut",
        file: 'src/clouds/aws/errors.ts',
        from: '    .slice(0, longestSaid)\n',
        to: '',
        test: 2,
      },
    ],
    open: 'A pattern of a CRD that tracks back is planted in the test of patterns itself.',
  },
  {
    number: 24,
    attack: 'Huge objects, long lists, a status that grows',
    defence: 'Every list, map and text of the CRD has a limit; a status is cut to its schema and to 32 KiB',
    tests: [
      {
        file: 'api/status-bounds.test.ts',
        title:
          'A status of 500 entries in every list is cut to what the schema takes, under 32 KiB, and says how many steps it left out.',
      },
      { file: 'api/crd.test.ts', title: 'A whole number says its limits, or it is refused.' },
      {
        file: 'api/status-bounds.test.ts',
        title: 'Two drifts of one path would make the API server refuse the whole status: the first one stays.',
      },
    ],
    mutants: [
      {
        bug: 'a status may be 32 MiB',
        file: 'src/api/status-bounds.ts',
        from: 'const limitBytes = 32 * 1024;',
        to: 'const limitBytes = 32 * 1024 * 1024;',
      },
      {
        bug: 'one path may drift twice',
        file: 'src/api/status-bounds.ts',
        from: 'if (keys.length === 0) return items;',
        to: 'if (keys.length < 9) return items;',
        test: 2,
      },
    ],
  },
  {
    number: 25,
    attack: 'One tenant makes 5,000 objects, or edits one 100 times a second',
    defence: 'Namespaces take turns; a key has one worker; calls have budgets per account and action',
    tests: [
      {
        file: 'operator/flood.test.ts',
        title: '5,000 objects of one tenant at most double the waiting of the others.',
      },
      {
        file: 'operator/flood.test.ts',
        title:
          'An object that is edited 100 times a second costs the others nothing, and is not looked at 100 times a second.',
      },
      {
        file: 'kube/queue.test.ts',
        title: 'gives another namespace its turn after one object of a namespace with five thousand',
      },
    ],
    mutants: [
      {
        bug: 'first come, first served',
        file: 'src/kube/ready-line.ts',
        from: 'const namespace = this.#namespaceOf(key);',
        to: "const namespace = '';",
        test: 2,
      },
    ],
  },
];
