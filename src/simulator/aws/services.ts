// SPDX-License-Identifier: GPL-3.0-or-later
import type { AwsService } from './call.ts';
import { iam } from './iam/service.ts';
import { s3 } from './s3/service.ts';
import { sts } from './sts/service.ts';

/** A new service is a folder of its own and one entry here. */
export const services: Readonly<Record<string, AwsService>> = { iam, s3, sts };
