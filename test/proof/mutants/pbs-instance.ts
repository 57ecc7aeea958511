// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs of PbsInstance: what is concluded, what is sent, and what is looked at before. */
import { destroyCopyRequest } from '../../../src/clouds/pve/vms.ts';
import type { AnyKind } from '../../../src/kinds/index.ts';
import { pbsInstance } from '../../../src/kinds/pbs-instance/index.ts';
import { taskRequest } from '../../../src/kinds/pbs-instance/machine/requests.ts';
import type { Mutant } from './mutant.ts';

type Kind = typeof pbsInstance;
type Act = Kind['act'];
type PlanOf = Kind['plan'];
type Desired = Parameters<PlanOf>[0];
type Observed = Parameters<PlanOf>[1];
type AnyStep = ReturnType<PlanOf>['steps'][number];

function kindWith(change: Partial<Kind>): { readonly kind: AnyKind } {
  return { kind: { ...pbsInstance, ...change } as unknown as AnyKind };
}

function planning(change: (plan: ReturnType<PlanOf>, desired: Desired, observed: Observed) => object) {
  return kindWith({
    plan: (desired, observed) => {
      const plan = pbsInstance.plan(desired, observed);
      return { ...plan, ...change(plan, desired, observed) };
    },
  });
}

function seeing(change: (observed: Observed, desired: Desired) => Observed): { readonly kind: AnyKind } {
  return kindWith({ plan: (desired, observed) => pbsInstance.plan(desired, change(observed, desired)) });
}

function acting(change: Partial<Act>): { readonly kind: AnyKind } {
  return kindWith({ act: { ...pbsInstance.act, ...change } });
}

const without = (...names: readonly AnyStep['do'][]) =>
  planning(({ steps }) => ({ steps: steps.filter((step) => !names.includes(step.do)) }));

/** By the number that the plan has. */
const atOnce = Object.fromEntries(
  (['StopVm', 'DestroyVm'] as const).map((name) => [
    name,
    async ({ pve }: Parameters<Act['DestroyVm']>[0], step: Parameters<Act['DestroyVm']>[1]) =>
      void (await pve.begin(taskRequest(step))),
  ]),
) as Partial<Act>;

const shown = new Set<string>();

/** Of this very spec it was said that it works. */
function wasReady({ absent, generation, last }: Desired): boolean {
  const { observedGeneration, conditions = [] } = last;
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready && !absent && observedGeneration === generation;
}

function asTold({ last }: Desired): ReturnType<Kind['facts']> {
  const {
    conditions = [],
    observedGeneration: _generation,
    plan: _plan,
    drift: _drift,
    begun: _begun,
    ...fields
  } = last;
  const ofEngine = ['Ready', 'Synced', 'Reconciling', 'Stalled'];
  return { fields, conditions: conditions.filter(({ type }) => !ofEngine.includes(type)) };
}

