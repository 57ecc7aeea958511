// SPDX-License-Identifier: GPL-3.0-or-later
/** A cluster with the operator installed as the README says, and an AWS beside it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { parseAllDocuments, stringify } from 'yaml';
import { createAws, type AwsAccount, type AwsWorld } from '../../../src/simulator/aws/index.ts';
import { quickEc2Times } from '../../../src/simulator/aws/ec2/times.ts';
import { quickElbTimes } from '../../../src/simulator/aws/elbv2/times.ts';
import { seedRunbooks } from '../../../src/simulator/aws/ec2/runbooks.ts';
import { realClock } from '../../../src/simulator/kernel/clock.ts';
import { serve } from '../../../src/simulator/kernel/http.ts';
import { kubectlWith, until } from '../kube-world.ts';
import { standInFront, type Front } from './front.ts';
import { startOperator, type OperatorChoice, type OperatorProcess } from './operator-process.ts';

/** Minutes in life, and seconds at most; in a test that waits for real, moments. */
const moments = {
  ...quickEc2Times,
  connectionCreate: 3000,
  connectionModify: 3000,
  connectionDelete: 2000,
  customerGatewayCreate: 500,
  customerGatewayDelete: 500,
  gatewayDelete: 500,
  attach: 1000,
  detach: 1000,
  staticRoute: 500,
};

export const home = 'hybrid-cloud-operator';
export const team = 'team-a';
export const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;

/** `kubeconfig`: instead of the way through the front, which answers no faster than this process, simulated AWS included, has time for. */
export type OperatorWish = Partial<Pick<OperatorChoice, 'bundle' | 'flags' | 'kubeconfig'>>;

export interface UserWorld {
  readonly aws: AwsWorld;
  readonly account: AwsAccount;
  /** The simulated S3 as somebody in that account sees it, who is not the operator. */
  s3(account?: AwsAccount): S3Client;
  /** What the operators asked of Kubernetes. */
  readonly front: Front;
  /** `kubectl -n team-a …` as the user; what it prints, its warnings left out. */
  kubectl(...args: string[]): Promise<string>;
  /** The same where it is refused: what it prints as its error. */
  refused(...args: string[]): Promise<string>;
  apply(...objects: object[]): Promise<string>;
  /** All that the user's namespace may use of the operator's own, a line each. */
  grant(...lines: readonly string[]): Promise<void>;
  operator(choice?: OperatorWish): OperatorProcess;
  /** One that leads and has complete caches. */
  leading(choice?: OperatorWish): Promise<OperatorProcess>;
  killOperators(): Promise<void>;
  close(): Promise<void>;
}

/** The shipped manifests, bound to the user `operator` of the test's kubeconfig; nothing else of them is changed. */
function shipped(folder: string): object[] {
  const { stdout } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  return parseAllDocuments(stdout).map((document) => {
    const manifest = document.toJS() as object;
    const subjects = [{ kind: 'User', name: 'operator', apiGroup: 'rbac.authorization.k8s.io' }];
    return 'subjects' in manifest ? { ...manifest, subjects } : manifest;
  });
}

