// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * When two runs are the same from here on: everything that can make a difference, as one text.
 *
 * - Times count from now, so that what happens a second later is the same a second later.
 * - Versions of Kubernetes objects are ranked: all anybody asks is which is newer.
 * - Left out is what nobody asks for any more: values that later ones have replaced for everybody; when a bucket, a user or an object was
 *   made, and the keys of others, and when a condition changed; versions of the canary; the random source; the log of
 *   calls (the judge's knowledge holds what is judged by of it).
 */
import { createHash } from 'node:crypto';
import type { Point } from './course.ts';
import { nameless, proxmoxText, tasksFromNow } from './proxmox-state.ts';
import { byAge } from './memory.ts';
import type { Scenario } from './script.ts';
import { sitesRemembered, sitesState, tokensOf } from './site-memory.ts';

type Plain = null | string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain };

function plain(_name: string, value: unknown): unknown {
  if (value instanceof Map || value instanceof Set) return [...(value as Iterable<unknown>)];
  return value;
}

interface Version {
  readonly from: number;
  readonly value?: Plain;
}

function isVersioned(value: object): value is { readonly versions: readonly Version[] } {
  const { versions } = value as { versions?: unknown };
  return Array.isArray(versions) && versions.every((one) => typeof (one as Version).from === 'number');
}

type Fields = Readonly<Record<string, Plain>>;

/** Of values that show late, the one that shows now and those that will. */
function versions(of: readonly Version[], now: number): Plain {
  const since = of.findLastIndex(({ from }) => from <= now);
  return of.slice(Math.max(0, since)).map(({ from, value }) => [Math.max(from, now), lasting(value ?? null, now)]);
}

/** When something was made. */
const inert = new Set(['createdAt', 'lifecycleSince', 'lifecycleRanAt', 'at', 'noncurrentSince']);

/** The age of an access key counts, where its user is ours. */
function isOurs(value: Fields): boolean {
  return JSON.stringify(value['tags'] ?? null).includes('"hybridcloud.dev/owner"');
}

/** What of the clouds' state can still make a difference. */
function lasting(value: Plain, now: number): Plain {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Plain[]).map((one) => lasting(one, now));
  if (isVersioned(value)) return versions(value.versions, now);
  const fields = value as Fields;
  const kept = Object.entries(fields).filter(([name]) => !inert.has(name));
  return Object.fromEntries(
    kept.map(([name, one]) => [name, name === 'keys' && isOurs(fields) ? one : lasting(one, now)]),
  );
}

type Entries = readonly (readonly [string, Plain])[];

function entriesOf(map: Plain | undefined): Entries {
  return (map as { readonly $map: Entries }).$map;
}

function cloudsOf(aws: Fields, now: number, kind: string): Plain {
  const { random: _random, lastUsed, reserved, accounts, buckets, ...rest } = aws;
  const roots = new Set(entriesOf(accounts).map(([, account]) => (account as Fields)['rootKeyID']));
  const content = entriesOf(buckets).map(([name, bucket]) => {
    const { objects, ...others } = bucket as Fields;
    const newest = entriesOf(objects).map(([key, all]) => [key, isCanary(key) ? newestOf(all) : all]);
    return [name, lasting({ ...others, objects: newest as Plain }, now)];
  });
  return [
    lasting({ ...rest, accounts: accounts ?? null }, now),
    content,
    // a PbsInstance's keys are somebody else's
    kind === 'PbsInstance' ? [] : entriesOf(lastUsed).filter(([key]) => !roots.has(key)),
    entriesOf(reserved).filter(([, until]) => Number(until) > now),
  ];
}

function newestOf(all: Plain): Plain {
  return ((all as readonly Fields[]).at(-1) ?? {})['deleteMarker'] ?? null;
}

function isCanary(key: string): boolean {
  return key.endsWith('.hybridcloud/canary');
}

