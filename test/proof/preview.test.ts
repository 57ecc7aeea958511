// SPDX-License-Identifier: GPL-3.0-or-later
/** The preview law: what `preview` lists is what is then called, call for call; clouds and Secrets, reads and statuses left out. */
import { expect, test } from '@jest/globals';
import { policyOf } from '../../src/core/policy.ts';
import { preview } from '../../src/core/preview.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Wire } from '../../src/wire/call.ts';
import type { Carried } from './network.ts';
import type { Program } from './process.ts';
import { prepare, run } from './run.ts';
import { proofs } from './scenarios/index.ts';
import type { ScriptStep } from './script.ts';

/** Generated ids are placeholders in a preview. */
function nameless(value: string): string {
  return (
    value
      .replace(/AKIA[A-Z0-9]{16}|<access key of [^>]*>/g, '<key>')
      .replace(
        /(vgw|cgw|vpn|rtb)-[0-9a-f]{8,17}|<virtual private gateway>|<customer gateway [^>]*>|<VPN connection>/g,
        '<id>',
      )
      // whether AWS remembers the reference of a check that is gone, and so wants another, nobody knows before
      .replace(/(hco\/[0-9a-f-]{36}\/[0-9a-f]{12})\.[0-9a-z]{8}/g, '$1')
      // of a health check; the objects' own uids look the same, and are the same in both
      .replace(/((?:ResourceId|HealthCheckId)[\\]*":[\\]*")(?:[0-9a-f-]{36}|<health check of [^>]*>)/g, '$1<check>')
      .replace(/"VpnTunnelOutsideIpAddress":"[^"]*"/g, '"VpnTunnelOutsideIpAddress":"<outside>"')
      // of a tunnel, on a firewall: what AWS will choose, and the AWS side of a site's records
      .replace(
        /"(remote_ident|remote_addrs|id)":"(?!123[.])(\d+[.]\d+[.]\d+[.]\d+|<outside address \d>)"/g,
        '"$1":"<outside>"',
      )
      .replace(/169[.]254[.]\d+[.]\d+|<inside address of [^>]*>/g, '<inside>')
      // of a machine that has no number yet; a job leaves the machine of the backup server out, by its number
      .replace(/"vmid":"(?:\d+|<next free id>)"/g, '"vmid":"<id>"')
      .replace(
        /"(?:tags|description)":"(?:<its other tags>|<without our mark>|Proxmox Backup Server of [^"]*|)"/g,
        '"notes":""',
      )
      .replace(/"exclude":"100,/g, '"exclude":"')
      .replace(/"(digest|fingerprint)":"[^"]*"/g, '"$1":"<$1>"')
      // of sites and certificates: ids, the names of load balancers, what ACM will ask for, and tokens made of ids
      .replace(/\b(sg|i|ami|snap)-[0-9a-f]{8,17}\b|<(security group|instance|image) [^>]*>+/g, '<id>')
      .replace(
        /arn:aws:(elasticloadbalancing|acm):[^"\\]*|<(load balancer|target group|listener|certificate) [^>]*>+/g,
        '<arn>',
      )
      .replace(/AliasTarget[\\]*":\{[^}]*\}/g, 'AliasTarget')
      .replace(/_(?:[0-9a-f]{32}|validation)\.[^"\\]*acm-validations/g, '<proof>')
      .replace(/_[0-9a-f]{32}\./g, '_validation.')
      .replace(/"ClientToken":"[^"]*"/g, '"ClientToken":"<token>"')
      // a digest of all of that
      .replace(/ applied=[0-9a-f]{16}/g, ' applied=<digest>')
  );
}

interface Shown {
  readonly action: string;
  readonly parameters: string;
}

const names: Readonly<Record<string, string>> = {
  'update secrets': 'patch secrets',
  'update configmaps': 'patch configmaps',
};

/** What such a kind keeps in Secrets for itself, as tokens are made, is part of other steps and not shown. */
const keepsItself: ReadonlySet<string> = new Set(['PbsInstance']);

/** Calls of a plan in the words of the wire: a Secret is updated by a patch. */
function planned(kind: AnyKind, steps: readonly Parameters<AnyKind['calls']>[0][]): Shown[] {
  return steps
    .flatMap((step) => kind.calls(step))
    .filter(({ service }) => service !== 'kubernetes' || !keepsItself.has(kind.kind))
    .map(({ service, action, parameters }) => ({
      action: names[action] ?? action,
      parameters:
        service === 'kubernetes'
          ? ''
          : nameless(JSON.stringify(Object.fromEntries(parameters.map(({ name, value }) => [name, value])))),
    }));
}

/** Calls that were made, in the same words. */
function made(kind: AnyKind, calls: readonly Carried[]): Shown[] {
  return calls
    .filter(
      ({ effect, action, applied }) =>
        effect === 'write' && applied && !/backuptargets|sitevpns|gslbendpoints|pbsinstances/.test(action),
    )
    .filter(({ service }) => service !== 'kubernetes' || !keepsItself.has(kind.kind))
    .map(({ service, action, parameters }) => ({
      action,
      parameters: service === 'kubernetes' ? '' : nameless(JSON.stringify(parameters)),
    }));
}

/** A validation is due again and again while time passes; however often, it is the one that the preview shows. */
function withoutRepeats(shown: readonly Shown[]): Shown[] {
  const isCanary = (one: Shown | undefined) => one?.parameters.includes('.hybridcloud/canary') ?? false;
  // put, delete, put, delete: what stands two places after its like, with the other between, is a repeat
  return shown.filter(
    (one, i) =>
      !(isCanary(one) && isCanary(shown[i - 1]) && isCanary(shown[i - 2]) && shown[i - 2]?.action === one.action),
  );
}

/** Records the first preview of every wish: a new generation, a deletion, or time that passed until something is due, calls for another. */
function watching(kind: AnyKind, previews: Map<string, Shown[]>, times: { passed: number }): AnyKind {
  return {
    ...kind,
    plan(desired, observed) {
      const key = `${desired.uid} ${desired.generation} ${desired.absent} ${times.passed}`;
      if (!previews.has(key)) {
        const { steps } = preview(kind, desired, observed, policyOf(desired.annotations));
        previews.set(key, planned(kind, steps));
      }
      return kind.plan(desired, observed);
    },
  };
}

function counting(step: ScriptStep, times: { passed: number }): ScriptStep {
  if (typeof step === 'string' || !('user' in step) || !step.user.startsWith('waits')) return step;
  return {
    ...step,
    does: async (...around) => {
      times.passed++;
      await step.does(...around);
    },
  };
}

/** What was pinned and marked by the server that was lost is found out on the way: no preview knows of it before. */
const findsOut: ReadonlySet<string> = new Set(['pbs-rebuild', 'pbs-reused-id']);

const all = proofs.flatMap((proof) =>
  proof.scenarios
    .filter(({ name }) => !findsOut.has(name))
    .map((scenario) => [proof.kind, scenario.name, proof, scenario] as const),
);
/** Sites and their certificate do not wait for each other: which of them goes on first, AWS's times decide. The law of single looks holds for them. */
const besideEachOther = new Set(['gslb-sites', 'gslb-sites-one-out', 'gslb-sites-delete']);

/** Interrupted on purpose: what was previewed is not what the user then let happen. */
const whole = all.filter(
  ([, , , { name, interrupt, script }]) =>
    !interrupt && !besideEachOther.has(name) && !script.some((step) => typeof step === 'object' && 'looks' in step),
);

test.each(whole)('%s %s: the preview and the calls agree call for call', async (_kind, _name, proof, scenario) => {
  const previews = new Map<string, Shown[]>();
  const times = { passed: 0 };
  const program: Program = { ...proof.program, kind: watching(proof.program.kind, previews, times) };
  const script = scenario.script.map((step) => counting(step, times));
  const from = await prepare(proof, scenario, proof.program);
  const { calls } = await run({ proof, program, scenario: { ...scenario, script }, from, lagMs: 0, faults: [] });
  expect(withoutRepeats(made(proof.program.kind, calls))).toEqual(withoutRepeats([...previews.values()].flat()));
});

/** What a preview made in the very moment of planning lists, by how many calls there had been. */
function atEachPlan(kind: AnyKind, sent: () => number, lists: Map<number, Shown[]>): AnyKind {
  return {
    ...kind,
    plan(desired, observed) {
      // later ones before the next call are of worlds that the engine imagines
      if (!lists.has(sent())) {
        const { steps } = preview(kind, desired, observed, policyOf(desired.annotations));
        lists.set(sent(), planned(kind, steps));
      }
      return kind.plan(desired, observed);
    },
  };
}

/** Whatever people do in between: looks that are interrupted, and looks that only watch, keep it too. */
test.each(all)(
  '%s %s: what a look calls is how the preview of that look begins',
  async (_kind, _name, proof, scenario) => {
    let sent = 0;
    const lists = new Map<number, Shown[]>();
    const counted = (wire: Wire): Wire => ({
      ...wire,
      send: (...call) => {
        sent++;
        return wire.send(...call);
      },
    });
    const program: Program = {
      ...proof.program,
      kind: atEachPlan(proof.program.kind, () => sent, lists),
      wire: counted,
    };
    const from = await prepare(proof, scenario, proof.program);
    const { calls } = await run({ proof, program, scenario, from, lagMs: 0, faults: [] });
    const begins = [...lists.keys()];
    const parts = begins.map((begin, i) =>
      made(
        proof.program.kind,
        calls.filter(({ index }) => index > begin && index <= (begins[i + 1] ?? Number.POSITIVE_INFINITY)),
      ),
    );
    expect(parts).toEqual([...lists.values()].map((list, i) => list.slice(0, parts[i]?.length)));
    expect(parts.flat()).toEqual(made(proof.program.kind, calls));
  },
);
