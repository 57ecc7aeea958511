// SPDX-License-Identifier: GPL-3.0-or-later
/** One run of the operator's program between the worlds: its own memory, caches and log of calls; thrown away when it is killed. */
import { createHash } from 'node:crypto';
import { PbsServers } from '../../src/clouds/pbs/pbs.ts';
import { Pves } from '../../src/clouds/pve/pve.ts';
import { TcpProbes } from '../../src/clouds/tcp/tcp-probes.ts';
import type { Engine } from '../../src/core/engine.ts';
import type { KubeObject, Note } from '../../src/core/objects.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Outside } from '../../src/kinds/outside.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { createObjects } from '../../src/kube/objects.ts';
import type { Resource } from '../../src/kube/resource.ts';
import { createConfigMaps } from '../../src/kube/config-maps.ts';
import { createSecrets } from '../../src/kube/secrets.ts';
import { Looks, type Known } from '../../src/operator/looks.ts';
import type { CallRecord, Wire } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { Redactor } from '../../src/wire/redaction.ts';
import { createWire } from '../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';
import { ListedWrites, ProxmoxLooks, RememberingAws, ToldClock, type ProxmoxAnswers } from './memory.ts';
import type { Network, Sender } from './network.ts';
import { PinnedApis } from './pins.ts';
import { rememberingSites, type SiteMemory } from './site-memory.ts';
import { account, dial, kubeConnection, type Worlds } from './worlds.ts';

/** What a look is made of; mutants replace parts of it. */
export interface Parts {
  readonly kind: AnyKind;
  readonly engine: Engine<Outside>;
  readonly client: KubeClient;
  readonly wire: Wire;
}

/** The program under proof: the operator, a mutant of it, or the naive control. */
export interface Program {
  readonly name: string;
  readonly kind: AnyKind;
  readonly resource: Resource;
  /** Around the wire that the clouds get, and Kubernetes. */
  wire?(wire: Wire): Wire;
  parts?(parts: Parts): Parts;
  /** In place of the operator's own look. */
  look?(parts: Parts): (object: KubeObject) => Promise<Outcome>;
  /** The process acts on a cache that may be older than its own writes. */
  readonly forgetsWrites?: true;
}

export interface Process {
  readonly sender: Sender;
  readonly killed: Promise<'killed'>;
  readonly records: CallRecord[];
  readonly written: ListedWrites;
  readonly client: KubeClient;
  /** What it remembers, to let another one go on with it; `undefined` where that cannot be copied. */
  remembers(): Memory | undefined;
  look(object: KubeObject | undefined): Promise<Outcome>;
}

/** All that a process knows between two looks. */
export interface Memory {
  readonly number: number;
  readonly looks: ReadonlyMap<string, Known>;
  readonly aws: ReturnType<RememberingAws['save']>;
  readonly proxmox: ProxmoxAnswers;
  readonly sites: SiteMemory;
  readonly written: ReturnType<ListedWrites['save']>;
  readonly learned: readonly string[];
}

/** What all processes of a run leave for the oracles. */
export interface Output {
  readonly records: CallRecord[];
  readonly notes: Note[];
}

export interface ProcessOptions {
  readonly worlds: Worlds;
  readonly network: Network;
  readonly program: Program;
  readonly number: number;
  readonly output: Output;
  readonly memory?: Memory;
}

/** What other kinds' objects claim. */
const claimed = [
  { group: 'hybridcloud.dev', version: 'v1alpha1', plural: 'backuptargets', kind: 'BackupTarget', namespaced: true },
];

/** The one object that is driven. */
export const key = 'key';

/** Wrapped programs keep things that nobody else knows of. */
function isPlain({ parts, look, wire }: Program): boolean {
  return !parts && !look && !wire;
}

/** The same bytes in the same run, and never the same twice. */
function unguessable({ origin }: Worlds, which: string, size: number): Uint8Array {
  return createHash('shake256', { outputLength: size }).update(`${origin} ${which}`).digest();
}

/** Whatever of Proxmox takes what was generated. */
const takers = /access\/password|\/upload|POST \/storage|PUT \/storage/;

/**
 * What may have come anywhere since. What is generated twice and came nowhere in between may be the same: nobody knew it but the process
 * that asked, in a look that is over. So runs that made the same things hold the same passwords, however often they had to ask.
 */
