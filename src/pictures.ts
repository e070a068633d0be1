import { createHash } from 'node:crypto';
import type { See } from './catalog/link.ts';
import { seeing } from './catalog/read/hops.ts';
import { askWith } from './catalog/read/walks.ts';
import { type RequestContext, readWithAccess } from './catalog/schema/index.ts';
import type { AskValue } from './catalog/walk.ts';
import { drawImpact, drawRack, drawTrace, lostKinds } from './domains/inventory/index.ts';
import { NotFoundError } from './platform/errors.ts';
import type { ServedDocument } from './platform/http/document-route.ts';
import { type KeptBody, keepBody } from './platform/http/kept-answer.ts';

/** Draws something by its name, as far as whoever asks may see it; undefined, if they may not. */
type Draw = (ask: AskValue, see: See, name: string) => Promise<string | undefined>;

const SVG = 'image/svg+xml; charset=utf-8';

/** A picture, read with the caller's rights like any other answer. */
const served = (path: string, name: string, kind: string, draw: Draw): ServedDocument<RequestContext> => ({
  path,
  name,
  contentType: SVG,
  read: async (request, _search, { name: wanted = '' }) => {
    const drawn = await readWithAccess(request, (access) => {
      const { database, catalog } = request;
      const ask = askWith({ access }, (statement) => database.cells(statement));
      return draw(ask, seeing({ catalog, access }), wanted);
    });
    if (drawn === undefined) throw new NotFoundError(`${kind} '${wanted}' does not exist or is not visible to you`);
    return kept(drawn);
  },
});

const kept = (drawn: string): KeptBody => {
  const body = Buffer.from(drawn);
  return keepBody(`"${createHash('sha256').update(body).digest('base64url')}"`, body);
};

/** `NetworkDevice` → `/networkdevices/:name/impact.svg`, as the plural of the kind is written everywhere. */
const pathOf = (kind: string): string =>
  `/${kind === 'Equipment' ? 'equipment' : `${kind.toLowerCase()}s`}/:name/impact.svg`;

/** The pictures that are served over HTTP. */
export const pictures: readonly ServedDocument<RequestContext>[] = [
  served('/racks/:name/elevation.svg', 'RackElevation', 'rack', drawRack),
  served('/ports/:name/trace.svg', 'Trace', 'port', drawTrace),
  ...lostKinds.map((kind) => served(pathOf(kind), 'Impact', kind, drawImpact(kind))),
];