/** @param kubeconfig With the contexts `admin`, current, and `operator`. */
export async function userWorld(kubeconfig: string): Promise<UserWorld> {
  await install(kubeconfig);
  const aws = createAws({
    clock: realClock(),
    ec2Times: moments,
    elbTimes: quickElbTimes,
    acmTimes: { resourceRecord: 500, validation: 3000 },
    route53Times: { propagation: 3000 },
  });
  const account = aws.account('123456789012');
  // the VPCs and the sites of examples/03 and 04, and the second region of 06
  seedRunbooks(account, {
    region: 'ap-northeast-2',
    elsewhere: 'ap-northeast-1',
    sites: ['123.142.252.10', '123.142.252.25'],
  });
  // that of examples/02-backup-target-kms.yaml
  account.makeKey({ region: 'ap-northeast-2', id: '1234abcd-12ab-34cd-56ef-1234567890ab' });
  const cloud = await serve(aws.service);
  const config = readFileSync(kubeconfig, 'utf8');
  const [address = ''] = /https:\/\/[^"\s,}]+/.exec(config) ?? [];
  const front = await standInFront(address);
  const folder = mkdtempSync(join(tmpdir(), 'user-'));
  const through = join(folder, 'kubeconfig');
  writeFileSync(
    through,
    config.replaceAll(/server:\s*"?https:\/\/[^"\s,}]+"?(, certificate-authority: [^}]+)?/g, `server: "${front.url}"`),
  );
  // also the operator as another user reads it
  chmodSync(folder, 0o755);
  const running: OperatorProcess[] = [];
  const kubectl = (...args: string[]) => kubectlWith(kubeconfig, ['-n', team, ...args]);
  const apply = (...items: object[]) =>
    kubectlWith(kubeconfig, ['-n', team, 'apply', '-f', '-'], stringify({ apiVersion: 'v1', kind: 'List', items }));
  const operator: UserWorld['operator'] = (choice = {}) => {
    const one = startOperator({ kubeconfig: through, awsEndpoint: cloud.url, key: account.rootKey, ...choice });
    running.push(one);
    return one;
  };
  const killOperators = async () => void (await Promise.all(running.splice(0).map((one) => one.kill())));
  return {
    aws,
    account,
    s3: ({ rootKey: { accessKeyID: accessKeyId, secretAccessKey } } = account) =>
      new S3Client({
        endpoint: cloud.url,
        region: 'ap-northeast-2',
        credentials: { accessKeyId, secretAccessKey },
        forcePathStyle: true,
      }),
    front,
    kubectl,
    refused: (...args) =>
      kubectl(...args).then(
        (printed) => Promise.reject(new Error(`not refused: ${printed}`)),
        (error: { stderr?: string }) => error.stderr ?? '',
      ),
    apply,
    grant: async (...lines) =>
      void (await kubectlWith(kubeconfig, ['apply', '-f', '-'], stringify(grantsOf(...lines)))),
    operator,
    async leading(choice) {
      const one = operator(choice);
      await one.says('all caches are complete');
      return one;
    },
    killOperators,
    async close() {
      await killOperators();
      await Promise.all([front.close(), cloud.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

function grantsOf(...lines: readonly string[]): object {
  const metadata = { name: `${home}-grants`, namespace: home };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [team]: lines.join('\n') } };
}

async function install(kubeconfig: string): Promise<void> {
  const send = (namespace: string, items: object[]) =>
    kubectlWith(
      kubeconfig,
      ['apply', '-f', '-', ...(namespace ? ['-n', namespace] : [])],
      stringify({ apiVersion: 'v1', kind: 'List', items }, { aliasDuplicateObjects: false }),
    );
  const namespaces = [home, team].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  await send('', namespaces);
  await send('', shipped('deploy'));
  await send(team, shipped('deploy/granted-namespace'));
  await send('', [grantsOf('identity')]);
  await kubectlWith(kubeconfig, ['wait', '--for=condition=Established', '--timeout=30s', '-f', 'crds']);
  // the server of ../shared/kube takes a moment until it stores what the CRD allows
  const probe = ['-n', team, 'apply', '--dry-run=server', '-f', 'examples/01-backup-target.yaml'];
  await until(() => kubectlWith(kubeconfig, probe).then(Boolean, () => false), 30_000);
}

/** A BackupTarget named `name`, and everything of it after that name. */
export function backupTarget(name: string, spec: object = {}): object {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'BackupTarget',
    metadata: { name },
    spec: {
      aws: { region: 'ap-northeast-2' },
      bucket: { name: `bucket-${name}` },
      user: { name: `user-${name}`, policyName: 'Proxmox-S3-Backup-Policy' },
      accessKey: { secretRef: { name: `${name}-s3` } },
      ...spec,
    },
  };
}
