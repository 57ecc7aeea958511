// SPDX-License-Identifier: GPL-3.0-or-later
/** `plan`: the exact calls that the operator would make for the objects in some files, before anything is made. */
import { UsageError } from '../operator/configuration.ts';
import { coloursFor } from './command/colours.ts';
import { CommandError } from './command/exit-status.ts';
import type { Given } from './command/flags.ts';
import type { Call, Env } from './command/verb.ts';
import { check, type Checked } from './plan/checked.ts';
import { fromVariables, userCredentials } from './plan/credentials.ts';
import { json } from './plan/json.ts';
import { sortManifests } from './plan/manifests.ts';
import { withoutCollisions } from './plan/collisions.ts';
import { outlook, type Outlook } from './plan/outlook.ts';
import { readSources } from './plan/source.ts';
import { surroundingsFor, type Surroundings, type Wish } from './plan/surroundings.ts';
import { text, type Report } from './plan/text.ts';
import { statusOf, summaryOf } from './plan/verdict.ts';
import { yamlDocuments } from './plan/yaml-documents.ts';

/** As many objects are looked at side by side: enough to hide latency, few enough for AWS's limits. */
const together = 8;

/** @throws UsageError */
function endpointOf({ switches, values }: Given, env: Env): string | undefined {
  for (const flag of ['credentials', 'aws-endpoint']) {
    if (switches.has('simulate') && values[flag] !== undefined)
      throw new UsageError(`--${flag} and --simulate exclude each other: leave one out`);
  }
  const endpoint = values['aws-endpoint'] ?? env['HYBRID_AWS_ENDPOINT'] ?? env['AWS_ENDPOINT_URL'];
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new UsageError('the AWS endpoint is no address: give an http or https URL such as http://127.0.0.1:4566');
  return endpoint;
}

const operatorName = 'hybrid-cloud-operator';

async function wishOf(given: Given, env: Env): Promise<Wish> {
  const simulate = given.switches.has('simulate');
  const { kubeconfig, context } = given.values;
  const endpoint = endpointOf(given, env);
  const credentials = simulate ? undefined : await userCredentials(given.values['credentials'], env);
  const ambient = simulate ? undefined : fromVariables(env);
  return {
    simulate,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials ? { credentials } : {}),
    ...(ambient ? { ambient } : {}),
    operator: {
      namespace: env['HYBRID_NAMESPACE'] ?? operatorName,
      grants: env['HYBRID_GRANTS'] ?? `${operatorName}-grants`,
    },
  };
}

async function look(one: Checked, around: Surroundings, absent: boolean): Promise<Outlook> {
  const { outside, cluster, accountOf, scrub } = around;
  const { api, kind } = one.registered;
  const { namespace } = one;
  const live = await cluster?.object(api, namespace, one.manifest.metadata.name);
  const found = await outlook(one, { outside, absent, accountOf, scrub, ...(live ? { live } : {}) });
  const owned = found.hold?.reason === 'OwnedByOther' && !cluster;
  const hint = `if ${kind.kind} ${namespace}/${found.name} is in a cluster already, give --kubeconfig: only its uid there proves what is its own`;
  const missing = found.error?.reason === 'CredentialsMissing';
  const cure =
    'put the Secret into the files, or give --credentials env, --credentials profile=NAME, --kubeconfig FILE, or --simulate';
  return { ...found, notes: [...found.notes, ...(owned ? [hint] : []), ...(missing ? [cure] : [])] };
}

async function lookAtAll(objects: readonly Checked[], around: Surroundings, absent: boolean): Promise<Outlook[]> {
  const found: Outlook[] = [];
  for (let at = 0; at < objects.length; at += together)
    found.push(...(await Promise.all(objects.slice(at, at + together).map((one) => look(one, around, absent)))));
  return withoutCollisions(found);
}

/** @returns 0: as the files say; 2: there are changes, or a person must act; 1: some object could not be planned. */
export async function plan({ given, env }: Call): Promise<number> {
  const { switches, values, lists, words } = given;
  // `-f *.yaml` is `-f a.yaml b.yaml` once the shell is done with it
  const names = [...(lists['filename'] ?? []), ...words];
  if (names.length === 0)
    throw new UsageError('plan needs files: plan -f FILE, a folder, or - for stdin ("plan --help" shows examples)');
  const wish = await wishOf(given, env);
  const sources = await readSources(names, { recursive: switches.has('recursive'), stdin: () => process.stdin });
  const manifests = sortManifests(sources.flatMap(yamlDocuments), values['namespace'] ?? 'default');
  if (manifests.own.length === 0) {
    const others = manifests.skipped.length + manifests.secrets.length + manifests.namespaces.length;
    throw new CommandError(
      `nothing to plan: ${others === 0 ? 'the files are empty' : `none of the ${others} objects in the files is of this operator`}`,
    );
  }
  const objects = check(manifests);
  const around = await surroundingsFor(wish, { manifests, objects });
  const outlooks = await lookAtAll(objects, around, switches.has('delete'));
  const report: Report = {
    against: around.against,
    outlooks,
    skipped: manifests.skipped,
    remarks: around.remarks,
  };
  const printed = values['output'] === 'json' ? json(report) : text(report, coloursFor(process.stdout, env));
  process.stdout.write(around.scrub(printed));
  return statusOf(summaryOf(outlooks));
}
