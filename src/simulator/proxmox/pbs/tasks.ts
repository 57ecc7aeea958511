// SPDX-License-Identifier: GPL-3.0-or-later
/** Tasks of a PBS (api2/node/tasks.rs). */
import { Extended } from '../reply.ts';
import type { Task } from '../state.ts';
import { endTask, logPage, running } from '../task.ts';
import { must, number, text, timeOf, type PbsCall } from './call.ts';
import { bad, parameterError } from './errors.ts';
import { authidOf, pbsDemand, pbsMay } from './permissions.ts';

const upidForm = /^UPID:[a-zA-Z0-9-]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8,16}:[0-9A-F]{8}:[^:\s]+:[^:\s]*:[^:\s]+:$/i;

function own({ caller }: PbsCall, { authid }: Task): boolean {
  return authid === authidOf(caller) || (caller.token === undefined && authid.startsWith(`${caller.user}!`));
}

function taskOf(call: PbsCall): Task {
  const { server, params, caller } = call;
  const upid = must(params, 'upid');
  if (!upidForm.test(upid)) throw parameterError({ upid: 'value does not match the regex pattern' });
  const task = server.tasks.find((one) => one.upid === upid);
  if (!task) throw bad('no such task');
  if (!own(call, task)) pbsDemand(server, caller, '/system/tasks', ['Sys.Audit']);
  return task;
}

const seconds = (at: number, { server }: PbsCall) => Math.floor((at + server.skewMs) / 1000);

export function taskStatus(call: PbsCall): unknown {
  const task = taskOf(call);
  const [user = '', tokenid] = task.authid.split('!');
  return {
    upid: task.upid,
    node: task.node,
    pid: task.pid,
    pstart: task.pstart,
    starttime: seconds(task.startedAt, call),
    type: task.type,
    id: task.id,
    user,
    ...(tokenid === undefined ? {} : { tokenid }),
    status: running(task) ? 'running' : 'stopped',
    ...(running(task) ? {} : { exitstatus: task.exit, endtime: seconds(task.endedAt ?? 0, call) }),
  };
}

export function taskLog(call: PbsCall): Extended {
  const task = taskOf(call);
  const { lines, total } = logPage(task, number(call.params, 'start'), number(call.params, 'limit'));
  return new Extended(lines, { total, success: 1, active: running(task) });
}

export function stopTask(call: PbsCall): null {
  const task = taskOf(call);
  if (!own(call, task)) pbsDemand(call.server, call.caller, '/system/tasks', ['Sys.Modify']);
  if (running(task)) endTask(task, 'abort requested - aborting', timeOf(call));
  return null;
}

export function listTasks(call: PbsCall): Extended {
  const { server, caller, params } = call;
  const all = pbsMay(server, caller, '/system/tasks', ['Sys.Audit']);
  const [type, since, store] = [text(params, 'typefilter'), number(params, 'since'), text(params, 'store')];
  const found = server.tasks
    .filter((task) => all || own(call, task))
    .filter((task) => params['running'] !== true || running(task))
    .filter(
      (task) =>
        params['errors'] !== true || (!running(task) && task.exit !== 'OK' && !task.exit?.startsWith('WARNINGS')),
    )
    .filter((task) => type === undefined || task.type.includes(type))
    .filter((task) => store === undefined || task.id === store || task.id.startsWith(`${store}:`))
    .filter((task) => since === undefined || seconds(task.startedAt, call) >= since)
    .reverse();
  const from = number(params, 'start') ?? 0;
  const limit = number(params, 'limit') ?? 50;
  const page = found.slice(from, limit === 0 ? undefined : from + limit).map((task) => ({
    upid: task.upid,
    node: task.node,
    pid: task.pid,
    pstart: task.pstart,
    starttime: seconds(task.startedAt, call),
    worker_type: task.type,
    worker_id: task.id === '' ? null : task.id,
    user: task.authid,
    ...(running(task) ? {} : { endtime: seconds(task.endedAt ?? 0, call), status: task.exit }),
  }));
  return new Extended(page, { total: found.length });
}
