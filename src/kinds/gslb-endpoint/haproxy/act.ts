// SPDX-License-Identifier: GPL-3.0-or-later
import type { Actions } from '../../../core/kind.ts';
import type { KubeObject } from '../../../core/objects.ts';
import { changed } from '../../changed.ts';
import { readSealed, sealed } from '../../sealed-files.ts';
import { publication } from './config-map.ts';
import { haproxyDesired, type HaproxySource } from './desired.ts';
import type { HaproxyReach } from './observe.ts';
import { readPasswords } from './passwords.ts';
import type { HaproxyStep } from './steps.ts';

export interface HaproxyClouds extends HaproxyReach {
  readonly object: KubeObject;
  readonly spec: HaproxySource['spec'];
}

type Do<Name extends HaproxyStep['do']> = Extract<HaproxyStep, { do: Name }>;

async function publish(clouds: HaproxyClouds, step: Do<'PublishHaproxyConfiguration'>): Promise<void> {
  const { outside, object, owner, spec } = clouds;
  const { namespace, name } = object.metadata;
  const desired = haproxyDesired({ name, namespace, spec });
  if (desired?.digest !== step.digest) throw changed('The HAProxy configuration is another one by now');
  const live = await outside.configMaps.read(namespace, step.configMap);
  if (readSealed(live, owner.uid).found === 'foreign')
    throw changed(`ConfigMap ${step.configMap} is not ours any more`);
  const { files, digest } = desired;
  const content = publication({
    files,
    digest,
    checkedBy: step.checkedBy,
    ownerUID: owner.uid,
    now: outside.clock.now(),
  });
  if (live) await outside.configMaps.replace(live, content);
  else await outside.configMaps.create(object, { name: step.configMap, ...content });
}

async function publishPasswords(clouds: HaproxyClouds, step: Do<'PublishHaproxyPasswords'>): Promise<void> {
  const { outside, object, owner } = clouds;
  const { namespace } = object.metadata;
  const { files: data } = await readPasswords({ outside, namespace }, step.from);
  if (!data) throw changed('A password of HAProxy or keepalived is not there any more');
  const live = await outside.secrets.read(namespace, step.secret);
  if (readSealed(live, owner.uid).found === 'foreign') throw changed(`Secret ${step.secret} is not ours any more`);
  const annotations = sealed({
    data,
    digestOfInputs: step.digest,
    ownerUID: owner.uid,
    now: outside.clock.now(),
  });
  if (live) await outside.secrets.replace(live, { annotations, data });
  else await outside.secrets.create(object, { name: step.secret, type: passwordsType, annotations, data });
}

const passwordsType = 'hybridcloud.dev/haproxy-passwords';

/** What lost the mark meanwhile stays. */
export const haproxyActions: Actions<HaproxyStep, HaproxyClouds> = {
  PublishHaproxyConfiguration: publish,
  PublishHaproxyPasswords: publishPasswords,
  async RemoveHaproxyConfiguration({ outside, object, owner }, { configMap }) {
    const live = await outside.configMaps.read(object.metadata.namespace, configMap);
    if (live && readSealed(live, owner.uid).found === 'ours') await outside.configMaps.remove(live);
  },
  async RemoveHaproxyPasswords({ outside, object, owner }, { secret }) {
    const live = await outside.secrets.read(object.metadata.namespace, secret);
    if (live && readSealed(live, owner.uid).found === 'ours') await outside.secrets.remove(live);
  },
};
