// SPDX-License-Identifier: GPL-3.0-or-later
/** Judges what a GslbEndpoint makes beside its records: sites, certificates, files. docs/proof.md defines each oracle. */
import type { Carried } from '../network.ts';
import type { Worlds } from '../worlds.ts';
import { doubled, holdings, ownerTag, servingSites } from './gslb-holdings.ts';
import type { LooksNeeded } from './fresh-looks.ts';
import type { GslbObject } from './gslb-picture.ts';

/** By destructive call the reads that must come before it. */
export const siteLooks: LooksNeeded = {
  TerminateInstances: ['DescribeInstances'],
  DeregisterImage: ['DescribeImages'],
  DeleteSnapshot: ['DescribeSnapshots'],
  DeleteSecurityGroup: ['DescribeSecurityGroups'],
  DeleteCertificate: ['ListTagsForCertificate'],
  DeleteLoadBalancer: ['DescribeTags'],
  DeleteTargetGroup: ['DescribeTags'],
};

/** What goes by these calls has to be ours, by the mark that it bears when it goes. */
const destructive = new Set([...Object.keys(siteLooks), 'DeleteListener']);

type Say = (oracle: string, what: string) => void;

interface Files {
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata: {
    readonly name: string;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
}

export class SiteOracles {
  readonly #worlds: Worlds;
  readonly #say: Say;
  #foreign: ReadonlyMap<string, string> = new Map();
  /** Sites that have served since a person last did something. */
  #served: ReadonlySet<string> = new Set();

  constructor(worlds: Worlds, say: Say, from?: SiteOracles) {
    this.#worlds = worlds;
    this.#say = say;
    if (!from) return;
    this.#foreign = from.#foreign;
    this.#served = from.#served;
  }

  knowledge(): unknown {
    return [...this.#served].sort();
  }

  /** What people change is theirs to change, and so is what they take from ours. */
  acted(uid: string | undefined): void {
    this.#foreign = this.#ofOthers(uid);
    this.#served = new Set(this.#serving(uid));
  }

  sending({ action, parameters }: Carried, uid: string | undefined): void {
    if (!destructive.has(action)) return;
    const named = Object.values(parameters).join(' ');
    const thing = holdings(this.#worlds).find(({ id }) => named.includes(id));
    if (!thing) return;
    if (thing.tags[ownerTag] !== uid) this.#say('intent', `${action} of ${thing.what} ${thing.id}, which is not ours`);
    if (action === 'DeleteCertificate' && this.#isUsed(thing.id))
      this.#say('in-use', `certificate ${thing.id} was to be deleted while a listener uses it`);
  }

  sent({ action }: Carried, last: GslbObject | undefined): void {
    const uid = last?.metadata.uid;
    const now = this.#ofOthers(uid);
    for (const [what, before] of this.#foreign)
      if (now.get(what) !== before) this.#say('foreign', `${what} was changed by ${action}`);
    if (uid === undefined) return;
    for (const purpose of doubled(this.#worlds, uid)) this.#say('duplicate', `two: ${purpose}`);
    this.#judgeSites(action, last);
    const published = this.#files('configmaps').map(({ data }) => JSON.stringify(data ?? {}));
    if (passwordsIn(this.#worlds).some((password) => published.some((text) => text.includes(password))))
      this.#say('secret-shown', `a password stands in a ConfigMap after ${action}`);
  }

  /** What of the object is left in the clouds, and in its namespace. */
  left(uid: string | undefined): readonly string[] {
    if (uid === undefined) return [];
    const things = holdings(this.#worlds).filter(({ tags }) => tags[ownerTag] === uid);
    const files = ['configmaps', 'secrets'].flatMap((plural) =>
      this.#files(plural).filter(({ metadata: { ownerReferences = [] } }) =>
        ownerReferences.some((one) => one.uid === uid),
      ),
    );
    return [
      ...things.map(({ what, id }) => `${what} ${id}`),
      ...files.map(({ metadata: { name } }) => `files ${name}`),
    ];
  }

  /** A site that served goes on serving as long as it is wanted. */
  #judgeSites(when: string, last: GslbObject | undefined): void {
    const serving = this.#serving(last?.metadata.uid);
    if (last?.metadata.deletionTimestamp !== undefined) {
      this.#served = new Set();
      return;
    }
    const wanted = new Set((last?.spec.sites ?? []).map(({ name }) => name));
    const out = [...this.#served].filter((site) => wanted.has(site) && !serving.includes(site));
    for (const site of out) this.#say('site-out', `${site} served, and does not after ${when}`);
    this.#served = new Set([...serving, ...out]);
  }

  /** Claimed to work: then every site that is wanted has served. */
  judgeReady(last: GslbObject | undefined, when: string): void {
    const missing = (last?.spec.sites ?? []).filter(({ name }) => !this.#served.has(name));
    for (const { name } of missing) this.#say('ready', `claimed at ${when} while site ${name} does not serve`);
  }

  #serving(uid: string | undefined): readonly string[] {
    return uid === undefined ? [] : servingSites(this.#worlds, uid);
  }

  #isUsed(arn: string): boolean {
    return holdings(this.#worlds).some(({ what, told }) => what === 'listener' && JSON.stringify(told).includes(arn));
  }

  #files(plural: string): readonly Files[] {
    return this.#worlds.kube.objects(plural);
  }

  #ofOthers(uid: string | undefined): ReadonlyMap<string, string> {
    const things = holdings(this.#worlds).filter(({ tags }) => uid === undefined || tags[ownerTag] !== uid);
    const files = ['configmaps', 'secrets'].flatMap((plural) =>
      this.#files(plural).map((one) => [plural, one] as const),
    );
    const theirs = files.filter(
      ([
        ,
        {
          metadata: { ownerReferences = [] },
        },
      ]) => ownerReferences.length === 0,
    );
    return new Map([
      ...things.map(({ what, id, told, tags }) => [`${what} ${id}`, JSON.stringify([told, tags])] as const),
      ...theirs.map(([plural, one]) => [`${plural} ${one.metadata.name}`, JSON.stringify(one)] as const),
    ]);
  }
}

/** Passwords, in every version that people wrote. */
export function passwordsIn({ kube }: Worlds): readonly string[] {
  return kube.objects('secrets').flatMap(({ data }) => {
    const { password } = (data ?? {}) as { password?: string };
    return password === undefined ? [] : [Buffer.from(password, 'base64').toString()];
  });
}

/** How targets are, this process was told; and of what it was told, a look that is cut off concludes nothing. */
export function heardOfTargets(calls: readonly Carried[], process: number): boolean {
  const own = calls.filter((one) => one.process === process);
  const told = own.findIndex(({ action, status }) => action === 'DescribeTargetHealth' && status === 200);
  const cutOff = new Set(own.flatMap(({ fault, effect, look }) => (fault && effect === 'read' ? [look] : [])));
  return told >= 0 && own.slice(told).some(({ look }) => !cutOff.has(look));
}
