import { readConfig } from '../../src/config.ts';
import { findOpenFga } from '../../src/platform/openfga/find-openfga.ts';

/** The executable that the embedded mode would use here. Got when there is none yet, which is told: it takes minutes. */
export async function realOpenFga(): Promise<string> {
  const { openfga } = readConfig({ ...process.env, DATABASE_URL: undefined, OPENFGA_API_URL: undefined });
  if (openfga.mode === 'external') throw new Error('an OpenFGA of our own was asked for');
  return (await findOpenFga({ ...openfga, log: console.log })).executable;
}
