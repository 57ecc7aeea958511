// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The owner mark of DNS records, which have no tags: a TXT record beside them, in the format and at the name of external-dns's TXT registry
 * (external-dns, docs/registry/txt.md, "For version v0.18+"; endpoint/labels.go), so that it and its users see whose a record is and leave
 * it alone. external-dns never touches what has another owner than its own (`--txt-owner-id`), nor do we. Pure.
 */
import { isWithin } from './domain-name.ts';
import type { Owner, Ownership } from './owner-mark.ts';
import { txtText, txtValue } from './txt-value.ts';

const heritage = 'external-dns';
const prefix = `${heritage}/`;
const ours = 'hybridcloud';
/** Where external-dns's own name would be outside the zone, no valid name, or a label that is too long. */
const affix = `_${ours}-`;
const longestLabel = 63;

/** What such a TXT record says. */
export interface RegistryMark {
  /** `--txt-owner-id` of the external-dns that made it; of ours `hybridcloud/<cluster>/<uid>`. */
  readonly owner: string;
  /** `ingress/default/web`. */
  readonly resource: string;
}

/** The text in quotes, ready for a record. */
export function registryValue({ uid, cluster, object }: Owner): string {
  const [kind = '', ...names] = object.split('/');
  const resource = [kind.toLowerCase(), ...names].join('/');
  return txtValue(`heritage=${heritage},${prefix}owner=${ours}/${cluster}/${uid},${prefix}resource=${resource}`);
}

/** `undefined`: a TXT record about something else. Labels that are no pair are skipped, as external-dns does. */
export function registryMarkIn(value: string): RegistryMark | undefined {
  const pairs = txtText(value)
    .split(',')
    .map((token) => token.split('='))
    .filter((pair) => pair.length === 2);
  const labels = new Map(pairs as [string, string][]);
  if (labels.get('heritage') !== heritage) return undefined;
  return { owner: labels.get(`${prefix}owner`) ?? '', resource: labels.get(`${prefix}resource`) ?? '' };
}

/** Whose the records are that a TXT record of that value stands beside; `nobodys` where it is no such mark. */
export function registryOwnershipOf(value: string, owner: Owner): Ownership {
  const mark = registryMarkIn(value);
  if (!mark) return 'nobodys';
  const [, cluster, uid] = new RegExp(`^${ours}/([^/]+)/([^/]+)$`).exec(mark.owner) ?? [];
  if (uid === owner.uid && cluster === owner.cluster) return 'mine';
  if (uid !== undefined) return { other: mark.resource || uid, uid };
  const resource = mark.resource ? ` (${mark.resource})` : '';
  return { other: `external-dns with the owner id ${mark.owner || '(none)'}${resource}`, uid: mark.owner };
}

/**
 * The name of our TXT record for records of that name and type: external-dns's default, `a-www.example.com` for A records of
 * `www.example.com`. Beside the zone's own name and for wildcards that default cannot be; then, as external-dns's documentation has it for
 * the former, a label of its own: `_hybridcloud-a.example.com`, `_hybridcloud-a-wildcard.example.com`.
 */
export function registryName(name: string, type: string, zone: string): string {
  const [label = '', ...rest] = name.split('.');
  const kind = type.toLowerCase();
  if (name === zone) return `${affix}${kind}.${zone}`;
  if (label === '*') return `${affix}${kind}-wildcard.${rest.join('.')}`;
  return label.length + kind.length + 1 > longestLabel ? `${affix}${kind}.${name}` : `${kind}-${name}`;
}

/**
 * Where others' marks for these records may be, beside our name: in the names that external-dns had before (the record's own, and
 * `cname-` for aliases). One that runs with a prefix or suffix of its own is not found here: its records have no mark that we know, and are
 * foreign all the same.
 */
export function registryNames(name: string, type: string, zone: string): readonly string[] {
  const names = [registryName(name, type, zone), `${type.toLowerCase()}-${name}`, `cname-${name}`, name];
  return [...new Set(names)].filter((one) => isWithin(one, zone));
}
