// SPDX-License-Identifier: GPL-3.0-or-later
/** One question, answered as the zone's name servers would. */
import type { Answer, AnswerRecord, Question } from '../../../dns/question.ts';
import type { AliasTargetAnswer, AliasTargetLookup } from '../alias-target.ts';
import { canonicalName, unescapeName, within } from '../names.ts';
import type { AliasTarget, RecordSet } from '../state.ts';
import { isHealthy, type HealthWorld } from '../status/status.ts';
import { choose, depends, shuffled } from './choice.ts';
import { delegationOf, ownerOf, setsOf, zoneFor, type ZoneData } from './zone-data.ts';

export interface AnsweringWorld extends HealthWorld {
  /** Who knows the things outside Route 53 that aliases point to. */
  readonly aliasTargets: readonly AliasTargetLookup[];
}

interface Visit {
  readonly world: AnsweringWorld;
  readonly zone: ZoneData;
  readonly question: Question;
  readonly now: number;
  readonly random: () => number;
  /** Aliases and CNAMEs followed so far: a ring of them ends. */
  readonly depth: number;
}

export interface Moment {
  readonly now: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Only this zone's servers are asked. */
  readonly zone?: ZoneData;
}

const deepest = 8;

/** How long resolvers keep that something is not there (RFC 2308: the smaller of the SOA's own TTL and its last field). */
export function answer(world: AnsweringWorld, question: Question, { now, random, ...given }: Moment): Answer {
  const name = canonicalName(question.name);
  const zone = given.zone ?? zoneFor(world.state.route53, name, now);
  if (!zone || !within(name, zone.name)) return nothing('REFUSED');
  const visit = { world, zone, question, now, random, depth: 0 };
  const away = delegationOf(zone, name);
  if (away && !(question.type === 'DS' && away.name === name))
    return { ...nothing('NOERROR'), authorities: recordsOf(away, plain(away.name)) };
  const owner = ownerOf(zone, name);
  if (owner === undefined) return { ...nothing('NXDOMAIN'), authoritative: true, authorities: startOf(zone) };
  const answers = lookUp(visit, owner, plain(name));
  const byLocation = zone.records.some((set) => set.name === owner && depends([set]));
  const authorities = answers.length > 0 ? [] : startOf(zone);
  return { code: 'NOERROR', authoritative: true, answers, authorities, byLocation };
}

function nothing(code: Answer['code']): Answer {
  return { code, authoritative: false, answers: [], authorities: [], byLocation: false };
}

function plain(name: string): string {
  return unescapeName(name).replace(/\.$/, '');
}

function startOf(zone: ZoneData): AnswerRecord[] {
  const soa = setsOf(zone, zone.name, 'SOA').flatMap((set) => recordsOf(set, plain(zone.name)));
  return soa.map((record) => ({ ...record, ttl: Math.min(record.ttl, Number(record.value.split(/\s+/).at(-1))) }));
}

function recordsOf({ type, ttl = 0, values }: RecordSet, name: string): AnswerRecord[] {
  return values.map((value) => ({ name, type, ttl, value }));
}

/** The records of one owner, under the name that was asked for. */
function lookUp(visit: Visit, owner: string, name: string): AnswerRecord[] {
  const { zone, question } = visit;
  const direct = setsOf(zone, owner, question.type);
  if (direct.length > 0) return chosen(visit, direct, name);
  const aliases = setsOf(zone, owner, 'CNAME');
  const records = aliases.length > 0 ? chosen(visit, aliases, name) : [];
  return records.flatMap((record) => [record, ...followed(visit, record)]);
}

/** A CNAME's target comes along when it is in the same zone. */
function followed(visit: Visit, { type, value }: AnswerRecord): AnswerRecord[] {
  const target = canonicalName(value);
  const owner = visit.depth < deepest && type === 'CNAME' ? ownerOf(visit.zone, target) : undefined;
  return owner === undefined || !within(target, visit.zone.name)
    ? []
    : lookUp({ ...visit, depth: visit.depth + 1 }, owner, plain(target));
}

function chosen(visit: Visit, sets: readonly RecordSet[], name: string): AnswerRecord[] {
  const { question, random } = visit;
  const healthy = (set: RecordSet): boolean => setHealthy(visit, set);
  const picked = choose(sets, { client: question.client, random, healthy });
  return picked.flatMap((set) => (set.alias ? aliased(visit, set, name) : shuffled(recordsOf(set, name), random)));
}

/** An alias answers with its target's records under its own name. */
function aliased(visit: Visit, { alias, type }: RecordSet, name: string): AnswerRecord[] {
  if (!alias || visit.depth >= deepest) return [];
  const further = { ...visit, depth: visit.depth + 1 };
  if (alias.zoneID === visit.zone.id) return chosen(further, targetsOf(visit, alias, type), name);
  const { addresses = [] } = outside(visit, alias) ?? {};
  const fitting = addresses.filter((address) => address.includes(':') === (type === 'AAAA'));
  // load balancers' records live for 60 seconds (Developer Guide, "Values specific for simple alias records", TTL)
  return shuffled(fitting, visit.random).map((value) => ({ name, type, ttl: 60, value }));
}

function targetsOf({ zone }: Visit, { dnsName }: AliasTarget, type: string): RecordSet[] {
  return setsOf(zone, ownerOf(zone, dnsName) ?? dnsName, type);
}

function outside({ world, now }: Visit, { zoneID, dnsName }: AliasTarget): AliasTargetAnswer | undefined {
  const question = { zoneID, dnsName: dnsName.replace(/^dualstack\./, ''), now };
  for (const lookup of world.aliasTargets) {
    const found = lookup(question);
    if (found) return found;
  }
  return undefined;
}

/** Its own check and, for an alias that evaluates its target, the target: an alias to a group is healthy while any of the group is. */
function setHealthy(visit: Visit, { healthCheckID, alias, type }: RecordSet): boolean {
  if (healthCheckID !== undefined && !isHealthy(visit.world, healthCheckID, visit.now)) return false;
  if (!alias?.evaluate || visit.depth >= deepest) return true;
  if (alias.zoneID !== visit.zone.id) return outside(visit, alias)?.healthy ?? true;
  const further = { ...visit, depth: visit.depth + 1 };
  return targetsOf(visit, alias, type).some((set) => setHealthy(further, set));
}
