// SPDX-License-Identifier: GPL-3.0-or-later
import type { Attack } from './attack.ts';

export const to35: readonly Attack[] = [
  {
    number: 26,
    attack: 'Deleted and made again with the same name; the finalizer taken off; the namespace deleted',
    defence: 'What is ours is ours by uid; deletion keeps data unless it is told otherwise, by name',
    tests: [
      {
        file: 'operator/bad-days/names-and-owners.test.ts',
        title:
          'An object is forced away and made again with the same name: what its predecessor made is not its own, and is not touched.',
      },
      {
        file: 'operator/bad-days/deletion-and-policies.test.ts',
        title:
          'without confirm-data-loss, or with a wrong name: nothing at all is taken away, the key works on, and it is said how.',
      },
      {
        file: 'operator/bad-days/by-hand-in-kubernetes.test.ts',
        title: 'Its namespace is deleted: user and key go, the bucket is kept, and the namespace can end.',
      },
    ],
    mutants: [
      {
        bug: 'the uid in a mark is not compared',
        file: 'src/core/owner-mark.ts',
        from: 'if (uid === owner.uid && ',
        to: 'if (',
      },
    ],
    open: 'A CRD that is deleted takes its objects along only after their finalizers: not a test of its own.',
  },
  {
    number: 27,
    attack: 'A change of the spec that would replace what holds data',
    defence: 'Names and region cannot be changed (CEL); what can only be replaced needs an approval',
    tests: [
      {
        file: 'api/backup-target.test.ts',
        title: '$field cannot be changed, and the message says what to do instead.',
      },
    ],
    mutants: [
      {
        bug: 'everything can be changed',
        file: 'src/api/rules.ts',
        from: "rule: 'self == oldSelf'",
        to: "rule: 'self == self'",
      },
    ],
  },
  {
    number: 28,
    attack: 'Foreign ids written into the status',
    defence: 'A status is a hint: an id counts only with the owner mark, and a key with its creation time',
    tests: [
      {
        file: 'operator/bad-days/by-hand-in-kubernetes.test.ts',
        title:
          'with the id of a key that is not ours: that key lives on, also when the Secret and then the object are deleted.',
      },
      { file: 'operator/bad-days/approval.test.ts', title: 'A forged status has no more power than the annotation.' },
      {
        file: 'core/approval.test.ts',
        title: 'whatever a status says, nothing is allowed that the annotation does not name by its hash',
      },
    ],
    mutants: [
      {
        bug: 'the id in the status suffices',
        file: 'src/kinds/backup-target/plan/keys.ts',
        from: 'id === key.id && createdAt === key.createdAt);',
        to: 'id === key.id && createdAt > 0);',
      },
    ],
  },
  {
    number: 29,
    attack: 'Rights that nobody needs, or with which one gives oneself more',
    defence:
      'RBAC and the IAM policy are made of recordings: used = granted; no wildcard; users below a path, with a boundary; in EC2 only what bears the mark',
    tests: [
      {
        file: 'clouds/aws/policy/operator.test.ts',
        title: 'attack-29: is no wildcard, and changes only things below a path or a name of ours.',
      },
      {
        file: 'clouds/aws/policy/operator.test.ts',
        title:
          'attack-29: cannot make a user without the boundary, or with another one, nor write a policy for an unbounded user.',
      },
      {
        file: 'packaging/rbac.test.ts',
        title: 'Nothing is granted by a wildcard, and nothing with which one gives oneself more.',
      },
      {
        file: 'packaging/rbac.test.ts',
        title: 'No Secret may be touched cluster-wide, and none be listed anywhere.',
      },
      { file: 'packaging/rbac.test.ts', title: 'Without the right to $title a play fails.' },
      {
        file: 'clouds/aws/policy/vpn.test.ts',
        title: "attack-29: who holds it changes only what bears its cluster's mark.",
      },
      {
        file: 'clouds/aws/policy/vpn.test.ts',
        title: 'attack-29: what is made has to bear the mark of its cluster, and no other.',
      },
    ],
    mutants: [
      {
        bug: "deletion of everybody's VPN connections",
        file: 'src/clouds/aws/policy/vpn.ts',
        from: "if (name === 'Ours') return {",
        to: "if (name === 'Theirs') return {",
        test: 5,
      },
      {
        bug: "things of one's own with another cluster's mark",
        file: 'src/clouds/aws/policy/vpn.ts',
        from: "if (name.startsWith('Make')) return asked;",
        to: "if (name.startsWith('Make')) return undefined;",
        test: 6,
      },
      {
        bug: 'all users of the account',
        file: 'src/clouds/aws/policy/operator.ts',
        from: 'user${userPath}*`',
        to: 'user/*`',
      },
      {
        bug: 'no condition that users be bounded',
        file: 'src/clouds/aws/policy/operator.ts',
        from: 'if (bounded && boundary) {',
        to: 'if (!bounded && boundary) {',
        test: 1,
      },
      {
        bug: 'rights to all groups of the API',
        file: 'deploy/rbac/permissions.ts',
        from: 'return { group, resource, verbs, reasons,',
        to: "return { group: '*', resource, verbs, reasons,",
        test: 2,
      },
      {
        bug: 'rights to the Secrets of all namespaces',
        file: 'deploy/rbac/permissions.ts',
        from: "return resource === 'secrets' || resource === 'configmaps' ? 'grantedNamespaces' : 'cluster';",
        to: "return 'cluster';",
        test: 3,
      },
    ],
  },
  {
    number: 30,
    attack: 'The Pod and what it is built from',
    defence:
      'Restricted Pod security, read-only root, no capabilities, no way to the metadata service; a lockfile, no install scripts, an SBOM, equal builds',
    tests: [
      {
        file: 'packaging/manifests.test.ts',
        title: 'the Pod meets the restricted Pod Security Standard, and its namespace enforces it.',
      },
      { file: 'packaging/manifests.test.ts', title: "nothing may leave the Pod for the node's metadata service." },
      { file: 'packaging/lockfile.test.ts', title: 'nothing that the operator runs has an install script' },
      { file: 'packaging/bundle.test.ts', title: 'two builds are equal, byte for byte' },
      { file: 'packaging/pod-security.test.ts', title: '$control refuses a Pod with another $field.' },
    ],
    mutants: [
      {
        bug: 'a bundle tells when it was made',
        file: 'deploy/bundle/build-bundle.ts',
        from: '    banner: { js: banner },',
        to: '    banner: { js: `${banner}\\n// ${performance.now()}` },',
        test: 3,
      },
    ],
    open: 'Manifests are no sources: what would break them is planted by their own test (5). The image, its signature and a Pod in a cluster are not made here. Known holes are looked up by whoever has the network for it.',
  },
  {
    number: 31,
    attack: 'Line ends, terminal escapes and direction marks in texts of others',
    defence:
      'Log lines are JSON with everything that acts escaped; conditions and events are one clean line; so is what the CLI prints',
    tests: [
      {
        file: 'attacks/31-log-injection.test.ts',
        title: 'a line of the log stays one line without a character that acts, and loses nothing.',
      },
      {
        file: 'attacks/31-log-injection.test.ts',
        title: 'what AWS says with such characters is one line in the status, the events and the log.',
      },
      {
        file: 'cli/plan-input.test.ts',
        title: 'What would move the cursor or the direction of writing does not reach the terminal.',
      },
    ],
    mutants: [
      {
        bug: 'C1 controls go into the log',
        file: 'src/operator/log.ts',
        from: 'publish(escaped(scrub(',
        to: 'publish(((text: string) => `${text}\\n`)(scrub(',
      },
      {
        bug: 'texts of others go on as they are',
        file: 'src/core/one-line.ts',
        from: 'return text.replace(',
        to: "if (text !== '') return text;\n  return text.replace(",
        test: 1,
      },
      {
        bug: 'the CLI prints them as they are',
        file: 'src/cli/command/printable.ts',
        from: '  return text.replace(\n',
        to: "  if (text !== '') return text;\n  return text.replace(\n",
        test: 2,
      },
    ],
  },
  {
    number: 32,
    attack: 'Texts of tenants as labels of metrics',
    defence: 'Labels are closed lists of ours, and kind, namespace and name of an object; they go with it',
    tests: [{ file: 'operator/metrics.test.ts', title: 'An object adds few series, and they go with it.' }],
    mutants: [
      {
        bug: 'what is called becomes a label',
        file: 'src/operator/metrics.ts',
        from: 'this.#calls.inc({ service, action, result: String(result) });',
        to: 'this.#calls.inc({ service, action: action + JSON.stringify(call.parameters), result: String(result) });',
      },
    ],
  },
  {
    number: 33,
    attack: 'A clock that was moved, so that signatures are refused',
    defence: "The time is learnt from the service's refusal; nothing took effect, and nothing is made twice",
    tests: [
      {
        file: 'attacks/33-clock-skew.test.ts',
        title: 'an operator whose clock is %i minutes off works all the same, with one key, and says no secret.',
      },
    ],
    mutants: [
      {
        bug: 'a refusal for the clock is one like others',
        file: 'src/clouds/aws/errors.ts',
        from: "return error.name === 'RequestTimeTooSkewed' || /^Signature (expired|not yet current)/.test(error.message);",
        to: 'return false;',
      },
    ],
    open: 'Replays of our requests are for the service to refuse; the simulated one does, after 15 minutes.',
  },
  {
    number: 35,
    attack: 'The port of health and metrics, which asks nobody who they are',
    defence:
      'Three paths, GET only, nothing of a request shown back, no secret in them; the network policy decides who reaches it',
    tests: [
      { file: 'operator/health.test.ts', title: 'It refuses everything else, and shows nothing of the request.' },
      { file: 'canaries/operator.test.ts', title: 'Creation, validation, rest and deletion show no secret.' },
    ],
    mutants: [
      {
        bug: 'the path is shown back',
        file: 'src/operator/health.ts',
        from: "end(response, 404, 'only /livez, /readyz and /metrics');",
        to: "end(response, 404, `only /livez, /readyz and /metrics, not ${decodeURI(path ?? '')}`);",
      },
    ],
    open: 'Metrics name namespaces and objects to whoever reaches the port; the shipped network policy lets every Pod of the cluster do so.',
  },
];
