// SPDX-License-Identifier: GPL-3.0-or-later
/** From the channels of this process into a search. */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LeakSearch } from './search.ts';

const toldByTests = { shown: channel('hybridcloud.test.shown'), planted: channel('hybridcloud.test.planted') };

/** For tests: this text is an output, too. */
export function shown(where: string, text: string): void {
  toldByTests.shown.publish({ where, text });
}

/** For a test file of operators that leak on purpose, where other oracles look. */
export function plantedThroughout(): void {
  toldByTests.planted.publish(undefined);
}

/** For tests: this secret is put into an output on purpose, to see that it is found. */
export function planted(...secrets: readonly string[]): void {
  for (const secret of secrets) toldByTests.planted.publish(secret);
}

interface Stored {
  readonly shelf: string;
  readonly object: { readonly kind?: string; readonly metadata: { readonly name: string }; readonly data?: object };
}

/** Names under which a Secret holds what is secret; its bucket and region are not, nor is the name of a token. */
const secretNames = /secret|token(?!ID$)|password|encryption-key/i;

function learnData(search: LeakSearch, data: object): void {
  for (const [name, value] of Object.entries(data))
    if (secretNames.test(name)) search.learn(Buffer.from(String(value), 'base64').toString('utf8'));
}

/** The data of a Secret may hold secrets, nothing else may: not its names, annotations or labels. */
function showObject(search: LeakSearch, { shelf, object }: Stored): void {
  const isSecret = shelf === '/secrets';
  if (isSecret && object.data) learnData(search, object.data);
  // names of fields only
  const left = isSecret ? ['managedFields', 'data'] : ['managedFields'];
  const text = JSON.stringify(object, (name, value: unknown) => (left.includes(name) ? undefined : value));
  search.show(`${shelf.replace(/^\//, '')}/${object.metadata.name}`, text);
}

/** Listens until the returned function is called. */
export function listen(search: LeakSearch): () => void {
  const listeners: Readonly<Record<string, (message: never) => void>> = {
    'hybridcloud.simulator.secret': (secret: string) => search.learn(secret),
    'hybridcloud.simulator.object': (stored: Stored) => showObject(search, stored),
    'hybridcloud.wire.call': (record: object) => search.show('record of a call', JSON.stringify(record)),
    'hybridcloud.log.line': (line: string) => search.show('log', line),
    'hybridcloud.metrics.text': (text: string) => search.show('metrics', text),
    'hybridcloud.test.shown': ({ where, text }: { where: string; text: string }) => search.show(where, text),
    'hybridcloud.test.planted': (secret?: string) =>
      secret === undefined ? search.excuseAll() : search.excuse(secret),
  };
  const all = Object.entries(listeners).map(
    ([name, listener]) => [name, (it: unknown) => listener(it as never)] as const,
  );
  for (const [name, listener] of all) subscribe(name, listener);
  return () => {
    for (const [name, listener] of all) unsubscribe(name, listener);
  };
}
