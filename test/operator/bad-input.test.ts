// SPDX-License-Identifier: GPL-3.0-or-later
/** What users, clouds and clocks do wrong: each ends in a clear condition, and in Ready by itself when the cause goes. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Aws } from '../../src/clouds/aws/aws.ts';
import { write } from '../../src/clouds/aws/request.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { annotate, putSecret, secrets, target, worlds, type Worlds } from './worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const account = () => world.aws.account('123456789012');
const isReady = (name?: string) => world.condition('Ready', name)?.status === 'True';

/** As the root of an account, past the operator. */
async function asRoot(id: string, ...requests: ReturnType<typeof write>[]): Promise<unknown[]> {
  const { clock, aws } = world;
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const session = new Aws({ wire, clock }).bare({
    region: 'ap-northeast-2',
    account: id,
    credentials: aws.account(id).rootKey,
  });
  const answers: unknown[] = [];
  for (const request of requests) answers.push(await session.send(request));
  return answers;
}

const createBucket = (Bucket: string) =>
  write('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-2' } });

describe('A name that is taken', () => {
  test('by a bucket of another account: Blocked, nothing is changed, and Ready when it is gone.', async () => {
    world = worlds();
    await asRoot('999999999999', createBucket('iksan-vm-backups'));
    world.operator();
    world.kubernetes.install([target()]);
    await world.until(() => world.condition('Stalled')?.status === 'True', 20);
    expect(world.condition('Ready')).toMatchObject({ status: 'False' });
    expect(world.condition('Ready')?.message).toMatch(/bucket\.name|another/);
    await asRoot('999999999999', write('s3', 'DeleteBucket', { Bucket: 'iksan-vm-backups' }));
    await world.until(() => isReady(), 900);
  });

  test('by a bucket or a user of the same account that is not ours: NotOurs, with the way to adopt it.', async () => {
    world = worlds();
    await asRoot('123456789012', createBucket('iksan-vm-backups'), write('iam', 'CreateUser', { UserName: 'user-b' }));
    const before = JSON.stringify([account().buckets(), account().users()]);
    world.operator();
    world.kubernetes.install([target(), target({}, 'b')]);
    await world.until(() => world.condition('Stalled', 'b')?.status === 'True', 20);
    await world.until(() => world.condition('Stalled')?.status === 'True', 20);
    for (const name of ['vm-backups', 'b']) {
      expect(world.condition('Ready', name)?.reason).toBe('NotOurs');
      expect(world.condition('Ready', name)?.message).toContain('adopt');
    }
    const ours = (all: { name: string }[]) => all.filter(({ name }) => ['iksan-vm-backups', 'user-b'].includes(name));
    expect(JSON.stringify([ours(account().buckets()), ours(account().users())])).toBe(before);
  });
});

describe('A cloud', () => {
  test('that throttles for minutes: no second bucket, user or key, and Ready when it stops.', async () => {
    world = worlds();
    world.operator();
    world.aws.faults.add({ kind: 'throttle' });
    world.kubernetes.install([target()]);
    await world.until(() => world.condition('Ready')?.reason === 'Throttled', 120);
    await world.pass(240);
    expect(world.condition('Ready')?.status).toBe('Unknown');
    world.aws.faults.clear();
    await world.until(() => isReady(), 600);
    expect(account().users()[0]?.keys).toHaveLength(1);
  });

  test('that cannot be reached: an object that was Ready stays so for three tries, then is Unknown, then Ready again.', async () => {
    world = worlds();
    const { lines } = world.operator();
    world.kubernetes.install([target()]);
    await world.until(() => isReady());
    world.aws.faults.add({ kind: 'requestLost' });
    await annotate(world, { 'hybridcloud.dev/reconcile-at': '1' });
    await world.until(() => world.condition('Synced')?.status === 'Unknown', 900);
    await world.until(() => world.condition('Ready')?.status !== 'True', 1800);
    expect(lines.join('')).not.toContain('"level":"error"');
    world.aws.faults.clear();
    await world.until(() => isReady(), 600);
  });

  test('that refuses one permission: the condition names the action, and it goes on when it is granted.', async () => {
    world = worlds();
    world.operator();
    world.aws.faults.add({ kind: 'error', action: 'PutBucketVersioning', code: 'AccessDenied', status: 403 });
    world.kubernetes.install([target()]);
    await world.until(() => world.condition('Stalled')?.status === 'True', 30);
    expect(world.condition('Ready')).toMatchObject({ status: 'False' });
    expect(world.condition('Stalled')?.message).toContain('PutBucketVersioning');
    world.aws.faults.clear();
    await world.until(() => isReady(), 400);
  });
});

