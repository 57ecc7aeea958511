// SPDX-License-Identifier: GPL-3.0-or-later
import { kubeconfigConnection, loadKubeconfig, type Connection } from '../kube/connection.ts';
import { CommandError } from './command/exit-status.ts';
import { printable } from './command/printable.ts';
import { systemClock } from './system-clock.ts';

/** @throws CommandError in one line. */
export function connectionOf(choice: { readonly kubeconfig?: string; readonly context?: string }): Connection {
  try {
    const { kubeconfig: file, context } = choice;
    const named = { ...(file === undefined ? {} : { file }), ...(context === undefined ? {} : { context }) };
    return kubeconfigConnection(() => loadKubeconfig(named), systemClock);
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new CommandError(
      `no way to the Kubernetes API: ${printable(line.replace(/^Error: /, ''), 200)}: give --kubeconfig FILE and --context NAME`,
    );
  }
}
