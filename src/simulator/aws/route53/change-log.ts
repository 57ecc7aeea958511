// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { on } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { newID, stateOf } from './shelf.ts';
import type { Change } from './state.ts';

export function newChange(call: Call, comment: string | undefined): Change {
  const insyncAt = call.now + call.world.route53Times.propagation;
  const change = { id: newID(call, 'C'), account: call.principal.account, at: call.now, insyncAt, comment };
  stateOf(call).changes.set(change.id, change);
  return change;
}

export function changeXml({ now }: Call, { id, at, insyncAt, comment }: Change): Xml {
  return {
    Id: `/change/${id}`,
    Status: now < insyncAt ? 'PENDING' : 'INSYNC',
    SubmittedAt: new Date(at).toISOString(),
    Comment: comment,
  };
}

export const changeLogOperations: Route53Operations = {
  GetChange: {
    effect: 'read',
    method: 'GET',
    path: '/change/{Id}',
    authorize: on('route53:GetChange', 'change', 'Id'),
    run: getChange,
  },
};

/** API_GetChange. */
function getChange(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const id = must(input, 'Id');
  const change = stateOf(call).changes.get(id);
  if (change?.account !== call.principal.account)
    throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
  return { xml: { ChangeInfo: changeXml(call, change) } };
}