describe('The Secret with the key', () => {
  const secret = { namespace: 'default', name: 'vm-backups-s3' };

  test('deleted by hand: a new one with a new key within 30 s, and one key is left.', async () => {
    world = worlds();
    world.operator();
    world.kubernetes.install([target()]);
    await world.until(() => isReady());
    await world.pass(60);
    await world.admin.remove(secrets, secret);
    const there = () => world.kubernetes.objects('secrets', 'default').length === 1;
    await world.until(() => there() && isReady() && account().users()[0]?.keys.length === 1, 900);
  });

  test('edited by hand: the condition says so and how to mend it, no key is made meanwhile, and deleting it mends it.', async () => {
    world = worlds();
    world.operator();
    world.kubernetes.install([target()]);
    await world.until(() => isReady());
    await world.pass(60);
    const keys = () => account().users()[0]?.keys ?? [];
    const before = keys();
    const data = { secretAccessKey: Buffer.from('e'.repeat(40)).toString('base64') };
    await world.admin.patch(secrets, secret, { type: 'merge', body: { data } });
    await world.until(() => world.condition('Ready')?.reason === 'SecretEdited', 10);
    expect(world.condition('Stalled')?.message).toContain('Delete the Secret');
    await world.pass(600);
    expect(keys()).toEqual(before);
    await world.admin.remove(secrets, secret);
    await world.until(() => isReady() && keys().length === 1, 900);
    expect(keys()).not.toEqual(before);
  });
});

describe('Clocks and crowds', () => {
  test.each([3_600_000, -3_600_000])(
    'A wall clock that jumps by %i ms: work goes on, the lease is kept or got again.',
    async (ms) => {
      world = worlds();
      const first = world.operator();
      world.kubernetes.install([target()]);
      await world.until(() => isReady());
      world.clock.jumpWall(ms);
      await world.pass(30);
      if (first.ended) world.operator();
      world.kubernetes.install([target({}, 'second')]);
      await world.until(() => isReady('second'), 300);
      await world.until(() => isReady(), 900);
      expect(account().users()).toHaveLength(2);
      for (const { keys } of account().users()) expect(keys).toHaveLength(1);
    },
  );

  test('Ten thousand junk events delay nobody: another object is Ready in seconds, and nothing is done for them.', async () => {
    world = worlds();
    world.kubernetes.install([target()]);
    const junk = JSON.stringify(world.get()).replace(/"resourceVersion":"\d+"/, '"resourceVersion":"1"');
    const line = Buffer.from(`{"type":"MODIFIED","object":${junk}}\n`);
    const running = world.operator({
      async transport(request) {
        const response = await world.transport(request);
        const watches = request.url.pathname.endsWith('/backuptargets') && request.url.searchParams.has('watch');
        return watches ? { ...response, body: preceded(response.body, line, 10_000) } : response;
      },
    });
    await world.until(() => isReady(), 10);
    world.kubernetes.install([target({}, 'second')]);
    await world.until(() => isReady('second'), 10);
    const looks = running.records.filter(({ call }) => call.action === 'get secrets');
    expect(looks.length).toBeLessThan(40);
    expect(account().users()).toHaveLength(2);
  });

  test('A namespace with many broken objects does not keep another from its own.', async () => {
    world = worlds({ grants: { default: 'identity', 'team-a': 'identity' } });
    world.operator({ argv: ['--workers=4'] });
    const broken = Array.from({ length: 60 }, (_, n) =>
      target({ aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'none' } } }, `broken-${n}`),
    );
    world.kubernetes.install(broken);
    world.kubernetes.install([target()]);
    await world.until(() => isReady(), 10);
    await putSecret(world, 'none', account().rootKey);
    await world.until(() => broken.every((_, n) => isReady(`broken-${n}`)), 300);
  });
});

async function* preceded(
  body: AsyncIterable<Uint8Array>,
  piece: Uint8Array,
  times: number,
): AsyncGenerator<Uint8Array> {
  for (let time = 0; time < times; time++) yield piece;
  yield* body;
}