/** Versions by their rank: they are compared, never counted. */
function ranked(text: string): string {
  const pattern = /"resourceVersion":"(\d+)"/g;
  const all = new Set([...text.matchAll(pattern)].map(([, version]) => Number(version)));
  const rank = new Map([...all].sort((a, b) => a - b).map((version, i) => [version, i]));
  return text.replace(pattern, (_all, version: string) => `"resourceVersion":${rank.get(Number(version))}`);
}

/** Times of which only matters that there are any; since when a condition is as it is, plans of some kinds go by (plan/pace.ts). */
const marks = /"(deletionTimestamp|creationTimestamp|lastTransitionTime|time)":"[^"]*"/g;
const marksBut = /"(deletionTimestamp|creationTimestamp|time)":"[^"]*"/g;

/**
 * Where things happen by the calendar (every night at two), a second later is not the same a second later. Times that are farther away than
 * any run lasts stay as they are: what comes then comes after its end, and what was then is as good as a second before.
 */
function farOf(kind: string): number {
  return kind === 'PbsInstance' ? 6 * 3_600_000 : Number.POSITIVE_INFINITY;
}

/** Times as seconds or milliseconds from now. */
function fromNow(text: string, now: number, kind: string): string {
  const far = farOf(kind);
  const isFar = (at: number) => Math.abs(at - now) > far;
  return text
    .replace(text.includes('"kind":"SiteVpn"') ? marksBut : marks, '"$1":1')
    .replace(keyTimes, '$1')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time) =>
      isFar(Date.parse(time)) ? time : `${Date.parse(time) - Math.floor(now / 1000) * 1000}s`,
    )
    .replace(/\b1[67]\d{11}(?:\.\d+)?\b/g, (time) => (isFar(Number(time)) ? time : `"${Number(time) - now}ms"`));
}

/** Of a key file of Proxmox, which is text in a text. */
const keyTimes = /(\\+"(?:created|modified)\\+":)\\+"[^"\\]*\\+"/g;

/** CRDs and namespaces never change in a run. */
function changing(kube: object): unknown {
  const { store } = kube as { store: { shelves: Readonly<Record<string, unknown>> } };
  return Object.entries(store.shelves).filter(([shelf]) => !shelf.endsWith('definitions') && shelf !== '/namespaces');
}

