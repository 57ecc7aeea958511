// SPDX-License-Identifier: GPL-3.0-or-later
import { finalizer } from '../../api/annotations.ts';
import { toSchema } from '../../api/crd.ts';
import {
  gslbEndpoint as api,
  parseGslbEndpoint,
  type GslbEndpointSpec,
  type GslbEndpointStatus,
} from '../../api/gslb-endpoint.ts';
import { boundStatus } from '../../api/status-bounds.ts';
import { load } from '../../clouds/aws/clients.ts';
import type { Kind } from '../../core/kind.ts';
import type { Outside } from '../outside.ts';
import { act } from './act.ts';
import { after } from './after.ts';
import { alike } from './alike.ts';
import { calls } from './calls.ts';
import { connect, type Clouds } from './connect.ts';
import { drift } from './drift.ts';
import { facts } from './facts.ts';
import { passwordSecrets } from './haproxy/desired.ts';
import { identity } from './identity.ts';
import { news } from './news.ts';
import { observe } from './observe.ts';
import type { Observed } from './observed.ts';
import { plan } from './plan/plan.ts';
import type { GslbStep } from './steps.ts';

const statusShape = toSchema(api.statusSchema);

export const gslbEndpoint: Kind<GslbEndpointSpec, GslbEndpointStatus, Observed, GslbStep, Outside, Clouds> = {
  kind: api.kind,
  plural: api.plural,
  finalizer,
  load: () => load(['sts', 'route53']),
  parse: parseGslbEndpoint,
  parseStatus: (status) => {
    const parsed = api.statusSchema.safeParse(status ?? {});
    return parsed.success ? parsed.data : {};
  },
  bound: (status) => boundStatus(statusShape, status),
  secrets: ({ aws, haproxy }) => [
    ...(aws.credentialsSecretRef ? [aws.credentialsSecretRef.name] : []),
    ...(haproxy ? Object.values(passwordSecrets(haproxy)) : []),
    ...(haproxy?.secretRef ? [haproxy.secretRef.name] : []),
  ],
  connect,
  observe,
  plan,
  after,
  calls,
  identity,
  alike,
  drift,
  account: ({ account }) => account,
  act,
  facts,
  news,
  // nothing is tried here
  probed: (known) => known,
};
