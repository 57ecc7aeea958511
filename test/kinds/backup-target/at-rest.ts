// SPDX-License-Identifier: GPL-3.0-or-later
/** Many objects of one account at rest, each looked at when it asked to be, and what that costs in calls. */
import { isReady, makeStage, type Stage } from '../stage.ts';
import { manifestOf } from './manifests.ts';

export interface AtRest {
  readonly stage: Stage;
  readonly objects: number;
  readonly seconds: number;
  readonly driftSeconds: number;
  /** `service:Action` → calls in that time. */
  readonly calls: Readonly<Record<string, number>>;
  readonly looks: number;
}

/** Makes the objects, then lets `seconds` pass. */
export async function atRest(objects: number, seconds: number, driftSeconds = 600): Promise<AtRest> {
  const stage = makeStage({ driftIntervalMs: driftSeconds * 1000 });
  const due = new Map<string, number>();
  for (let n = 1; n <= objects; n++) {
    const manifest = manifestOf({}, n);
    await stage.apply(manifest);
    await stage.until(manifest.name, isReady);
    due.set(manifest.name, stage.clock.now());
  }
  // one whole round first, so that nothing of the creation is counted
  await pass(stage, due, driftSeconds);
  stage.outputs.records.length = 0;
  const looks = await pass(stage, due, seconds);
  const calls: Record<string, number> = {};
  for (const { call } of stage.outputs.records) {
    const name = `${call.service}:${call.action}`;
    calls[name] = (calls[name] ?? 0) + 1;
  }
  return { stage, objects, seconds, driftSeconds, calls, looks };
}

/** Each look at its time, in order, as the queue would. */
async function pass(stage: Stage, due: Map<string, number>, seconds: number): Promise<number> {
  const end = stage.clock.now() + seconds * 1000;
  for (let looks = 0; ; looks++) {
    const [name, at] = [...due].reduce((first, other) => (other[1] < first[1] ? other : first));
    if (at >= end) {
      await stage.clock.advance(end - stage.clock.now());
      return looks;
    }
    await stage.clock.advance(Math.max(0, at - stage.clock.now()));
    const outcome = await stage.look(name);
    due.set(name, stage.clock.now() + (outcome?.next === 'later' ? outcome.ms : 0));
  }
}

/** Read more seldom, on top of the fewest: settings that hardly ever change, and what CloudWatch says of usage. */
export const rareReads = [
  's3:GetObjectLockConfiguration',
  's3:GetBucketRequestPayment',
  's3:ListBucketIntelligentTieringConfigurations',
  'cloudwatch:GetMetricData',
];

/** The fewest reads that see all there is to see once per drift interval: two lists for all, and each object's own keys and settings. */
export function fewestReads({ objects, seconds, driftSeconds }: Pick<AtRest, 'objects' | 'seconds' | 'driftSeconds'>) {
  const rounds = seconds / driftSeconds;
  return {
    's3:ListBuckets': rounds,
    'iam:GetAccountAuthorizationDetails': rounds,
    'iam:ListAccessKeys': rounds * objects,
    's3:GetBucketTagging': rounds * objects,
    's3:GetPublicAccessBlock': rounds * objects,
    's3:GetBucketOwnershipControls': rounds * objects,
    's3:GetBucketEncryption': rounds * objects,
    's3:GetBucketVersioning': rounds * objects,
    's3:GetBucketLifecycleConfiguration': rounds * objects,
    's3:GetBucketPolicy': rounds * objects,
  };
}
