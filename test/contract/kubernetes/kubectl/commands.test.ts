// SPDX-License-Identifier: GPL-3.0-or-later
/** Commands against the simulator: they print what they printed with a real API server. Some of them; all are in test/e2e/kubectl-commands. */
import { sameCommands } from './same-commands.ts';

sameCommands(['apply --server-side', 'users with few permissions']);
