// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';

/** What the API calls a resource: enough to build its address. `group` is empty for the core API. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** One object, or a collection when `name` is missing; all namespaces when `namespace` is missing too. */
export interface Place {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: 'status';
}

export const secrets: Resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
export const configMaps: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
export const events: Resource = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true };
export const leases: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** `backuptargets/status`: as RBAC rules and the call log write it. */
export function resourceName(resource: Resource, place: Place = {}): string {
  return place.subresource ? `${resource.plural}/${place.subresource}` : resource.plural;
}

/** A name may come from a user's reference: it must stay one segment of the address. */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..' || /[/\\\0]/.test(text)) {
    throw new Failure({
      class: 'Invalid',
      reason: 'InvalidName',
      message: 'a name in a Kubernetes address is empty or holds a slash: correct the reference',
    });
  }
  return encodeURIComponent(text);
}

export function pathOf(resource: Resource, place: Place): string {
  const parts = [resource.group === '' ? 'api' : `apis/${segment(resource.group)}`, segment(resource.version)];
  if (resource.namespaced && place.namespace !== undefined) parts.push('namespaces', segment(place.namespace));
  parts.push(segment(resource.plural));
  if (place.name !== undefined) parts.push(segment(place.name));
  if (place.subresource) parts.push(place.subresource);
  return `/${parts.join('/')}`;
}
