// SPDX-License-Identifier: GPL-3.0-or-later
import { changeLogOperations } from './change-log.ts';
import { changeOperations } from './changes.ts';
import { checkOperations } from './checks.ts';
import { checkStatusOperations } from './check-status.ts';
import { limitOperations } from './limits.ts';
import { route53Service } from './protocol.ts';
import { recordOperations } from './records.ts';
import { tagOperations } from './tags.ts';
import { testDnsAnswerOperations } from './test-dns-answer.ts';
import { updateCheckOperations } from './update-check.ts';
import { zoneOperations } from './zones.ts';

export const route53 = route53Service({
  ...zoneOperations,
  ...recordOperations,
  ...changeOperations,
  ...changeLogOperations,
  ...checkOperations,
  ...updateCheckOperations,
  ...checkStatusOperations,
  ...tagOperations,
  ...limitOperations,
  ...testDnsAnswerOperations,
});
