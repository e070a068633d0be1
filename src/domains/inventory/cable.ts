import { choice, quantity, refs, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import type { Violation } from '../../platform/errors.ts';

const fiber = ['Optical', 'PatchPanel'];
/** Port types each medium fits (inventory.md section 2, compatibility table; design.md section 11). */
const fits: Readonly<Record<string, readonly string[]>> = {
  Power: ['Power'],
  Copper: ['Ethernet', 'Serial', 'PatchPanel'],
  DAC: ['Ethernet', 'Optical'],
  FiberSMF: fiber,
  FiberMMF: fiber,
};

export const cable = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Cable',
  plural: 'cables',
  description: 'A cable between two ports.',
  scope: { home: ['endpoints'], also: ['endpoints'] },
  spec: {
    endpoints: refs('Port', {
      table: 'cable_termination',
      required: true,
      min: 2,
      max: 2,
      unique: true,
      description: 'The two ports it joins: A, then Z.',
      inverse: { name: 'cable', one: true, description: 'The cable plugged into the port.' },
    }),
    media: choice('CableMedia', ['Copper', 'FiberSMF', 'FiberMMF', 'Power', 'DAC'], {
      required: true,
      description: 'What it is made of.',
      meanings: { FiberSMF: 'Single-mode fibre.', FiberMMF: 'Multi-mode fibre.', DAC: 'Direct-attach copper.' },
    }),
    lengthM: quantity({ description: 'Length in metres.' }),
    label: text({ description: 'Text of the sticker.' }),
  },
  checkAll: fitsItsPorts,
  printer: [
    { name: 'MEDIA', path: 'spec.media' },
    { name: 'A', path: 'spec.endpoints[0].name' },
    { name: 'Z', path: 'spec.endpoints[1].name' },
    { name: 'LENGTH', path: 'spec.lengthM' },
    { name: 'LABEL', path: 'spec.label', wide: true },
  ],
});

/** The medium fits both ports, and neither port carries another cable. */
async function fitsItsPorts(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{
    cable: string;
    media: string;
    position: number;
    port: string;
    type: string;
    serial: boolean;
  }>(
    `select c.name as cable, c.media, t.position, p.name as port, p.type,
       (select bool_or(o.type = 'Serial') from cable_termination x join port o on o.id = x.port_id where x.cable_id = c.id) as serial
     from cable c join cable_termination t on t.cable_id = c.id join port p on p.id = t.port_id where c.id = any($1::uuid[])`,
    [changes.map(({ id }) => id)],
  );
  return rows.flatMap(({ cable: name, media, position, port, type, serial }): Violation[] => {
    const accepted = serial && media === 'Copper' ? ['Serial', 'PatchPanel'] : (fits[media] ?? []);
    if (accepted.includes(type)) return [];
    const message = `a ${media} cable does not fit port ${port} of type ${type}`;
    return [
      {
        rule: 'MEDIA_MISMATCH',
        subject: `Cable/${name}`,
        path: `spec.endpoints[${position}].name`,
        message,
        accepted: `a port of type ${accepted.join(' or ')}`,
      },
    ];
  });
}
