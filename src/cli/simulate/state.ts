// SPDX-License-Identifier: GPL-3.0-or-later
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AwsWorld } from '../../simulator/aws/index.ts';
import { loadSnapshot } from '../../simulator/kernel/snapshot-file.ts';
import type { KubernetesWorld } from '../../simulator/kubernetes/index.ts';
import { CommandError } from '../command/exit-status.ts';
import { printable } from '../command/printable.ts';
import type { ProxmoxSite } from './proxmox-site.ts';
import type { Sites } from './sites.ts';

interface Worlds {
  readonly aws: AwsWorld;
  readonly kubernetes: KubernetesWorld;
  readonly sites: Sites;
  readonly proxmox: ProxmoxSite;
}

interface State {
  readonly aws: ReturnType<AwsWorld['snapshot']>;
  readonly kubernetes: object;
  /** Absent in a state of an older version. */
  readonly sites?: ReturnType<Sites['snapshot']>;
  readonly proxmox?: ReturnType<ProxmoxSite['snapshot']>;
  /** Written at the end of the worlds: nothing happened after it. */
  readonly ended?: boolean;
}

/** @returns Whether the worlds go on from that file; false when it is not there yet. @throws CommandError in one line. */
export async function readState(file: string, { aws, kubernetes, sites, proxmox }: Worlds): Promise<boolean> {
  const shown = printable(file, 200);
  await access(dirname(file), constants.W_OK).catch(() => {
    throw new CommandError(`${shown} cannot be written at the end: name a file in a folder that is there and writable`);
  });
  try {
    const state = (await loadSnapshot(file)) as State | undefined;
    if (state === undefined) return false;
    aws.restore(state.aws);
    if (state.sites !== undefined) sites.restore(state.sites);
    if (state.proxmox !== undefined) proxmox.restore(state.proxmox);
    kubernetes.restore(state.kubernetes, { killed: state.ended !== true });
    return true;
  } catch {
    throw new CommandError(`${shown} holds no state of simulated worlds: move it away, or name another file`);
  }
}
