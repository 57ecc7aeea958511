// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The records of the name: all of what changes in one batch, by DELETE of exactly what was seen and CREATE, never by UPSERT. So a batch
 * fails as a whole when anything is not as it was planned for, and since the owner record goes through every batch, of two writers that both
 * believe to own the name only one can succeed. Pure.
 */
import type { RecordChange, RecordSet } from '../../../clouds/aws/route53/route53.ts';
import type { Hold } from '../../../core/plan.ts';
import { foreignMarks, markRecord, ownershipOfType, ownMark, recordTypes, setsOf, valuesOf } from '../name.ts';
import { registryOwnershipOf } from '../../../core/registry-mark.ts';
import type { RecordStep } from '../steps.ts';
import { sameSet, wantedSets } from '../wanted-records.ts';
import { blocked, waiting, type InZone } from './part.ts';

const remove = (record: RecordSet): RecordChange => ({ action: 'DELETE', record });
const create = (record: RecordSet): RecordChange => ({ action: 'CREATE', record });

/** The owner record first, then by identifier: a plan is the same whatever the order in which things were found. */
function inOrder(records: readonly RecordSet[]): readonly RecordSet[] {
  const key = ({ name, type, setIdentifier = '' }: RecordSet) =>
    [type === 'TXT' ? 0 : 1, name, type, setIdentifier].join('\n');
  return records.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Ours of the types that are not wanted any more, with their marks. */
function ofOtherTypes({ place, spec }: InZone): readonly RecordSet[] {
  return recordTypes
    .filter((type) => type !== spec.record.type && ownershipOfType(place, type) === 'mine')
    .flatMap((type) => [...setsOf(place, type), ...[ownMark(place, type)].flatMap((mark) => mark ?? [])]);
}

/** Marks of the owner whose records are taken over, where nothing else stands in the same record. */
function marksTaken({ place, spec }: InZone): readonly RecordSet[] {
  return foreignMarks(place, spec.record.type).filter((one) =>
    valuesOf(one).every((value) => typeof registryOwnershipOf(value, place.owner) === 'object'),
  );
}

export function planRecords(context: InZone): RecordStep | undefined {
  const { spec, observed, place, zone, fqdn } = context;
  const { type } = spec.record;
  const wanted = wantedSets(spec, observed, fqdn);
  const have = setsOf(place, type);
  const mine = ownMark(place, type);
  const mark = markRecord(place, type);
  const gone = [...have.filter((one) => !wanted.some((other) => sameSet(one, other))), ...ofOtherTypes(context)];
  const added = wanted.filter((one) => !have.some((other) => sameSet(one, other)));
  const marked = mine !== undefined && sameSet(mine, mark);
  if (marked && gone.length === 0 && added.length === 0) return undefined;
  const adopts = mine === undefined && ownershipOfType(place, type) !== 'nobodys';
  const takes = mine === undefined && (adopts || have.length > 0);
  const marks = mine ? [mine] : takes ? marksTaken(context) : [];
  return {
    ...verbOf({ takes, fresh: have.length === 0 && mine === undefined }),
    target: `${type} records of ${fqdn}`,
    zone: zone.id,
    name: fqdn,
    changes: [...inOrder([...gone, ...marks]).map(remove), ...inOrder([mark, ...added]).map(create)],
  };
}

function verbOf({ takes, fresh }: { takes: boolean; fresh: boolean }) {
  if (takes) return { do: 'AdoptRecords', effect: 'update', needs: 'approval' } as const;
  return fresh
    ? ({ do: 'CreateRecords', effect: 'create' } as const)
    : ({ do: 'ChangeRecords', effect: 'update' } as const);
}

/**
 * A check that takes another's place in a record, or comes with an endpoint to a name that is answered already, is heard first: until its checkers
 * have said something Route 53 takes it for healthy, and would answer with an endpoint that is down. What they say first counts there only after as
 * many looks as the threshold asks; nobody is told when that is.
 */
export function unheardHold({ spec, observed, place, fqdn }: InZone): Hold | undefined {
  const have = setsOf(place, spec.record.type);
  const unheard = wantedSets(spec, observed, fqdn).flatMap(({ setIdentifier, healthCheckID: id }) => {
    const before = have.find((one) => one.setIdentifier === setIdentifier);
    const known = observed.checks.some((one) => one.id === before?.healthCheckID);
    const isNew = before ? known && before.healthCheckID !== id : have.length > 0;
    return id !== undefined && isNew && !hasSpoken(observed, id) ? [id] : [];
  });
  const [id] = unheard;
  return id === undefined
    ? undefined
    : {
        ...waiting('HealthCheckSettling', `The new health checks of ${fqdn} have to say something first`, {
          happens: 'HealthCheckTold',
          id,
        }),
        lookAgainAfterMs: 10_000,
      };
}

/** Of one that follows from other things nobody is told. */
function hasSpoken({ checks, statuses }: InZone['observed'], id: string): boolean {
  const settings = checks.find((one) => one.id === id)?.settings;
  const speaks = settings !== undefined && ['HTTP', 'HTTPS', 'TCP'].includes(settings.type);
  return !speaks || statuses.some((one) => one.id === id && one.healthy !== undefined);
}

/** An endpoint whose load balancer is not there: what is answered for it stays as it is. */
export function balancerHold({ spec, observed }: InZone): Hold | undefined {
  const missing = spec.endpoints.flatMap(({ name, state, target: { loadBalancer: wanted } }) => {
    const found = observed.balancers.find((one) => one.name === wanted?.name && one.region === wanted.region);
    return wanted && state === 'Active' && found?.at === undefined ? [{ endpoint: name, ...wanted }] : [];
  });
  if (missing.length === 0) return undefined;
  const list = missing.map(({ endpoint, name, region }) => `${name} in ${region} (endpoint ${endpoint})`).join(', ');
  return {
    ...blocked(
      'LoadBalancerNotFound',
      `There is no load balancer ${list}; no record is changed. Make it, or correct target.loadBalancer; where a site of another GslbEndpoint makes it, nothing is to be done: this goes on by itself once it is there.`,
      missing.map(({ name, region }) => ({ kind: 'LoadBalancer', id: `${region}/${name}` })),
    ),
    lookAgainAfterMs: 60_000,
  };
}

/** Says nothing new to Route 53: what its answer is of, everything before it is, too. */
export function confirmRecords({ place, zone, fqdn }: InZone): RecordStep | undefined {
  const marks = recordTypes.flatMap((type) => ownMark(place, type) ?? []);
  return marks.length === 0
    ? undefined
    : {
        do: 'ConfirmRecords',
        effect: 'update',
        target: `records of ${fqdn}`,
        zone: zone.id,
        name: fqdn,
        changes: [...inOrder(marks).map(remove), ...inOrder(marks).map(create)],
      };
}

/** @returns The batch, if there is anything to take away. */
export function removal(
  { zone, fqdn }: InZone,
  kind: 'ReleaseRecords' | 'DeleteRecords' | 'DeleteOwnerRecord',
  records: readonly RecordSet[],
): RecordStep | undefined {
  const target = { ReleaseRecords: 'owner mark of', DeleteRecords: 'records of', DeleteOwnerRecord: 'owner record of' };
  return records.length === 0
    ? undefined
    : {
        do: kind,
        effect: kind === 'ReleaseRecords' ? 'update' : 'delete',
        target: `${target[kind]} ${fqdn}`,
        zone: zone.id,
        name: fqdn,
        changes: inOrder(records).map(remove),
      };
}
