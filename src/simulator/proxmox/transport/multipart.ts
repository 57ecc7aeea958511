// SPDX-License-Identifier: GPL-3.0-or-later
/** `multipart/form-data` of uploads (RFC 7578). PVE wants the file's part to be called `filename` (PVE::APIServer::AnyEvent, file_upload_multipart). */

export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly content: Uint8Array;
}

function partOf(bytes: Buffer): Part | undefined {
  const split = bytes.indexOf('\r\n\r\n');
  if (split < 0) return undefined;
  const head = bytes.subarray(0, split).toString('utf8');
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1] ?? '';
  const name = /(?:^|[;\s])name="([^"]*)"/.exec(disposition)?.[1];
  const filename = /filename="([^"]*)"/.exec(disposition)?.[1];
  if (name === undefined) return undefined;
  return { name, ...(filename === undefined ? {} : { filename }), content: bytes.subarray(split + 4) };
}

/** undefined: no boundary, or a body that does not keep to it. */
export function partsOf(contentType: string, body: Uint8Array): readonly Part[] | undefined {
  const matched = /boundary="?([^";]+)"?/.exec(contentType);
  if (!matched) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const boundary = Buffer.from(`--${matched[1]}`);
  const parts: Part[] = [];
  let at = bytes.indexOf(boundary);
  while (at >= 0) {
    const start = at + boundary.length;
    if (bytes.subarray(start, start + 2).toString() === '--') return parts;
    const next = bytes.indexOf(Buffer.concat([Buffer.from('\r\n'), boundary]), start);
    const part = next < 0 ? undefined : partOf(bytes.subarray(start + 2, next));
    if (!part) return undefined;
    parts.push(part);
    at = next + 2;
  }
  return undefined;
}
