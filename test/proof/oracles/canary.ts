// SPDX-License-Identifier: GPL-3.0-or-later
/** Do the Secret's credentials really work? Tried on a copy of the world, with the SDK alone: nothing of the operator's is in it. */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createAws } from '../../../src/simulator/aws/index.ts';
import { inProcess } from '../../simulator/aws/sdk.ts';
import { region, type Worlds } from '../worlds.ts';

export interface SecretObject {
  readonly data?: Readonly<Record<string, string>>;
}

export function decoded(secret: SecretObject | undefined, name: string): string {
  return Buffer.from(secret?.data?.[name] ?? '', 'base64').toString('utf8');
}

/** `undefined` when they do, else why not. */
export async function whyNot(
  worlds: Worlds,
  secret: SecretObject | undefined,
  spot: { readonly prefix: string; readonly lagMs: number },
): Promise<string | undefined> {
  if (!secret) return 'there is no Secret';
  const { clock } = worlds;
  const copy = createAws({ clock, lagMs: spot.lagMs });
  copy.restore(worlds.aws.snapshot());
  const client = new S3Client({
    region,
    credentials: { accessKeyId: decoded(secret, 'accessKeyID'), secretAccessKey: decoded(secret, 'secretAccessKey') },
    requestHandler: inProcess(copy.service) as never,
    maxAttempts: 1,
    systemClockOffset: clock.now() - Date.now(),
  });
  const at = { Bucket: decoded(secret, 'bucket'), Key: `${spot.prefix}proof-of-the-proof` };
  try {
    await client.send(new PutObjectCommand({ ...at, Body: 'x' }));
    await (await client.send(new GetObjectCommand(at))).Body?.transformToString();
    await client.send(new DeleteObjectCommand(at));
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
