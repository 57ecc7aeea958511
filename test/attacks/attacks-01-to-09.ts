// SPDX-License-Identifier: GPL-3.0-or-later
import type { Attack } from './attack.ts';

export const to9: readonly Attack[] = [
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
];
