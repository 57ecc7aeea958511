// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What Proxmox VE means by an error: the text is the status line's reason, and since pve-http-server 5 the JSON's `message` too; what is
 * missing is a 500, and so is what is locked.
 */
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { oneLine } from '../../core/one-line.ts';
import type { HttpsAnswer } from '../https/answer.ts';
import { failureOf } from '../https/failures.ts';

const body = z.object({
  message: z.string().optional(),
  errors: z.record(z.string(), z.unknown()).optional(),
});

/** All that it says, in one line; empty where it says nothing. */
export function saidBy({ text, reason }: HttpsAnswer): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const { message = '', errors = {} } = body.safeParse(parsed).data ?? {};
  const fields = Object.entries(errors).map(([name, what]) => `${name}: ${String(what)}`);
  return oneLine([message.trim() || reason, ...fields].filter(Boolean).join('; '));
}

/** The only thing that says so: there is no 404 (AbstractConfig, "does not exist"; Jobs, "No such job"). */
export function isMissing(answer: HttpsAnswer): boolean {
  if (answer.status !== 500 && answer.status !== 400) return false;
  return /does not exist|no such (job|vzdump job|task|storage|volume)/i.test(saidBy(answer));
}

/** Somebody else has it for the moment: nothing was done. (PVE::AbstractConfig check_lock; PVE::Cluster cfs_lock; PVE::Tools lock_file.) */
const busy = /can't lock file|VM is locked|got lock (request )?timeout|cfs-lock|cluster not ready/i;
const taken = /already (exists|defined|used)/i;

const cures = {
  unauthorized:
    'Put tokenID (user@realm!name) and secret of a living API token into the Secret of proxmox.credentialsSecretRef',
  forbidden: 'Grant it to the token: Datacenter > Permissions, or `pveum acl modify PATH --tokens TOKEN --roles ROLE`',
};

/** pveproxy's own client gave up on a daemon or another node: 595 to 599. What was asked may have been done. */
function lostOnTheWay(status: number): boolean {
  return status >= 595 && status <= 599;
}

export function refusal(answer: HttpsAnswer, who: string, action: string): Failure {
  const said = saidBy(answer);
  if (lostOnTheWay(answer.status))
    return new Failure({
      class: 'Transient',
      reason: 'NodeUnreachable',
      message: `${who} does not reach the node for ${action}${said === '' ? '' : `: ${said.slice(0, 300)}`}`,
    });
  if (answer.status === 500 && busy.test(said))
    return new Failure({
      class: 'Transient',
      reason: 'Locked',
      message: `${who} has it locked for somebody else: ${said.slice(0, 300)}`,
      applied: 'no',
    });
  if ((answer.status === 500 || answer.status === 400) && taken.test(said))
    return new Failure({
      class: 'Transient',
      reason: 'AlreadyThere',
      message: `${who} refuses ${action}: ${said.slice(0, 300)}`,
      applied: 'no',
    });
  if (answer.status === 501)
    return new Failure({
      class: 'Invalid',
      reason: 'NotImplemented',
      message: `${who} does not know ${action}: it is too old. Proxmox VE 8.4 or newer is needed`,
    });
  return failureOf(answer, { who, action, cures, said });
}
