// SPDX-License-Identifier: GPL-3.0-or-later
/** A real API server for end-to-end tests: the cluster that E2E_KUBECONFIG names, or one started for this run. */
import { join } from 'node:path';
import { startServerProcess, stopServer, there } from './api-server.ts';

export interface RealServer {
  /** Contexts `admin` and, on a server of our own, `operator`. */
  readonly kubeconfig: string;
  /** Whether garbage collector and namespace controller run. */
  readonly controllers: boolean;
  stop(): Promise<void>;
}

export async function realServer({
  controllers = true,
}: {
  controllers?: boolean;
} = {}): Promise<RealServer | { readonly skipped: string }> {
  const given = process.env.E2E_KUBECONFIG;
  if (given) return { kubeconfig: given, controllers: true, stop: () => Promise.resolve() };
  if (!there) return { skipped: 'no API server: E2E_KUBECONFIG is not set, and ../shared/kube is not there' };
  const { folder } = await startServerProcess(controllers ? { KUBE_CONTROLLERS: '1' } : {});
  return {
    kubeconfig: join(folder, 'kubeconfig'),
    controllers,
    stop: () => {
      stopServer(folder);
      return Promise.resolve();
    },
  };
}
