import { stringifyJson } from '../../catalog/manifests/json.ts';
import { usageError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { findTargets } from '../targets.ts';

/** The levels of a tree, from the outside inwards. */
export const levels = ['region', 'site', 'rack', 'device'] as const;
type Level = (typeof levels)[number];

export interface TreeOptions {
  readonly depth?: Level;
  readonly output: 'text' | 'json';
}

interface Branch {
  readonly kind: string;
  readonly name: string;
  /** What is said of it besides. */
  readonly about: string;
  readonly inside: readonly Branch[];
}

interface Named {
  readonly name: string;
}
interface Counted {
  readonly totalCount: number;
}
interface Region extends Named {
  readonly displayName: string;
  readonly sites: Counted;
}
interface Site extends Named {
  readonly displayName: string;
  readonly region: Named | null;
  readonly racks: Counted;
}
interface Device extends Named {
  readonly kind: string;
  readonly rack: Named | null;
}
interface Rack extends Named {
  readonly site: Named;
  readonly heightU: number;
  readonly usedUnits: string | number;
  readonly held: Counted & { readonly nodes?: readonly Device[] };
}

/** Pages are so large that none asks for more objects than one operation may. */
const PAGES = { regions: 500, sites: 500, racks: 200 } as const;
/** So many devices of a rack are named. */
const DEVICES = 200;

const documents = {
  regions: 'nodes { name displayName sites { totalCount } }',
  sites: 'nodes { name displayName region { name } racks { totalCount } }',
  racks: `nodes { name site { name } heightU usedUnits held: devices(first: $devices) { totalCount nodes @include(if: $named) { kind name } } }`,
} as const;
const filters = { regions: 'RegionWhere', sites: 'SiteWhere', racks: 'RackWhere' } as const;

/** `catalog tree site/fra1`: regions, their facilities, racks and devices, as far as the caller sees them. */
export async function tree(session: Session, words: readonly string[], options: TreeOptions): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const roots = words.length === 0 ? [] : await findTargets(session, words);
  const wrong = roots.find(({ kind, names }) => !isRoot(kind.singular) || names === undefined);
  if (wrong !== undefined)
    throw usageError(`a tree does not begin at ${words.join(' ')}`, 'it begins at region/NAME, site/NAME or rack/NAME');
  const depth = options.depth ?? (roots.length === 0 ? 'rack' : 'device');
  const branches =
    roots.length === 0
      ? await load(client, undefined, depth)
      : (
          await Promise.all(
            roots.flatMap(({ kind, names = [] }) =>
              names.map((name) => load(client, { level: kind.singular as Level, name }, depth)),
            ),
          )
        ).flat();
  if (options.output === 'json') await terminal.print(`${stringifyJson(branches, 2)}\n`);
  else await terminal.print(branches.map((branch) => treeText(branch, '', '')).join(''));
  if (branches.length > 0) return 0;
  terminal.note(roots.length === 0 ? 'No regions found.' : `error: ${words.join(' ')} not found`);
  return roots.length === 0 ? 0 : 1;
}

const isRoot = (word: string): boolean => word === 'region' || word === 'site' || word === 'rack';

interface Root {
  readonly level: Level;
  readonly name: string;
}

