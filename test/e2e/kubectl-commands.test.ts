// SPDX-License-Identifier: GPL-3.0-or-later
/** Every recorded command against the simulator: it prints what it printed with a real API server. */
import { sameCommands } from '../contract/kubernetes/kubectl/same-commands.ts';
import { stories } from '../contract/kubernetes/kubectl/stories.ts';

sameCommands(stories.map(({ name }) => name));
