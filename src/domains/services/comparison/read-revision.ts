import { parseJson } from '../../../catalog/manifests/json.ts';
import { isObject } from '../../../catalog/values/is-object.ts';
import { configurationSections } from '../configuration-fields.ts';
import {
  type Meanings,
  meaningOfMeter,
  meaningOfType,
  type PublishedMeter,
  type PublishedType,
} from '../published-names.ts';
import type { Revision } from './compare.ts';

/** A row as `to_jsonb` writes it. */
type JsonRow = Readonly<Record<string, unknown>>;

const snake = (word: string): string => word.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();

/** The configuration that a row of its table holds, with its phase and its version. */
export function readRevision(json: unknown): Revision | undefined {
  const row = read(json);
  if (!isObject(row)) return undefined;
  const sections = Object.entries(configurationSections).map(([name, field]) => {
    if (field.type !== 'group') return [name, row[snake(name)]] as const;
    const members = Object.keys(field.fields).map(
      (member) => [member, row[`${snake(name)}_${snake(member)}`]] as const,
    );
    return [name, Object.fromEntries(members)] as const;
  });
  const document = {
    version: row.version,
    phase: row.phase,
    ...Object.fromEntries(sections),
  };
  return { id: String(row.id), name: String(row.name), document };
}

/** What names mean, from rows of `published_meter` and `published_resource_type`. */
export const readMeanings = (meters: unknown, types: unknown): Meanings => ({
  meters: new Map((read(meters) as readonly PublishedMeter[]).map((row) => [row.meter_name, meaningOfMeter(row)])),
  types: new Map((read(types) as readonly PublishedType[]).map((row) => [row.resource_type_name, meaningOfType(row)])),
});

const read = (json: unknown): JsonRow | readonly unknown[] | undefined =>
  typeof json === 'string' ? (parseJson(json) as JsonRow | readonly unknown[]) : undefined;