/** The branches from a root, or from all regions, down to a level. */
async function load(client: Client, root: Root | undefined, depth: Level): Promise<Branch[]> {
  const from = root === undefined ? 0 : levels.indexOf(root.level);
  const to = levels.indexOf(depth);
  if (from > to) throw usageError(`--depth ${depth} lies above ${root?.level}`);
  const named = { name: { eq: root?.name } };
  const where: Readonly<Record<Level, Readonly<Record<string, object>>>> = {
    region: { region: named, site: { region: named }, rack: { site: { region: named } } },
    site: { site: named, rack: { site: named } },
    rack: { rack: named },
    device: {},
  };
  const wheres = root === undefined ? {} : where[root.level];
  const isIn = (level: Level): boolean => levels.indexOf(level) >= from && levels.indexOf(level) <= to;
  const [regions, sites, racks] = await Promise.all([
    isIn('region') ? listed<Region>(client, 'regions', wheres.region) : [],
    isIn('site') ? listed<Site>(client, 'sites', wheres.site) : [],
    isIn('rack') ? listed<Rack>(client, 'racks', wheres.rack, { named: isIn('device'), devices: DEVICES }) : [],
  ]);
  const racksOf = Map.groupBy(racks.map(rackBranch), ([site]) => site);
  const inside = <Key>(map: ReadonlyMap<Key, [Key, Branch][]>, key: Key): Branch[] =>
    (map.get(key) ?? []).map(([, branch]) => branch);
  if (from === levels.indexOf('rack')) return racks.map((rack) => rackBranch(rack)[1]);
  const siteBranch = (site: Site): [string | undefined, Branch] => [
    site.region?.name,
    {
      kind: 'site',
      name: site.name,
      about: `${site.displayName}, ${count(site.racks.totalCount, 'rack')}`,
      inside: inside(racksOf, site.name),
    },
  ];
  const sitesOf = Map.groupBy(sites.map(siteBranch), ([region]) => region);
  if (from === levels.indexOf('site')) return sites.map((site) => siteBranch(site)[1]);
  const known = new Set<string | undefined>(regions.map(({ name }) => name));
  const strays = [...sitesOf].flatMap(([region, own]) => (known.has(region) ? [] : own.map(([, branch]) => branch)));
  return [
    ...regions.map(({ name, displayName, sites: own }) => ({
      kind: 'region',
      name,
      about: `${displayName}, ${count(own.totalCount, 'site')}`,
      inside: inside(sitesOf, name),
    })),
    // Facilities whose region the caller does not see.
    ...strays,
  ];
}

function rackBranch({ name, site, heightU, usedUnits, held }: Rack): [string, Branch] {
  const devices = (held.nodes ?? []).map((device) => ({
    kind: device.kind.toLowerCase(),
    name: device.name,
    about: '',
    inside: [],
  }));
  const others = held.nodes === undefined ? 0 : held.totalCount - devices.length;
  const cut = others > 0 ? [{ kind: '', name: `and ${others} more`, about: '', inside: [] }] : [];
  const about = `${heightU} U, ${usedUnits} used, ${count(held.totalCount, 'device')}`;
  return [site.name, { kind: 'rack', name, about, inside: [...devices, ...cut] }];
}

/** All objects of a level, page by page. */
async function listed<Node>(
  client: Client,
  list: keyof typeof documents,
  where: object | undefined,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Node[]> {
  const declared = list === 'racks' ? ', $devices: Int, $named: Boolean!' : '';
  const query = `query CatalogTree($first: Int, $after: String, $where: ${filters[list]}${declared}) {
    page: ${list}(first: $first, after: $after, where: $where) { ${documents[list]} pageInfo { hasNextPage endCursor } } }`;
  const found: Node[] = [];
  let after: string | null = null;
  do {
    const { page }: Listed<Node> = await client.execute<Listed<Node>>(query, {
      first: PAGES[list],
      after,
      ...(where !== undefined && { where }),
      ...more,
    });
    found.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

interface Listed<Node> {
  readonly page: {
    readonly nodes: readonly Node[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** A branch with what is inside it; `first` stands before its own line, `rest` before those of what is inside. */
function treeText({ kind, name, about, inside }: Branch, first: string, rest: string): string {
  const shown = kind === '' ? name : `${kind}/${name}`;
  const lines = inside.map((branch, index) => {
    const isLast = index === inside.length - 1;
    return treeText(branch, `${rest}${isLast ? '└── ' : '├── '}`, `${rest}${isLast ? '    ' : '│   '}`);
  });
  return `${first}${shown}${about === '' ? '' : `  ${about}`}\n${lines.join('')}`;
}
