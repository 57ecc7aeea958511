// SPDX-License-Identifier: GPL-3.0-or-later
/** The forms in which a secret may show. Written without a look at the operator's own list: that must not prove itself. */

/** What surely comes of the secret alone, when `before` bytes stand in front of it. */
function base64At(bytes: Buffer, before: number): string {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** Plain, base64 wherever it begins in a group of three bytes (and the same for URLs), URL-encoded, hex, JSON-escaped. */
export function formsOf(secret: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(secret, 'utf8');
  const aligned = [0, 1, 2].map((before) => base64At(bytes, before));
  const url = encodeURIComponent(secret);
  return {
    plain: secret,
    ...Object.fromEntries(aligned.map((form, before) => [`base64 at ${before}`, form])),
    ...Object.fromEntries(
      aligned.map((form, before) => [`base64url at ${before}`, form.replaceAll('+', '-').replaceAll('/', '_')]),
    ),
    'URL-encoded': url,
    'URL-encoded, lower case': url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    hex: bytes.toString('hex'),
    'hex, upper case': bytes.toString('hex').toUpperCase(),
    'JSON-escaped': JSON.stringify(secret).slice(1, -1),
    'JSON-escaped, with slashes': JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  };
}
