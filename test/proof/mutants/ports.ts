// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs in what is around a kind: how it is sent, what is remembered, what is read, and when the finalizer goes. */
import type { KubeObject, Objects, Secrets } from '../../../src/core/objects.ts';
import { Looks } from '../../../src/operator/looks.ts';
import { retrying } from '../naive.ts';
import type { Parts } from '../process.ts';
import type { Mutant } from './mutant.ts';

function withObjects(parts: Parts, change: (objects: Objects) => Partial<Objects>): Parts {
  const { engine } = parts;
  return { ...parts, engine: { ...engine, objects: { ...engine.objects, ...change(engine.objects) } } };
}

function withSecrets(parts: Parts, change: (secrets: Secrets) => Partial<Secrets>): Parts {
  const { engine } = parts;
  const { outside } = engine;
  return {
    ...parts,
    engine: { ...engine, outside: { ...outside, secrets: { ...outside.secrets, ...change(outside.secrets) } } },
  };
}

function withoutJournal(status: object): object {
  const { begun: _begun, ...rest } = status as Record<string, unknown>;
  return rest;
}

/** What was begun is written nowhere. */
export function unannounced(parts: Parts): Parts {
  return withObjects(parts, (objects) => ({
    writeStatus: (object, status) => objects.writeStatus(object, withoutJournal(status)),
  }));
}

function looking(parts: Parts): Looks {
  return new Looks({ kind: parts.kind, engine: parts.engine });
}

/** A cache of Secrets, as an informer would be, a minute old. */
function cached(parts: Parts): Parts {
  const kept = new Map<string, { at: number; value: Awaited<ReturnType<Secrets['read']>> }>();
  return withSecrets(parts, (secrets) => ({
    async read(namespace, name) {
      const now = parts.engine.clock.now();
      const old = kept.get(name);
      if (old && now - old.at < 60_000) return old.value;
      const value = await secrets.read(namespace, name);
      kept.set(name, { at: now, value });
      return value;
    },
  }));
}

function lateFinalizer(parts: Parts): Parts {
  let first = true;
  return withObjects(parts, (objects) => ({
    async addFinalizer(object, finalizer) {
      if (!first) return objects.addFinalizer(object, finalizer);
      first = false;
      return object;
    },
  }));
}

export const portMutants: readonly Mutant[] = [
  {
    name: 'sdk-retries',
    bug: 'the SDK tries every call again by itself',
    change: { wire: retrying },
    where: { scenario: 'secret-deleted', faults: ['answerLost'], action: 'CreateAccessKey' },
  },
  {
    name: 'no-announcement',
    bug: 'creates are not announced',
    change: { parts: unannounced },
    where: { scenario: 'delete-mid-look', faults: ['killedAfter', 'late'], lagMs: 30_000 },
  },
  {
    name: 'secret-from-cache',
    bug: 'Secrets are read from a cache',
    change: { parts: cached },
    where: { scenario: 'create' },
  },
  {
    name: 'finalizer-before-journal',
    bug: 'the finalizer goes although an announced create is open',
    change: {
      look: (parts) => {
        const looks = looking(parts);
        return (object) =>
          looks.process(
            'key',
            object.metadata.deletionTimestamp ? { ...object, status: withoutJournal(object.status as object) } : object,
          );
      },
    },
    where: { scenario: 'delete-mid-look', faults: ['late', 'killedAfter'], lagMs: 30_000 },
  },
  {
    name: 'finalizer-late',
    bug: 'the finalizer is put on after the first write',
    change: { parts: lateFinalizer },
    where: { scenario: 'create' },
  },
  {
    name: 'finalizer-on-error',
    bug: 'a deletion that fails is given up, and the finalizer goes',
    change: {
      look: (parts) => {
        const looks = looking(parts);
        return async (object) => {
          const outcome = await looks.process('key', object);
          if (outcome.next !== 'retry' || object.metadata.deletionTimestamp === undefined) return outcome;
          const now: KubeObject = (await parts.engine.objects.read(object)) ?? object;
          await parts.engine.objects.removeFinalizer(now, parts.kind.finalizer);
          return { next: 'gone' };
        };
      },
    },
    where: { scenario: 'delete-data', faults: ['errorBefore'], action: 'DeleteUser' },
  },
  {
    name: 'stale-object',
    bug: 'it destroys by what an old cache shows',
    change: {
      forgetsWrites: true,
      parts: (parts) => withObjects(parts, () => ({ read: (object) => Promise.resolve(object) })),
    },
    where: { scenario: 'update-user', faults: ['restartStale1', 'restartStale2'] },
  },
  {
    name: 'secret-shown',
    bug: 'an error message quotes the credentials, and nothing is redacted',
    change: {
      parts: (parts) => {
        const open = { ...parts, engine: { ...parts.engine, scrub: (text: string) => text } };
        return withObjects(open, (objects) => ({
          async writeStatus(object, status) {
            const { namespace } = object.metadata;
            const secret = await parts.engine.outside.secrets.read(namespace, 'vm-backups-s3');
            const value = secret?.data.get('secretAccessKey');
            const conditions = (status as { conditions?: { message: string }[] }).conditions ?? [];
            const quoting = conditions.map((one) => ({
              ...one,
              message: `${one.message} ${Buffer.from(value ?? '').toString('hex')}`,
            }));
            return objects.writeStatus(object, value ? { ...status, conditions: quoting } : status);
          },
        }));
      },
    },
    where: { scenario: 'create' },
  },
];