function leftSoFar({ calls }: Network): number {
  const left = calls.filter(({ effect, applied, fault }) => effect === 'write' && (applied || fault === 'late'));
  const times = left.filter(({ service, action }) =>
    service === 'kubernetes' ? / secrets/.test(action) : takers.test(action),
  );
  const kinds = left.filter(({ service }) => service !== 'kubernetes').map(({ action, path }) => `${action} ${path}`);
  return times.length + new Set(kinds).size;
}

/** As the watches of the other kinds would have them. */
function siblingsIn({ kube }: Worlds, kind: string): readonly KubeObject[] {
  return kube.objects(`${kind.toLowerCase()}s`) as unknown as readonly KubeObject[];
}

function named(wire: Wire, network: Network): Wire {
  return {
    ...wire,
    send(call, request) {
      network.means(request, call);
      return wire.send(call, request);
    },
  };
}

export function startProcess({ worlds, network, program, number, output, memory }: ProcessOptions): Process {
  const { aws } = worlds;
  const clock = new ToldClock(worlds.clock, (ms) => worlds.clock.advance(ms));
  let killed: () => void = () => undefined;
  const death = new Promise<'killed'>((resolve) => {
    killed = () => resolve('killed');
  });
  const sender: Sender = { number, dead: false, killed };
  const redactor = new Redactor();
  const onCall = (record: CallRecord) => output.records.push(record);
  const own = createWire({
    transport: network.transport(sender),
    dial,
    clock,
    fence: unfenced,
    onCall,
  });
  const wire = named(program.wire ? program.wire(own) : own, network);
  const client = createKubeClient({ connection: kubeConnection(), wire });
  const { rootKey } = aws.account(account);
  const learned = new Set<string>();
  const learnSecret = (secret: string) => {
    learned.add(secret);
    redactor.learn(secret);
  };
  for (const secret of memory?.learned ?? []) learnSecret(secret);
  const sessions = new RememberingAws({
    wire,
    clock,
    ambient: () => Promise.resolve(rootKey),
    ...(memory ? { known: memory.aws } : {}),
  });
  const apis = new PinnedApis(wire, new ForbiddenPlaces(), (request, trust) => network.trusts(request, trust));
  const sites = rememberingSites({ apis, clock, learn: learnSecret, memory: memory?.sites });
  const note = (_object: KubeObject, one: Note) => void output.notes.push(one);
  const objects = createObjects({ client, resources: [program.resource, ...claimed], note });
  const proxmox = new ProxmoxLooks(clock, memory?.proxmox);
  let asked = { bytes: -1, look: 0 };
  const generates = program.kind.kind === 'PbsInstance';
  const which = () => {
    const { look } = network;
    asked = { bytes: asked.look === look || !generates ? asked.bytes + 1 : 0, look };
    return generates ? `left ${leftSoFar(network)} ${asked.bytes}` : `${network.count} ${asked.bytes}`;
  };
  const outside: Outside = {
    aws: sessions,
    opnsense: sites.opnsense,
    openstack: sites.openstack,
    pve: new Pves(apis, clock, proxmox.pve, proxmox.kept),
    pbs: new PbsServers({ apis, clock, learn: learnSecret, looks: proxmox.pbs }),
    probes: new TcpProbes(own, new ForbiddenPlaces()),
    secrets: createSecrets({ client }),
    configMaps: createConfigMaps(client),
    objects,
    clock,
    randomBytes: (size) => unguessable(worlds, which(), size),
    siblings: (kind) => (kind === program.resource.kind ? [] : siblingsIn(worlds, kind)),
    clusterUID: 'cluster-1',
    permits: () => ({ allowed: true }),
    learnSecret,
  };
  const engine: Engine<Outside> = {
    outside,
    objects,
    clock,
    random: () => 0.5,
    scrub: (text) => redactor.scrub(text),
    driftIntervalMs: 600_000,
  };
  const given: Parts = { kind: program.kind, engine, client, wire };
  const parts = program.parts ? program.parts(given) : given;
  const known = new Map(structuredClone(memory?.looks));
  const looks = new Looks({ kind: parts.kind, engine: parts.engine, known });
  const written = new ListedWrites(clock, key, memory?.written);
  const other = program.look?.(parts);
  return {
    sender,
    killed: death,
    records: output.records,
    written,
    client,
    remembers: () =>
      sessions.others || !isPlain(program) || clock.sleeping > 0
        ? undefined
        : {
            number,
            looks: structuredClone(known),
            aws: sessions.save(),
            proxmox: proxmox.save(),
            sites: sites.save(),
            written: written.save(),
            learned: [...learned],
          },
    look: async (object) => (other && object ? other(object) : looks.process(key, object)),
  };
}
