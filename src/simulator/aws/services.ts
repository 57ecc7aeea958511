// SPDX-License-Identifier: GPL-3.0-or-later
import { acm } from './acm/service.ts';
import type { AwsService } from './call.ts';
import { cloudwatch } from './cloudwatch/service.ts';
import { ec2 } from './ec2/service.ts';
import { elbv2 } from './elbv2/service.ts';
import { iam } from './iam/service.ts';
import { kms } from './kms/service.ts';
import { route53 } from './route53/service.ts';
import { s3 } from './s3/service.ts';
import { sts } from './sts/service.ts';

/** A new service is a folder of its own and one entry here, under the name that signatures have. */
export const services: Readonly<Record<string, AwsService>> = {
  acm,
  ec2,
  elasticloadbalancing: elbv2,
  iam,
  kms,
  monitoring: cloudwatch,
  route53,
  s3,
  sts,
};
