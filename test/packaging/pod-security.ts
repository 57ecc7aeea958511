// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Every control of the restricted Pod Security Standard, baseline's included, as data. Source of each: the row of its name in the tables of
 * Kubernetes documentation, "Pod Security Standards"; where the page says less than the admission plugin does, the check in
 * k8s.io/pod-security-admission/policy that is named beside it. No API server that runs here has the plugin, so these are read, not enforced.
 */
export interface Control {
  /** As the page calls it. */
  readonly control: string;
  /** Paths in a Pod; `containers[*]` stands for init and ephemeral containers, too. */
  readonly fields: readonly string[];
  /** `undefined` where a field is not set. */
  readonly allows: (value: unknown) => boolean;
  /** One that is not allowed. */
  readonly bad: unknown;
  /** Where set for the Pod, containers without it have the Pod's. */
  readonly inherited?: boolean;
}

const either =
  (...allowed: readonly unknown[]) =>
  (value: unknown) =>
    allowed.includes(value);
const only = (allowed: readonly string[]) => (value: unknown) =>
  value === undefined || (Array.isArray(value) && value.every((one) => allowed.includes(String(one))));

const of = (field: string) => [`spec.securityContext.${field}`, `spec.containers[*].securityContext.${field}`];
const ofContainers = (field: string) => [`spec.containers[*].securityContext.${field}`];
const probes = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.postStart', 'lifecycle.preStop'];

/** What the container runtime gives anyway; NET_RAW is not among them. */
const usualCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** Those of the page without the ones that came after 1.0: who needs none may be stricter. */
const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
];

const volumeTypes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function isAllowedVolume(volume: unknown): boolean {
  return volume === undefined || volumeTypes.some((type) => type in (volume as object));
}

/** A profile of the beta annotations (check_appArmorProfile.go). */
function isUsualAppArmor(annotations: unknown): boolean {
  return Object.entries((annotations ?? {}) as Record<string, string>).every(
    ([key, value]) =>
      !key.startsWith('container.apparmor.security.beta.kubernetes.io/') ||
      value === '' ||
      value === 'runtime/default' ||
      value.startsWith('localhost/'),
  );
}

const baseline: readonly Control[] = [
  { control: 'HostProcess', fields: of('windowsOptions.hostProcess'), allows: either(undefined, false), bad: true },
  {
    control: 'Host Namespaces',
    fields: ['spec.hostNetwork', 'spec.hostPID', 'spec.hostIPC'],
    allows: either(undefined, false),
    bad: true,
  },
  {
    control: 'Privileged Containers',
    fields: ofContainers('privileged'),
    allows: either(undefined, false),
    bad: true,
  },
  {
    control: 'Capabilities',
    fields: ofContainers('capabilities.add'),
    allows: only(usualCapabilities),
    bad: ['NET_RAW'],
  },
  {
    control: 'HostPath Volumes',
    fields: ['spec.volumes[*].hostPath'],
    allows: either(undefined),
    bad: { path: '/' },
  },
  {
    control: 'Host Ports',
    fields: ['spec.containers[*].ports[*].hostPort'],
    allows: either(undefined, 0),
    bad: 8080,
  },
  {
    // since 1.34 (check_hostProbesAndhostLifecycle.go)
    control: 'Host Probes / Lifecycle Hooks',
    fields: probes.flatMap((probe) =>
      ['httpGet', 'tcpSocket'].map((action) => `spec.containers[*].${probe}.${action}.host`),
    ),
    allows: either(undefined, ''),
    bad: '127.0.0.1',
  },
  {
    control: 'AppArmor',
    fields: of('appArmorProfile.type'),
    allows: either(undefined, 'RuntimeDefault', 'Localhost'),
    bad: 'Unconfined',
  },
  {
    control: 'AppArmor, by annotations',
    fields: ['metadata.annotations'],
    allows: isUsualAppArmor,
    bad: { 'container.apparmor.security.beta.kubernetes.io/operator': 'unconfined' },
  },
  {
    control: 'SELinux, type',
    fields: of('seLinuxOptions.type'),
    allows: either(undefined, '', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'),
    bad: 'spc_t',
  },
  {
    control: 'SELinux, user and role',
    fields: [...of('seLinuxOptions.user'), ...of('seLinuxOptions.role')],
    allows: either(undefined, ''),
    bad: 'system_u',
  },
  {
    control: '/proc Mount Type',
    fields: ofContainers('procMount'),
    allows: either(undefined, 'Default'),
    bad: 'Unmasked',
  },
  {
    control: 'Seccomp',
    fields: of('seccompProfile.type'),
    allows: either(undefined, 'RuntimeDefault', 'Localhost'),
    bad: 'Unconfined',
  },
  {
    control: 'Sysctls',
    fields: ['spec.securityContext.sysctls[*].name'],
    allows: either(undefined, ...safeSysctls),
    bad: 'kernel.msgmax',
  },
];

/** Beyond baseline. */
const restricted: readonly Control[] = [
  // a volume without a type is refused (check_restrictedVolumes.go)
  { control: 'Volume Types', fields: ['spec.volumes[*]'], allows: isAllowedVolume, bad: { name: 'v', nfs: {} } },
  {
    control: 'Privilege Escalation',
    fields: ofContainers('allowPrivilegeEscalation'),
    allows: either(false),
    bad: undefined,
  },
  { control: 'Running as Non-root', fields: of('runAsNonRoot'), allows: either(true), bad: false, inherited: true },
  { control: 'Running as Non-root user', fields: of('runAsUser'), allows: (value) => value !== 0, bad: 0 },
  {
    control: 'Seccomp, required',
    fields: of('seccompProfile.type'),
    allows: either('RuntimeDefault', 'Localhost'),
    bad: 'Unconfined',
    inherited: true,
  },
  {
    control: 'Capabilities, dropped',
    fields: ofContainers('capabilities.drop'),
    allows: (value) => Array.isArray(value) && value.includes('ALL'),
    bad: ['NET_RAW'],
  },
  {
    control: 'Capabilities, added',
    fields: ofContainers('capabilities.add'),
    allows: only(['NET_BIND_SERVICE']),
    bad: ['CHOWN'],
  },
];

export const controls: readonly Control[] = [...baseline, ...restricted];