/** Secrets' data as they are: key files hold times. */
function opened(text: string): string {
  return text.replace(/"data":\{("[^"{}]+":"[A-Za-z0-9+/=]*",?)+\}/g, (data) =>
    data.replace(/:"([A-Za-z0-9+/=]*)"/g, (_all, base64: string) => {
      return `:${JSON.stringify(Buffer.from(base64, 'base64').toString())}`;
    }),
  );
}

function withoutAge(sites: unknown): unknown {
  return JSON.stringify(sites, (name, one: unknown) => (name === 'createdAt' ? undefined : one));
}

/** A secret that is nowhere any more cannot be shown: whoever would show it has to have it from somewhere. */
function kept(secrets: readonly string[], elsewhere: string, kind: string): readonly string[] {
  if (kind !== 'PbsInstance') return secrets;
  const bare = elsewhere.replaceAll('\\', '');
  return secrets.filter((one) => bare.includes(one.replaceAll('\\', '')));
}

/** Names of times by the clock that never jumps. */
const times = new Set(['at', 'roomAt', 'asked', 'since']);

/** What adapters remember, answers that are there included, with ages in place of times; what was made is known by its id. */
async function aged(kept: unknown, monotonic: number, name = ''): Promise<unknown> {
  const value = await kept;
  if (typeof value === 'number') return times.has(name) ? monotonic - value : value;
  if (Array.isArray(value)) return Promise.all(value.map((one) => aged(one, monotonic, name)));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (name === 'it') return (value as { readonly id?: unknown }).id;
  const fields = Object.entries(value).map(async ([field, one]) => [field, await aged(one, monotonic, field)] as const);
  return Object.fromEntries(await Promise.all(fields));
}

interface Remembered {
  readonly known: unknown;
  readonly secrets: readonly string[];
}

async function remembered({ worlds, driver }: Point): Promise<Remembered> {
  const { looks, aws, proxmox, sites, written, learned } = driver.memory;
  const { monotonic } = worlds;
  const logins = [...aws].map(async ([key, { account, answers, memory, heard }]) => {
    const known = await byAge(answers, monotonic);
    const kept = await Promise.all([...memory].map(async ([name, value]) => [name, await aged(value, monotonic)]));
    return [key, account, known, kept, heard !== undefined];
  });
  const wrote = written.map(({ at, answer }) => [monotonic - at, answer.metadata]);
  const others = await Promise.all([
    byAge(proxmox.pve, monotonic),
    byAge(proxmox.pbs, monotonic),
    sitesRemembered(sites, worlds),
  ]);
  const once = proxmox.kept.map(([key]) => key).toSorted();
  const tokens = tokensOf(worlds);
  const secrets = learned.filter((one) => !tokens.has(one));
  return { known: [looks, await Promise.all(logins), others, once, wrote], secrets: secrets.toSorted() };
}

/** What a watch may still show. Faults to come go back to older versions. */
function seen({ driver, worlds }: Point, back: number): unknown {
  const { versions, shown, blindUntil } = driver.seen;
  const last = versions.length - 1;
  const from = Math.max(0, Math.min(shown, last - back));
  return [
    last - shown,
    Math.max(blindUntil, worlds.now),
    shown < last || back > 0 ? versions.slice(from) : [],
    Math.min(last, back),
  ];
}

export interface Sameness {
  readonly kind: string;
  readonly scenario: Scenario;
  readonly showsAt: number;
  /** How many versions faults that may still be tried go back in what the cache has shown. */
  readonly back: number;
}

export async function sameness(point: Point, by: Sameness): Promise<string> {
  return createHash('sha256')
    .update(await textOf(point, by))
    .digest('base64');
}

async function textOf(point: Point, { kind, scenario, showsAt, back }: Sameness): Promise<string> {
  const { worlds, driver, judge, place } = point;
  const { now } = worlds;
  const { interrupt } = scenario;
  const wish = driver.wish && [driver.wish.guarded, driver.wish.text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'deleting')];
  const { known, secrets } = await remembered(point);
  const parts = [
    now % 1000,
    cloudsOf(worlds.aws as Fields, now, kind),
    proxmoxText(worlds.proxmox, now),
    worlds.s3 && [worlds.s3.kind, worlds.s3.after, worlds.s3.until - now],
    kind === 'PbsInstance' ? withoutAge(sitesState(worlds)) : sitesState(worlds),
    changing(worlds.kube),
    seen(point, back),
    known,
    [
      driver.due === Number.POSITIVE_INFINITY ? 'never' : driver.due,
      driver.failures,
      wish ?? null,
      driver.idle,
      driver.deaf,
      driver.outdated,
    ],
    judge.knowledge(driver.memory.number),
    [place.step, place.quiet, isCounted(point, scenario) ? place.looks : 0],
    Math.max(now, showsAt),
    interrupt && driver.count < interrupt.afterCall ? driver.count : -1,
  ];
  const text = opened(JSON.stringify(parts, plain));
  const hidden = [secrets, [...judge.secrets].sort()].map((some) => kept(some, text, kind));
  const whole = `${text}${JSON.stringify(hidden)}`;
  const timeless = fromNow(ranked(tasksFromNow(whole, now, farOf(kind))), now, kind);
  return kind === 'PbsInstance' ? nameless(timeless) : timeless;
}

/** A rest is as long as it takes; how often was looked in it is the business of the oracle `bounded`. */
function isCounted({ place }: Point, { script }: Scenario): boolean {
  return place.quiet || script[place.step] !== 'rest';
}
