// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Machines with a kernel that has ESP and tunnel interfaces, as ordinary processes: their root is this machine's, read-only, and none of its
 * network is touched. Each boots into inside/boot.sh.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Command {
  readonly program: string;
  readonly options: readonly string[];
}

export interface Machine {
  /** What is missing to run it here, or undefined. */
  readonly missing: string | undefined;
  /** Whether its kernel has nftables for IPv4. */
  readonly nftables: boolean;
  command(scene: string): Command;
}

const tools = process.env.VPN_TOOLS ?? '';
const boot = join(import.meta.dirname, 'inside', 'boot.sh');
const running = [
  '/usr/lib/ipsec/charon',
  '/usr/sbin/swanctl',
  '/usr/lib/frr/bgpd',
  '/usr/sbin/iptables-legacy',
  '/usr/bin/ping',
  '/bin/busybox',
  join(tools, 'usr/libexec/ipsec/pluto'),
];

function missingOf(files: readonly string[]): string | undefined {
  const how = 'run test/vpn/install.sh DIR kernels, and set VPN_TOOLS=DIR';
  if (!tools) return `VPN_TOOLS is not set (${how})`;
  if (process.getuid?.() !== 0) return 'it needs root';
  const missing = [...running, ...files].filter((file) => !existsSync(file));
  return missing.length > 0 ? `${missing.join(', ')} is not here (${how})` : undefined;
}

const uml = join(tools, 'usr/bin/linux.uml');

/** Debian's user-mode Linux: VTI, but neither XFRM interfaces nor nftables for IPv4. */
export const userModeLinux: Machine = {
  missing: missingOf([uml]),
  nftables: false,
  command: (scene) => ({
    program: uml,
    options: [
      ['mem=512M', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'quiet'],
      ['con=null', 'con0=fd:0,fd:1', `uml_dir=${scene}`, `init=${boot}`, `scene=${scene}`],
    ].flat(),
  }),
};

const qemu = '/usr/bin/qemu-system-x86_64';

function kernelOf(folder: string): string | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.find((name) => name.startsWith('vmlinuz-'))?.slice('vmlinuz-'.length);
}

/** The modules without which the kernel does not see its root, in their order. */
function modulesFor(version: string): readonly string[] {
  const said = ['virtio_pci', '9pnet_virtio', '9p'].map((module) =>
    execFileSync('/sbin/modprobe', ['-d', resolve(tools), '-S', version, '--show-depends', module], {
      encoding: 'utf8',
    }),
  );
  const paths = said.join('').matchAll(/^insmod (\S+)/gm);
  return [...new Set([...paths].map(([, path]) => path ?? ''))];
}

/** A first root in memory: busybox, the modules, and a script that goes on in this machine's root. */
function writeInitrd(scene: string, version: string): string {
  const root = join(scene, 'initrd');
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'root', 'modules'])
    mkdirSync(join(root, folder), { recursive: true });
  const modules = modulesFor(version);
  execFileSync('cp', ['/bin/busybox', join(root, 'bin')]);
  execFileSync('cp', [...modules, join(root, 'modules')]);
  const insert = modules.map((path) => `insmod /modules/${path.split('/').at(-1)}`);
  const script = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
${insert.join('\n')}
mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=262144 root /root || poweroff -f
umount /proc
exec switch_root /root ${boot}
`;
  writeFileSync(join(root, 'init'), script);
  chmodSync(join(root, 'init'), 0o755);
  const image = join(scene, 'initrd.img');
  execFileSync('/bin/sh', ['-c', `cd '${root}' && find . | busybox cpio -o -H newc >'${image}' 2>/dev/null`]);
  return image;
}

/** QEMU without hardware support, with Debian's own kernel: everything, and slowest. */
export const virtualMachine: Machine = {
  missing: missingOf([qemu, join(tools, 'boot')]),
  nftables: true,
  command(scene) {
    const version = kernelOf(join(tools, 'boot')) ?? '';
    const share = 'local,id=root,path=/,readonly=on,security_model=none,multidevs=remap';
    return {
      program: qemu,
      options: [
        ['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024', '-nodefaults', '-no-reboot'],
        ['-display', 'none', '-serial', 'stdio', '-nic', 'none'],
        ['-kernel', join(tools, 'boot', `vmlinuz-${version}`), '-initrd', writeInitrd(scene, version)],
        ['-fsdev', share, '-device', 'virtio-9p-pci,fsdev=root,mount_tag=root'],
        ['-append', `console=ttyS0 quiet panic=-1 tsc=reliable random.trust_cpu=on scene=${scene}`],
      ].flat(),
    };
  },
};
