import type { Case } from '../case.ts';
import { applyDocument } from '../load/apply.ts';
import { importAll } from '../load/import.ts';
import { forgetPeak, memoryOf } from '../load/proc.ts';
import { digits } from '../load/statistics.ts';
import { portName } from '../sizes.ts';
import type { Together } from '../world/documents.ts';
import { cable, deviceWithPorts } from '../world/plant.ts';

const PORTS_PER_DEVICE = 250;

/** Devices with ports, cabled in pairs, batch after batch; and what memory that takes. */
export const bulkImport: Case = {
  title: 'an import of devices with cabled ports, and its memory',
  writes: true,
  documents: [applyDocument],
  run: async ({ catalog, tokens, size }) => {
    const before = memoryOf(catalog.pid).now;
    forgetPeak(catalog.pid);
    const all = pairs(size.importedPorts);
    const { documents, seconds } = await importAll('import', all, catalog, tokens['bench-admin']);
    const { now, peak } = memoryOf(catalog.pid);
    const figures = [seconds, documents / seconds, before, peak, now].map(digits);
    const columns = ['ports', 'documents', 's', '/s', 'MiB before', 'at most', 'after'];
    const rows = [[size.importedPorts.toLocaleString('en'), documents.toLocaleString('en'), ...figures]];
    return [{ title: 'Import of ports with their cables', columns, rows }];
  },
};

/** Two devices at a time, each port of one cabled to that of the other. */
function* pairs(ports: number): Generator<Together> {
  for (let made = 0; made < ports; made += 2 * PORTS_PER_DEVICE) {
    const [a, b] = [`import${made}-a`, `import${made}-b`];
    const cables = Array.from({ length: PORTS_PER_DEVICE }, (_, index) =>
      cable(`import${made}-c${index}`, [portName(a, index), portName(b, index)]),
    );
    yield [a, b].flatMap((name) => deviceWithPorts(name, 's4', PORTS_PER_DEVICE)).concat(cables);
  }
}
