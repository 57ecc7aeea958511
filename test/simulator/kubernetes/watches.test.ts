// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { secrets, stage, told, widget, widgets } from './stage.ts';

test('A watch tells changes as they happen, and ends when its reader leaves.', async () => {
  const { ask, watch, clock } = stage();
  const open = await watch(`${widgets}?watch=true`);
  await ask('POST', widgets, widget('a'));
  await ask('PATCH', `${widgets}/a`, { spec: { size: 2 } });
  await ask('POST', secrets, { metadata: { name: 'other' } });
  await ask('DELETE', `${widgets}/a`);
  await clock.advance(0);
  expect(told(open)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  open.abort();
  await clock.advance(0);
  expect(open.ended).toBe('end');
});

test('A watch at rest has no timer: nobody sleeps on the clock.', async () => {
  const { watch, ask, clock } = stage();
  await watch(`${widgets}?watch=true&allowWatchBookmarks=true`);
  expect(clock.sleeping).toBe(0);
  await ask('POST', secrets, { metadata: { name: 'other' } });
  expect(clock.sleeping).toBe(1);
  await clock.advance(60_000);
  expect(clock.sleeping).toBe(0);
});

test('The bookmark timer ends with the last watch that wants bookmarks.', async () => {
  const { watch, ask, clock } = stage();
  const open = await watch(`${widgets}?watch=true&allowWatchBookmarks=true`);
  await ask('POST', secrets, { metadata: { name: 'other' } });
  open.abort();
  await clock.advance(0);
  expect(clock.sleeping).toBe(0);
});

test('A bookmark tells a minute after a change elsewhere how far a watch has come.', async () => {
  const { watch, ask, clock } = stage();
  const open = await watch(`${widgets}?watch=true&allowWatchBookmarks=true`);
  const plain = await watch(`${widgets}?watch=true`);
  const made = await ask('POST', secrets, { metadata: { name: 'other' } });
  await clock.advance(60_000);
  expect(told(open)).toEqual(['BOOKMARK']);
  expect(open.events()[0]?.object.metadata.resourceVersion).toBe(made.body.metadata.resourceVersion);
  expect(told(plain)).toEqual([]);
});

test('A watch ends after its timeoutSeconds, on the virtual clock.', async () => {
  const { watch, clock } = stage();
  const open = await watch(`${widgets}?watch=true&timeoutSeconds=300`);
  await clock.advance(299_000);
  expect(open.ended).toBeUndefined();
  await clock.advance(1_000);
  expect(open.ended).toBe('end');
});

test('A watch resumes after the version it names, and gets 410 when that is compacted away.', async () => {
  const { watch, ask, clock, compact } = stage();
  const a = await ask('POST', widgets, widget('a'));
  await ask('POST', widgets, widget('b'));
  const path = `${widgets}?watch=true&resourceVersion=${a.body.metadata.resourceVersion}`;
  expect(told(await watch(path))).toEqual(['ADDED b']);
  await ask('POST', widgets, widget('c'));
  compact();
  const late = await watch(path);
  await clock.advance(0);
  expect(late.events()).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }]);
  expect(late.ended).toBe('end');
});

test('A page from before a compaction cannot be continued: 410.', async () => {
  const { ask, compact } = stage();
  for (const name of ['a', 'b', 'c']) await ask('POST', widgets, widget(name));
  const page = await ask('GET', `${widgets}?limit=1`);
  await ask('POST', widgets, widget('d'));
  const next = `${widgets}?limit=5&continue=${page.body.metadata.continue}`;
  const rest = await ask('GET', next);
  expect(rest.body.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
  compact();
  const late = await ask('GET', next);
  expect(late).toMatchObject({ status: 410, body: { reason: 'Expired' } });
});