export const pbsMutants: readonly Mutant[] = (
  [
    {
      name: 'pbs-no-fresh-look',
      bug: 'the VM is stopped and destroyed by the number that the plan has',
      change: acting(atOnce),
      where: { scenario: 'pbs-delete' },
    },
    {
      name: 'pbs-destroys-retained',
      bug: 'a deletion takes the VM although it shall stay',
      change: kindWith({
        plan: (desired, observed) =>
          pbsInstance.plan({ ...desired, spec: { ...desired.spec, deletionPolicy: 'Delete' } }, observed),
      }),
      where: { scenario: 'pbs-delete-retain' },
    },
    {
      name: 'pbs-creates-twice',
      bug: 'a creation without an answer is sent again',
      change: acting({
        CreateVm: (clouds, step) =>
          pbsInstance.act.CreateVm(clouds, step).catch(() => pbsInstance.act.CreateVm(clouds, step)),
      }),
      where: { scenario: 'pbs-create', faults: ['answerLost'], action: 'POST /nodes/{id}/qemu' },
    },
    {
      name: 'pbs-unmarked',
      bug: 'the VM is made without its tag',
      change: acting({
        CreateVm: (clouds, step) => pbsInstance.act.CreateVm(clouds, { ...step, vm: { ...step.vm, tags: [] } }),
      }),
      where: { scenario: 'pbs-create' },
    },
    {
      name: 'pbs-leaves-answer',
      bug: "the image with the hash of root's password stays",
      change: without('DeleteAnswer'),
      where: { scenario: 'pbs-create' },
    },
    {
      name: 'pbs-leaves-jobs',
      bug: 'a deletion leaves the backup jobs',
      change: without('RemoveBackupJob'),
      where: { scenario: 'pbs-delete-retain' },
    },
    {
      name: 'pbs-leaves-storage',
      bug: 'a deletion leaves the entry of the storage',
      change: without('RemoveStorage'),
      where: { scenario: 'pbs-delete-retain' },
    },
    {
      name: 'pbs-storage-by-name',
      bug: 'a deletion takes every storage that logs in under our name',
      change: planning(({ steps }, { absent }, { wiring }) => ({
        steps: [
          ...(absent ? (wiring?.left ?? []) : []).map(({ id, username, server, datastore }) => ({
            part: 'wiring',
            do: 'RemoveStorage',
            effect: 'delete',
            target: `storage ${id} in Proxmox VE`,
            storage: id,
            username,
            leads: { server, datastore },
          })),
          ...steps,
        ],
      })),
      where: { scenario: 'pbs-delete-retain' },
    },
    {
      name: 'pbs-takes-storage',
      bug: 'whatever storage has the name is taken for ours',
      change: seeing((observed) => {
        const { wiring, beside: _beside, ...others } = observed;
        if (!wiring) return others;
        const { storage: _storage, ...without } = wiring;
        return { ...others, wiring: without };
      }),
      where: { scenario: 'pbs-foreign-storage' },
    },
    {
      name: 'pbs-key-unkept',
      bug: 'jobs are enabled before there is a key',
      change: without('MakeEncryptionKey'),
      where: { scenario: 'pbs-create' },
    },
    {
      name: 'pbs-drift-unseen',
      bug: 'a job that somebody disabled stays so',
      change: without('ChangeBackupJob'),
      where: { scenario: 'pbs-drift' },
    },
    {
      name: 'pbs-always-ready',
      bug: 'Ready is claimed as soon as there is a way to the bucket, whatever comes of the backups',
      change: planning((_plan, _desired, { wiring }) => (wiring?.storage ? { serving: true } : {})),
      where: { scenario: 'pbs-bad-night' },
    },
    {
      name: 'pbs-looks-once',
      bug: 'what was Ready once is not looked at again, until somebody changes it',
      change: kindWith({
        observe: async (clouds, desired) =>
          wasReady(desired) ? ({} as Observed) : await pbsInstance.observe(clouds, desired),
        plan: (desired, observed) =>
          wasReady(desired) ? { steps: [], serving: true } : pbsInstance.plan(desired, observed),
        facts: (desired, observed) => (wasReady(desired) ? asTold(desired) : pbsInstance.facts(desired, observed)),
        drift: (desired, observed) => (wasReady(desired) ? [] : pbsInstance.drift(desired, observed)),
      }),
      where: { scenario: 'pbs-bad-night' },
    },
    {
      name: 'pbs-password-shown',
      bug: "root's password stands in the status",
      change: kindWith({
        observe: async (clouds, desired) => {
          const live = await clouds.outside.secrets.read(desired.namespace, `${desired.name}-pbs-root`);
          const password = live?.data.get('password');
          if (password !== undefined) shown.add(password);
          return pbsInstance.observe(clouds, desired);
        },
        facts: (desired, observed) => {
          const facts = pbsInstance.facts(desired, observed);
          return { ...facts, fields: { ...facts.fields, server: { url: [...shown].join(' ') } } };
        },
      }),
      where: { scenario: 'pbs-create' },
    },
    {
      name: 'pbs-leaves-copies',
      bug: 'the copy of a restore test stays',
      change: without('DestroyCopy'),
      where: { scenario: 'pbs-restore-delete' },
    },
    {
      name: 'pbs-copy-by-number',
      bug: 'the copy of a restore test is destroyed by the number that the plan has',
      change: acting({
        DestroyCopy: async ({ pve }, { copy }) => void (await pve.begin(destroyCopyRequest(copy))),
      }),
      where: { scenario: 'pbs-restore-test' },
    },
    {
      name: 'pbs-lets-go-early',
      bug: 'the object goes while its VM is still being destroyed',
      change: planning(({ steps, hold }, { absent }) =>
        absent && hold?.why === 'Waiting' && steps.length === 0 ? { hold: undefined } : {},
      ),
      where: { scenario: 'pbs-delete' },
    },
  ] satisfies readonly Omit<Mutant, 'of'>[]
).map((mutant) => ({ ...mutant, of: 'PbsInstance' as const }));
