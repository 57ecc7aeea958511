// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 21: names of JavaScript's own prototypes as keys of everything that has keys. */
import { afterEach, expect, test } from '@jest/globals';
import { bucketOf, isReady } from '../operator/bad-days/hands.ts';
import { putSecret, target, worlds, type Worlds } from '../operator/worlds.ts';
import { parseGrants } from '../../src/kube/namespace-grants.ts';

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
/** With `__proto__` as a key of its own, as JSON.parse makes it. */
const all = (value: string) =>
  JSON.parse(`{${names.map((name) => `"${name}":"${value}"`).join(',')}}`) as Record<string, string>;

/** Those that Kubernetes takes as names of labels. */
const valid = (value: string) => Object.fromEntries(names.slice(1).map((name) => [name, value]));

let world: Worlds | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

function members(): string[] {
  return [Object, Array, Function, Map].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
}

test('as tags, labels, annotations and keys of the Secret: Ready, the tags are set as they are, and no prototype has changed.', async () => {
  const before = members();
  world = worlds();
  const { accessKeyID, secretAccessKey } = world.aws.account('123456789012').rootKey;
  await putSecret(world, 'aws', { ...all('x'), accessKeyID, secretAccessKey });
  world.operator();
  const spec = {
    aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } },
    bucket: { name: 'iksan-vm-backups', tags: all('polluted') },
  };
  const object = target(spec) as { metadata: object };
  world.kubernetes.install([
    { ...object, metadata: { ...object.metadata, annotations: valid('a'), labels: valid('b') } },
  ]);
  await world.until(() => world !== undefined && isReady(world));
  const tags = JSON.stringify(bucketOf(world)?.tags);
  for (const name of names.slice(1)) expect(tags).toContain(`"${name}"`);
  expect(tags).toContain('hybridcloud.dev/owner');
  expect(members()).toEqual(before);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('as namespaces of the grants they grant nobody anything.', () => {
  const { namespaces, problems } = parseGrants('operator', all('identity'));
  const granted = names.filter((name) => namespaces.get(name)?.identity);
  // those that are names of namespaces, by their letters, are no more than that
  expect(granted).toEqual(['constructor', 'prototype']);
  expect(problems).toHaveLength(names.length - granted.length);
  expect(namespaces.get('anything-else')).toBeUndefined();
});
