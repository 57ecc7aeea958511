// SPDX-License-Identifier: GPL-3.0-or-later
import { settings, UsageError } from '../operator/configuration.ts';

type Verb = (argv: readonly string[]) => Promise<number>;

/** One module a verb, loaded when it is asked for: printing CRDs needs no AWS SDK. */
const verbs: Readonly<Record<string, { readonly does: string; readonly run: Verb }>> = {
  run: {
    does: 'the operator on a cluster; with --simulate on simulated worlds of its own',
    run: async (argv) => (await import('./run.ts')).run(argv, process.env),
  },
  demo: {
    does: 'simulated worlds, the operator and the examples, in some seconds',
    run: async (argv) => (await import('./demo.ts')).demo([...argv]),
  },
  crds: {
    does: 'prints the CustomResourceDefinitions, for kubectl apply -f -',
    run: async () => (await import('./crds.ts')).printCRDs(),
  },
  version: { does: 'prints the version', run: async () => (await import('./version.ts')).printVersion() },
};

function help(): string {
  const rows = Object.entries(verbs).map(([name, { does }]) => `  ${name.padEnd(9)} ${does}`);
  const flags = Object.values(settings).map(
    ({ flag, env, fallback }) => `  --${flag.padEnd(15)} ${env.padEnd(21)} ${fallback ?? '-'}`,
  );
  return [
    'hybrid-operator VERB [FLAGS]',
    '',
    ...rows,
    '',
    'Flags of run, the environment variables that do the same, and defaults (docs/configuration.md):',
    ...flags,
  ].join('\n');
}

/** The exit status: 0, 1 where something failed, 2 where it was called wrongly. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help' || rest.includes('--help')) {
    console.log(help());
    return 0;
  }
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) {
    console.error(
      `${name ? 'there is no such verb' : 'no verb is given'}: use one of ${Object.keys(verbs).join(', ')}, or --help`,
    );
    return 2;
  }
  try {
    return await verb.run(rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

if (import.meta.main) {
  const argv = process.argv.slice(2);
  process.exitCode = await main(argv);
  // looks that were left behind must not keep a process alive that has ended
  if (argv[0] === 'run') process.exit();
}
