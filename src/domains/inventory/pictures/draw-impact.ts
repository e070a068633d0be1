import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { impactsOf } from '../impact/impact-of.ts';
import { loadNamed } from '../impact/named.ts';
import { loadNames } from '../impact/names.ts';
import { presentImpacts } from '../impact/present-impact.ts';
import { keyText, type LostKind, lostTables } from '../impact/what-can-be-lost.ts';
import { type ImpactBox, impactSvg } from './impact-svg.ts';

/** So many of each list are drawn at most. */
const MOST = 8;

/** The lists of an impact: under which member each item names its object, and what they are called. */
const lists = {
  lostDevices: [null, 'devices lost'],
  circuits: ['circuit', 'circuits'],
  links: ['link', 'links'],
  sites: ['site', 'facilities'],
  devices: ['device', 'devices'],
  power: ['device', 'power'],
  virtualMachines: ['virtualMachine', 'virtual machines'],
  deployments: ['deployment', 'deployments'],
  services: [null, 'services'],
  projects: [null, 'projects'],
} as const;

type Item = WalkValue & ObjectKey;

interface Shown {
  readonly key: ObjectKey;
  readonly verdict: string;
  readonly note: string;
  readonly because: readonly ObjectKey[];
}

/** The picture of what breaks when an object of a kind is lost, by its name; undefined where the caller may not see it. */
export const drawImpact =
  (kind: LostKind) =>
  async (ask: AskValue, see: See, name: string): Promise<string | undefined> => {
    const [named] = await loadNamed(ask, see, lostTables, [`${kind}/${name}`]);
    if (named?.key == null) return undefined;
    const lost = named.key;
    const [value] = await presentImpacts(ask, see, await impactsOf(ask, see, [[lost]], MOST), MOST);
    if (value === undefined) return undefined;
    const found = new Map<string, Shown>();
    const counts = Object.entries(lists).map(([list, [member, what]]) => {
      const { totalCount, hiddenCount, items } = value[list] as WalkValue & { readonly items: readonly Item[] };
      for (const item of items) {
        const key = (member === null ? item : item[member]) as ObjectKey;
        const first = found.get(keyText(key));
        const verdict = list === 'lostDevices' ? 'Isolated' : String(item.verdict ?? '');
        if (keyText(key) === keyText(lost)) continue;
        found.set(keyText(key), {
          key,
          verdict: first?.verdict || verdict,
          note: [first?.note, noteOf(list, item)].filter(Boolean).join(', '),
          because: [...(first?.because ?? []), ...causesOf(list, item, lost)],
        });
        if (list === 'deployments') linkService(found, item);
      }
      return { what, total: Number(totalCount), hidden: Number(hiddenCount), shown: items.length };
    });
    const names = await loadNames(ask, see, [lost, ...[...found.values()].map(({ key }) => key)]);
    const boxes = [...found].flatMap(
      ([
        key,
        {
          key: { kind: of },
          verdict,
          note,
          because,
        },
      ]): ImpactBox[] => {
        const called = names.get(key);
        if (called === undefined) return [];
        const causes = because.map(keyText).filter((cause) => names.has(cause) && cause !== key);
        return [
          {
            key,
            kind: of,
            name: called,
            note: `${of}, ${note || 'touched'}`,
            verdict: styleOf(verdict),
            because: causes.length > 0 ? causes : [keyText(lost)],
          },
        ];
      },
    );
    const top: ImpactBox = { key: keyText(lost), kind, name, note: `${kind}, lost`, verdict: 'lost', because: [] };
    return impactSvg(`${kind} ${name}`, [top, ...boxes], counts);
  };

const words = (verdict: unknown): string =>
  String(verdict ?? '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
const styleOf = (verdict: string): string => (verdict === '' ? 'touched' : words(verdict).replace(' ', '-'));

function noteOf(list: string, item: WalkValue): string {
  if (list === 'lostDevices') return 'lost along';
  if (item.verdict === undefined) return '';
  const count = ((): string => {
    if (list === 'sites') return `, ways out ${String(item.waysOutBefore)} to ${String(item.waysOutAfter)}`;
    if (list === 'power') return `, inlets ${String(item.inletsBefore)} to ${String(item.inletsAfter)}`;
    if (item.isLost === true || item.pathsBefore === undefined) return '';
    return `, paths ${String(item.pathsBefore)} to ${String(item.pathsAfter)}`;
  })();
  return `${list === 'power' ? 'power ' : ''}${words(item.verdict)}${count}`;
}

function causesOf(list: string, item: WalkValue, lost: ObjectKey): ObjectKey[] {
  if (list === 'virtualMachines') return [item.host as ObjectKey];
  if (list !== 'deployments') return list === 'services' ? [] : [lost];
  return (item.hosts as readonly WalkValue[])
    .filter(({ verdict }) => verdict !== 'Unaffected')
    .map(({ host }) => host as ObjectKey);
}

/** A service is touched by what becomes of its deployments. */
function linkService(found: Map<string, Shown>, item: WalkValue): void {
  const key = item.service as ObjectKey;
  const known = found.get(keyText(key));
  const because = [...(known?.because ?? []), item.deployment as ObjectKey];
  found.set(keyText(key), { key, verdict: '', note: '', because });
}
