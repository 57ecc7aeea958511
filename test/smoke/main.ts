// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run smoke -- --i-pay [--region REGION]`, with AWS credentials in the environment. */
import { smoke } from './smoke.ts';

const interrupted = new AbortController();
const end = () => interrupted.abort(new Error('interrupted'));
process.on('SIGINT', end).on('SIGTERM', end);
process.exitCode = await smoke(process.argv.slice(2), {
  env: process.env,
  say: (line) => process.stdout.write(`${line}\n`),
  signal: interrupted.signal,
});
