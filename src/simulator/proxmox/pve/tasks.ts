// SPDX-License-Identifier: GPL-3.0-or-later
/** GET and DELETE of tasks (PVE::API2::Tasks). */
import { endTask, logPage, running } from '../task.ts';
import type { Task } from '../state.ts';
import { needed, numberParam, textParam, type PveCall } from './call.ts';
import { Extended } from '../reply.ts';
import { wrongParameters } from './errors.ts';
import { callerText, demand, may } from './permissions.ts';

const upidForm = /^UPID:[a-zA-Z0-9-]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:[^:\s]+:[^:\s]*:[^:\s]+:$/i;

function own({ caller }: PveCall, task: Task): boolean {
  return task.authid === callerText(caller) || task.authid.split('!')[0] === caller.user;
}

function taskOf(call: PveCall): Task {
  const { world, params, caller } = call;
  const upid = needed(params, 'upid');
  if (!upidForm.test(upid)) throw wrongParameters({ upid: `unable to parse worker upid '${upid}'` });
  const task = world.state.pve.tasks.find((one) => one.upid === upid);
  if (!task || task.node !== params['node']) throw wrongParameters({ upid: 'no such task' });
  if (!own(call, task)) demand(world, caller, `/nodes/${task.node}`, ['Sys.Audit']);
  return task;
}

function described({ upid, node, pid, pstart, startedAt, type, id, authid }: Task): Record<string, unknown> {
  const [user = '', tokenid] = authid.split('!');
  return {
    upid,
    node,
    pid,
    pstart,
    starttime: Math.floor(startedAt / 1000),
    type,
    id,
    user,
    ...(tokenid === undefined ? {} : { tokenid }),
  };
}

export function taskStatus(call: PveCall): unknown {
  const task = taskOf(call);
  return {
    ...described(task),
    status: running(task) ? 'running' : 'stopped',
    ...(running(task) ? {} : { exitstatus: task.exit }),
  };
}

export function taskLog(call: PveCall): Extended {
  const { params } = call;
  const { lines, total } = logPage(taskOf(call), numberParam(params, 'start'), numberParam(params, 'limit'));
  return new Extended(lines, { total });
}

export function stopTask(call: PveCall): null {
  const task = taskOf(call);
  if (task.authid !== callerText(call.caller)) demand(call.world, call.caller, `/nodes/${task.node}`, ['Sys.Modify']);
  if (running(task)) endTask(task, 'interrupted by signal', call.world.clock.now());
  return null;
}

function listed(task: Task): Record<string, unknown> {
  const end = task.endedAt === undefined ? {} : { endtime: Math.floor(task.endedAt / 1000), status: task.exit };
  return { ...described(task), ...end };
}

/** `archive` is the default: what still runs is not in it. */
export function listTasks(call: PveCall): unknown {
  const { world, params, caller } = call;
  const source = textParam(params, 'source') ?? 'archive';
  const [vmid, type, since] = [
    textParam(params, 'vmid'),
    textParam(params, 'typefilter'),
    numberParam(params, 'since'),
  ];
  const node = needed(params, 'node');
  const auditor = may(world, caller, `/nodes/${node}`, 'Sys.Audit');
  const start = numberParam(params, 'start') ?? 0;
  const found = world.state.pve.tasks
    .filter((task) => task.node === node && (auditor || own(call, task)))
    .filter((task) => source === 'all' || (source === 'active') === running(task))
    .filter((task) => (vmid === undefined || task.id === vmid) && (type === undefined || task.type === type))
    .filter((task) => since === undefined || task.startedAt >= since * 1000)
    .filter((task) => params['errors'] !== true || (!running(task) && task.exit !== 'OK'))
    .reverse();
  const page = found.slice(start, start + (numberParam(params, 'limit') ?? 50)).map(listed);
  return new Extended(page, { total: found.length });
}

export function clusterTasks(call: PveCall): unknown {
  const { world, caller } = call;
  return [...world.state.pve.tasks]
    .filter((task) => own(call, task) || may(world, caller, '/', 'Sys.Audit'))
    .reverse()
    .slice(0, 25)
    .map(listed);
}
