// SPDX-License-Identifier: GPL-3.0-or-later
/** Secrets as they will be: those of the cluster, the files' over them, and the user's own credentials where an object has none yet. */
import type { Credentials } from '../../clouds/aws/clients.ts';
import type { ConfigMap, ConfigMaps, Secret, Secrets } from '../../core/objects.ts';
import type { Manifests } from './manifests.ts';

type Values = ReadonlyMap<string, string>;

function valuesOf(manifest: Readonly<Record<string, unknown>>): Values {
  const texts = (field: string) => Object.entries((manifest[field] ?? {}) as Readonly<Record<string, string>>);
  return new Map([
    ...texts('data').map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')] as const),
    // stringData wins (API reference, Secret v1)
    ...texts('stringData'),
  ]);
}

export function plainSecret(namespace: string, name: string, data: Values): Secret {
  const none = { uid: '', resourceVersion: '', type: 'Opaque', annotations: {}, owners: [] };
  return { ...none, namespace, name, data };
}

export interface GivenSecrets {
  readonly files: Manifests['secrets'];
  /** Stand for every Secret that an object takes its credentials from. */
  readonly credentials?: Credentials;
  /** Whether objects take their credentials from the Secret of that name. */
  readonly isCredentials: (namespace: string, name: string) => boolean;
  readonly live?: (namespace: string, name: string) => Promise<Secret | undefined>;
}

function never(): Promise<never> {
  return Promise.reject(new Error('a plan writes nothing'));
}

export function givenSecrets({ files, credentials, isCredentials, live }: GivenSecrets): Secrets {
  const given = new Map<string, Values>();
  for (const { manifest, namespace } of files) given.set(`${namespace}/${manifest.metadata.name}`, valuesOf(manifest));
  return {
    async read(namespace, name) {
      if (credentials && isCredentials(namespace, name)) {
        const { accessKeyID, secretAccessKey, sessionToken } = credentials;
        const token = sessionToken === undefined ? [] : [['sessionToken', sessionToken] as const];
        return plainSecret(
          namespace,
          name,
          new Map([['accessKeyID', accessKeyID], ['secretAccessKey', secretAccessKey], ...token]),
        );
      }
      const [there, values] = [await live?.(namespace, name), given.get(`${namespace}/${name}`)];
      if (!values) return there;
      return there ? { ...there, data: new Map([...there.data, ...values]) } : plainSecret(namespace, name, values);
    },
    create: never,
    replace: never,
    remove: never,
  };
}

/** ConfigMaps as they are: no file stands for one, as none is read for what is in it. */
export function liveConfigMaps(live: (namespace: string, name: string) => Promise<ConfigMap | undefined>): ConfigMaps {
  return { read: live, create: never, replace: never, remove: never };
}
