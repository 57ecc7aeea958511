// SPDX-License-Identifier: GPL-3.0-or-later
import type { PbsInstanceSpec, PbsInstanceStatus } from '../../api/pbs-instance.ts';
import type { Desired } from '../../core/kind.ts';

export type PbsDesired = Desired<PbsInstanceSpec, PbsInstanceStatus>;
