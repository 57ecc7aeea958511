// SPDX-License-Identifier: GPL-3.0-or-later
import type { Answer } from '../../../src/clouds/installer/answer-file.ts';

export const answer: Answer = {
  fqdn: 'pbs-main.example.com',
  mailTo: 'backup@example.com',
  timeZone: 'Asia/Seoul',
  mac: 'BC:24:11:0A:0B:0C',
  network: { source: 'Static', cidr: '192.168.0.20/24', gateway: '192.168.0.1', dns: '192.168.0.53' },
};
