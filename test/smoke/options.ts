// SPDX-License-Identifier: GPL-3.0-or-later
import { parseArgs } from 'node:util';

export interface Options {
  readonly region: string;
  /** Another S3, IAM and STS than AWS's own: the simulator, in tests. */
  readonly endpoint?: string;
}

/** S3 requests of a whole run, at most; a test counts them. */
export const mostS3Requests = 150;

/**
 * PUT, COPY, POST and LIST are the dearest S3 requests: 0.005 USD for 1,000 in us-east-1, and up to 0.0070 in the dearest commercial region
 * (S3 pricing, "Requests & data retrievals"); IAM and STS are free, and so is a bucket.
 */
const centsForEach = 0.0007;

export function costLine(): string {
  const cents = mostS3Requests * centsForEach;
  return `This makes a real bucket, user and key in your AWS account and takes them away again: at most ${mostS3Requests} S3 requests, under ${(Math.ceil(cents * 10) / 10 / 100).toFixed(3)} USD; IAM and STS are free.`;
}

export type Asked = { readonly run: Options } | { readonly refused: string };

/** Without `--i-pay` nothing is done. */
export function readOptions(argv: readonly string[]): Asked {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'i-pay': { type: 'boolean', default: false },
        region: { type: 'string', default: 'us-east-1' },
        endpoint: { type: 'string' },
      },
    });
    if (!values['i-pay']) return { refused: 'Nothing was done. To run it: npm run smoke -- --i-pay [--region REGION]' };
    const { region, endpoint } = values;
    return { run: { region, ...(endpoint === undefined ? {} : { endpoint }) } };
  } catch (error) {
    return { refused: `${(error as Error).message}. Use: npm run smoke -- --i-pay [--region REGION]` };
  }
}
