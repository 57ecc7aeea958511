// SPDX-License-Identifier: GPL-3.0-or-later
/** `node --import ./test/leaks/preload.ts …`: the same search in a process of its own, over what it prints too. */
import { listen } from './channels.ts';
import { writeReport } from './report.ts';
import { LeakSearch } from './search.ts';

const search = new LeakSearch();
listen(search);
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  stream.write = (...given: unknown[]) => {
    search.show('what it prints', String(given[0]));
    return write(...given);
  };
}
process.on('exit', () => writeReport(process.argv.slice(1).join(' ').replace(`${process.cwd()}/`, ''), search));
