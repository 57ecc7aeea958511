// SPDX-License-Identifier: GPL-3.0-or-later
/** What tests of schemas on a real API server share: a server with the CRDs, a namespace of one's own, and kubectl. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { changed, manifest, type Manifest, type Spec } from '../api/manifests.ts';
import { startServerProcess, stopServer, there as serverThere } from './api-server.ts';

const run = promisify(execFile);
const given = process.env['E2E_KUBECONFIG'];
export const there = given !== undefined || serverThere;
export const skipped = 'skipped: neither E2E_KUBECONFIG nor ../shared/kube is there.';

export interface Validating {
  readonly namespace: string;
  kubectl(args: readonly string[], input?: unknown): Promise<{ readonly ok: boolean; readonly out: string }>;
  /** @throws Error with what kubectl said. */
  must(args: readonly string[], input?: unknown): Promise<string>;
  /** Nothing is stored. */
  tried(object: Manifest): Promise<{ readonly ok: boolean; readonly out: string }>;
  inNamespace(name: string, spec: Spec, kind?: string): Manifest;
  end(): Promise<void>;
}

export const tryOut = ['create', '--dry-run=server', '--validate=false', '-o', 'json', '-f', '-'];

export async function validating(): Promise<Validating> {
  const folder = given === undefined ? (await startServerProcess()).folder : undefined;
  const kubeconfig = given ?? join(folder ?? '', 'kubeconfig');
  const namespace = `validation-${process.pid}`;
  const kubectl: Validating['kubectl'] = (args, input) => {
    const running = run('kubectl', [...args], { env: { ...process.env, KUBECONFIG: kubeconfig }, timeout: 30_000 });
    // a kubectl that has ended reads no more: its status says what there is to say
    running.child.stdin?.on('error', () => undefined);
    running.child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
    return running.then(
      ({ stdout }) => ({ ok: true, out: stdout }),
      (error: { stdout: string; stderr: string }) => ({ ok: false, out: error.stdout + error.stderr }),
    );
  };
  const must: Validating['must'] = async (args, input) => {
    const { ok, out } = await kubectl(args, input);
    if (!ok) throw new Error(out);
    return out;
  };
  const validation: Validating = {
    namespace,
    kubectl,
    must,
    tried: (object) => kubectl(tryOut, object),
    inNamespace(name, spec, kind = 'BackupTarget') {
      const object = manifest(name, spec);
      return { ...object, kind, metadata: { ...object.metadata, namespace } };
    },
    async end() {
      if (folder === undefined) await kubectl(['delete', 'namespace', namespace, '--wait=false']);
      else stopServer(folder);
    },
  };
  await must(['apply', '-f', 'crds']);
  await must(['wait', '--for=condition=Established', '--timeout=30s', '-f', 'crds']);
  await must(['create', 'namespace', namespace]);
  await rulesAreInForce(validation);
  return validation;
}

/** For some seconds after a CRD is established the server of ../shared/kube may answer by its old core, which knows no CEL. */
async function rulesAreInForce({ tried, inNamespace }: Validating): Promise<void> {
  for (let inARow = 0; inARow < 3; ) {
    const { out } = await tried(inNamespace('bad', changed({ 'bucket.name': 'A'.repeat(3) })));
    inARow = out.includes('bucket.name may hold') ? inARow + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
