// SPDX-License-Identifier: GPL-3.0-or-later
/** kubectl against the simulator over HTTP, as a user of `npm run demo -- --keep` types it. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { realClock } from '../../../src/simulator/kernel/clock.ts';
import { type Served, serve } from '../../../src/simulator/kernel/http.ts';
import { createKubernetes } from '../../../src/simulator/kubernetes/index.ts';
import { widgetCrd } from '../../contract/kubernetes/widget.ts';
import { widget } from './stage.ts';

const program = 'kubectl';
const isThere = spawnSync(program, ['version', '--client']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
const kubeconfig = join(folder, 'config');
const run = promisify(execFile);
let served: Served | undefined;

beforeAll(async () => {
  const world = createKubernetes({ clock: realClock() });
  served = await serve(world.service);
  writeFileSync(kubeconfig, world.kubeconfig(served.url));
  for (const [file, object] of Object.entries({
    crd: widgetCrd,
    widget: widget('one', { parts: [{ name: 'a' }] }),
    typo: widget('typo', { sise: 1 }),
  }))
    writeFileSync(join(folder, `${file}.json`), JSON.stringify(object));
});

afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true });
});

const environment = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: join(folder, 'cache') };

async function kubectl(words: string): Promise<string> {
  const { stdout, stderr } = await run(program, words.split(' '), {
    env: environment,
    cwd: folder,
    timeout: 15_000,
  }).catch((error: { stdout: string; stderr: string }) => error);
  return (stdout + stderr).trim();
}

function firstLines(child: ChildProcess, count: number): Promise<string[]> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString('utf8');
      // what comes after the last newline is not a line yet
      const lines = text.split('\n').slice(0, -1);
      if (lines.length >= count) resolve(lines);
    });
  });
}

if (!isThere) test.skip('skipped: kubectl is not installed', () => {});
else
  test('kubectl applies, shows, changes, waits for and deletes objects.', async () => {
    expect(await kubectl('apply -f crd.json')).toBe(
      'customresourcedefinition.apiextensions.k8s.io/widgets.sample.dev created',
    );
    expect(await kubectl('wait --for=condition=Established crd/widgets.sample.dev --timeout=5s')).toContain(
      'condition met',
    );
    expect(await kubectl('apply -f widget.json')).toBe('widget.sample.dev/one created');
    expect(await kubectl('apply -f typo.json')).toContain('strict decoding error: unknown field "spec.sise"');
    expect(await kubectl('get wd')).toMatch(/^NAME +READY +SIZE +AGE\none +1 +\d+s$/);
    expect(await kubectl('get sample -o wide')).toMatch(/^NAME +READY +SIZE +NOTE +AGE\n/);
    expect(await kubectl('explain widget.spec.size')).toMatch(/FIELD: size <integer>[\s\S]*How big\./);
    // OpenAPI v2 comes in protobuf; Argo CD reads it too
    expect(await kubectl('explain widget.spec.parts --output=plaintext-openapiv2')).toMatch(
      /RESOURCE: parts <\[\]Object>[\s\S]*name\t<string> -required-[\s\S]*sub\t<\[\]string>/,
    );
    const watching = spawn(program, ['get', 'wd', '-w'], { env: environment });
    try {
      const lines = firstLines(watching, 3);
      await firstLines(watching, 2);
      expect(await kubectl('patch wd one --type=merge -p {"spec":{"size":4}}')).toBe('widget.sample.dev/one patched');
      expect((await lines)[2]).toMatch(/^one +4 /);
    } finally {
      watching.kill();
    }
    expect(await kubectl('annotate wd one a=b')).toBe('widget.sample.dev/one annotated');
    expect(await kubectl('wait --for=jsonpath={.spec.size}=4 wd/one --timeout=5s')).toContain('condition met');
    expect(await kubectl('apply --server-side -f widget.json')).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl-patch" using sample.dev/v1: .spec.size',
    );
    expect(await kubectl('create secret generic s --from-literal=a=b')).toBe('secret/s created');
    expect(await kubectl('get secret s -o jsonpath={.data.a}')).toBe('Yg==');
    expect(await kubectl('describe wd one')).toMatch(/Annotations: +a: b/);
    expect(await kubectl('auth can-i delete secrets')).toBe('yes');
    expect(await kubectl('--context=operator auth can-i delete secrets')).toContain('no');
    expect(await kubectl('delete wd one')).toContain('widget.sample.dev "one" deleted');
    expect(await kubectl('get wd one')).toBe('Error from server (NotFound): widgets.sample.dev "one" not found');
  }, 20_000);
