// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs of GslbEndpoint beside its name: HAProxy's files, certificates, sites. */
import { terminateInstance } from '../../../src/clouds/aws/ec2/machine-requests.ts';
import { gslbEndpoint } from '../../../src/kinds/gslb-endpoint/index.ts';
import { siteClients } from '../../../src/kinds/gslb-endpoint/sites/act.ts';
import { isUp } from '../../../src/kinds/gslb-endpoint/sites/world.ts';
import { acting, planning, without } from './gslb-endpoint.ts';
import type { Mutant } from './mutant.ts';

export const gslbSiteMutants: readonly Mutant[] = (
  [
    {
      name: 'gslb-password-once',
      bug: 'passwords that were delivered are never delivered again, whatever they are now',
      change: planning(({ steps }, _desired, { haproxy }) => ({
        steps: steps.filter((step) => step.do !== 'PublishHaproxyPasswords' || haproxy?.secret.found !== 'ours'),
      })),
      where: { scenario: 'gslb-haproxy-change' },
    },
    {
      name: 'gslb-files-left',
      bug: 'a configuration that is not wanted any more stays',
      change: without('RemoveHaproxyConfiguration', 'RemoveHaproxyPasswords'),
      where: { scenario: 'gslb-haproxy-out' },
    },
    {
      name: 'gslb-password-shown',
      bug: 'a password stands in the configuration that everybody may read',
      change: acting({
        PublishHaproxyConfiguration: async (clouds, step) => {
          await gslbEndpoint.act.PublishHaproxyConfiguration(clouds, step);
          const { outside, object, spec } = clouds;
          const { namespace } = object.metadata;
          const from = spec.haproxy?.stats?.passwordSecretRef?.name ?? '';
          const password = (await outside.secrets.read(namespace, from))?.data.get('password') ?? '';
          const made = await outside.configMaps.read(namespace, step.configMap);
          if (!made) return;
          const { annotations, data } = made;
          await outside.configMaps.replace(made, { annotations, data: new Map([...data, ['README.md', password]]) });
        },
      }),
      where: { scenario: 'gslb-haproxy' },
    },
    {
      name: 'gslb-certificate-left',
      bug: 'a certificate that is not wanted any more stays',
      change: without('DeleteCertificate'),
      where: { scenario: 'gslb-certificate-delete' },
    },
    {
      name: 'gslb-proof-not-written',
      bug: 'the record that proves a name is not written',
      change: without('ProveDomain'),
      where: { scenario: 'gslb-certificate' },
    },
    {
      name: 'gslb-another-token',
      bug: 'an instance is asked for with another token each time',
      change: acting({
        LaunchInstance: (clouds, step) =>
          gslbEndpoint.act.LaunchInstance(clouds, { ...step, token: `${step.token}${clouds.outside.clock.now()}` }),
      }),
      where: { scenario: 'gslb-site', faults: ['answerLost', 'killedAfter'], action: 'RunInstances', lagMs: 30_000 },
    },
    {
      name: 'gslb-old-instance-first',
      bug: 'the old instance goes before the new one serves',
      change: planning(({ steps }, { absent }, { sites }) => {
        const [step] = steps.filter((one) => one.do === 'LaunchInstance');
        const old = sites.find(({ site }) => site === step?.site)?.instances.find(isUp);
        if (absent || step?.do !== 'LaunchInstance' || !old) return {};
        const { site, region } = step;
        const { id } = old;
        return { steps: [{ do: 'TerminateInstance', effect: 'delete', target: id, site, region, id, routine: true }] };
      }),
      where: { scenario: 'gslb-site-change' },
    },
    {
      name: 'gslb-instance-no-fresh-look',
      bug: 'an instance is terminated on an old look',
      change: acting({
        TerminateInstance: async (clouds, { region, id }) => {
          const { instances } = await siteClients(clouds, region);
          await instances.write(terminateInstance(id), id);
        },
      }),
      where: { scenario: 'gslb-site-delete' },
    },
    {
      name: 'gslb-instance-left',
      bug: 'a deletion leaves the instance',
      change: without('TerminateInstance'),
      where: { scenario: 'gslb-site-delete' },
    },
    {
      name: 'gslb-group-left',
      bug: 'a deletion leaves the security groups',
      change: without('DeleteSecurityGroup'),
      where: { scenario: 'gslb-site-delete' },
    },
    {
      name: 'gslb-target-forgotten',
      bug: 'an instance that was made again is not put behind the load balancer',
      change: without('RegisterTarget'),
      where: { scenario: 'gslb-site-drift' },
    },
    {
      name: 'gslb-site-always-ready',
      bug: 'Ready is claimed while a site does not serve',
      change: planning(() => ({ serving: true })),
      where: { scenario: 'gslb-site-drift' },
    },
    {
      name: 'gslb-snapshot-left',
      bug: 'a deletion leaves the snapshots under its images',
      change: without('DeleteSnapshot'),
      where: { scenario: 'gslb-sites-delete' },
    },
  ] satisfies readonly Omit<Mutant, 'of'>[]
).map((mutant) => ({ ...mutant, of: 'GslbEndpoint' }));
