import type { Case } from '../case.ts';
import { apply, applyDocument } from '../load/apply.ts';
import { cpuOf, cpuOfPostgres, forgetPeak, memoryOf } from '../load/proc.ts';
import { digits } from '../load/statistics.ts';
import { progress } from '../progress.ts';
import { manifest } from '../world/documents.ts';
import { device } from '../world/plant.ts';

const PORTS = 48;
const COUNTS = [100, 1_000];

/** Devices with what their type gives them, in one transaction each number. */
export const typedDevices: Case = {
  title: 'devices of a type of 48 ports, in one transaction',
  writes: true,
  documents: [applyDocument],
  run: async ({ catalog, tokens, postgresPid }) => {
    const interfaces = Array.from({ length: PORTS }, (_, index) => ({
      name: `Ethernet${index}`,
      form: '25gbase-x-sfp28',
    }));
    const type = { manufacturer: 'Bench', model: `${PORTS} ports`, interfaces };
    await apply(catalog, tokens['bench-admin'], [manifest('ours', 'DeviceType', { name: 'bench-48' }, type)]);
    const rows: string[][] = [];
    for (const count of COUNTS) {
      progress(`devices of a type: ${count}`);
      const documents = Array.from({ length: count }, (_, index) => typed(`typed${count}-${index}`)).flat();
      forgetPeak(catalog.pid);
      const before = { node: cpuOf(catalog.pid), postgres: cpuOfPostgres(postgresPid) };
      const ms = await apply(catalog, tokens['bench-admin'], documents);
      const node = (cpuOf(catalog.pid) - before.node) / 1_000;
      const postgres = (cpuOfPostgres(postgresPid) - before.postgres) / 1_000;
      const ports = (count * PORTS).toLocaleString('en');
      const figures = [ms / 1_000, node, postgres, memoryOf(catalog.pid).peak].map(digits);
      rows.push([count.toLocaleString('en'), ports, ...figures]);
    }
    const columns = ['devices', 'ports', 's', 'Node s', 'PostgreSQL s', 'MiB at most'];
    return [{ title: 'Devices made of a type', columns, rows }];
  },
};

const typed = (name: string): string[] => {
  const spec = { deviceRef: { kind: 'NetworkDevice', name }, typeRef: { name: 'bench-48' } };
  return [device(name, 's5'), manifest('ours', 'Asset', { name }, spec)];
};
