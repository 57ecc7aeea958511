// SPDX-License-Identifier: GPL-3.0-or-later
/** Calls of Proxmox, many of which only begin something. */
import type { HttpResponse } from '../../src/wire/call.ts';

/** The task that an answer names; the answer is as good as before. */
export async function begun(
  told: HttpResponse,
): Promise<{ readonly answer: HttpResponse; readonly upid: string | undefined }> {
  const pieces: Uint8Array[] = [];
  for await (const piece of told.body) pieces.push(piece);
  const whole = Buffer.concat(pieces);
  async function* body() {
    yield whole;
  }
  const upid = /"data":"(UPID:[^"]+)"/.exec(whole.toString())?.[1]?.replaceAll('\\\\', '\\');
  return { answer: { ...told, body: body() }, upid };
}

/** What such a task does goes to the bucket. */
export function isOfStore(upid: string | undefined): boolean {
  return /:(create-datastore|delete-datastore|s3-refresh):/.test(upid ?? '');
}

export function isProxmox(service: string): boolean {
  return service === 'pve' || service === 'pbs';
}
