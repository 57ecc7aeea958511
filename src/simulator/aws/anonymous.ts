// SPDX-License-Identifier: GPL-3.0-or-later
import type { Principal } from './call.ts';

export const anonymous: Principal = {
  kind: 'anonymous',
  account: '',
  arn: 'anonymous',
  id: '',
  policies: [],
  tags: [],
};
