// SPDX-License-Identifier: GPL-3.0-or-later
import type { S3Operations } from './operation.ts';
export const lifecycleOperations: S3Operations = {};
