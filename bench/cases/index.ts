import type { Case } from '../case.ts';
import { applyRates } from './apply-rates.ts';
import { besideWrites } from './beside-writes.ts';
import { bulkImport } from './bulk-import.ts';
import { callers } from './callers.ts';
import { catalog } from './catalog.ts';
import { coldAccess } from './cold-access.ts';
import { commandStart } from './command-start.ts';
import { csvImport } from './csv-import.ts';
import { feed } from './feed.ts';
import { glance } from './glance.ts';
import { hardReads } from './hard-reads.ts';
import { leaving } from './leaving.ts';
import { manyBindings } from './many-bindings.ts';
import { plantQuestions } from './plant-questions.ts';
import { reads } from './reads.ts';
import { registry } from './registry.ts';
import { revocation } from './revocation.ts';
import { singleWrites } from './single-writes.ts';
import { smallest } from './smallest.ts';
import { storms } from './storms.ts';
import { sweep } from './sweep.ts';
import { telemetry } from './telemetry.ts';
import { typedDevices } from './typed-devices.ts';

/** Everything that is measured, in the order in which it is run. */
export const cases: Readonly<Record<string, Case>> = {
  reads,
  callers,
  'beside-writes': besideWrites,
  'hard-reads': hardReads,
  sweep,
  'plant-questions': plantQuestions,
  glance,
  'single-writes': singleWrites,
  'cold-access': coldAccess,
  revocation,
  feed,
  'apply-rates': applyRates,
  'bulk-import': bulkImport,
  'csv-import': csvImport,
  'typed-devices': typedDevices,
  catalog,
  registry,
  'many-bindings': manyBindings,
  telemetry,
  smallest,
  storms,
  leaving,
  'command-start': commandStart,
};
