import type { Remark } from '../../catalog/kind.ts';
import type { Evidence } from '../../catalog/rules.ts';
import {
  convertibleUnits,
  converts,
  nearestUnit,
  type ReadUnit,
  readCount,
  readUnit,
} from '../../catalog/values/unit.ts';
import { mistakable } from '../../catalog/values/unit-aliases.ts';

/** A unit, and where it is written. */
export interface WrittenUnit {
  readonly unit: string;
  readonly path: string;
  /** A unit of a price list: a word that is no unit counts what it names, `request` is `{request}`. */
  readonly isOfPriceList?: true;
}

/** A unit that breaks a rule. */
export interface UnitRefusal extends Evidence {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

const suggestion = (unit: string): string => {
  const near = nearestUnit(unit);
  return near === undefined
    ? 'a unit in UCUM notation, such as By, GiBy.h or {request}'
    : `a UCUM unit such as ${near}`;
};

function pair(from: WrittenUnit, to: WrittenUnit): UnitRefusal[] {
  const [a, b] = [readUnit(from.unit), readUnit(to.unit)];
  if (a === undefined || b === undefined || a.spelling === b.spelling || converts(a, b)) return [];
  const isPrice = to.isOfPriceList === true;
  if (isPrice && converts(readCount(from.unit), readCount(to.unit))) return [];
  const unread = b.measure === undefined ? to : a.measure === undefined && !isPrice ? from : undefined;
  if (unread !== undefined) {
    const message = `${from.unit} cannot be converted into ${to.unit}: ${unread.unit} is no known unit.`;
    return [
      { rule: 'UNIT_UNKNOWN', path: unread.path, message, value: unread.unit, accepted: suggestion(unread.unit) },
    ];
  }
  const message = `${from.unit} cannot be converted into ${to.unit}: they measure different things.`;
  const accepted = convertibleUnits(from.unit, to.unit).slice(0, 10).join(', ');
  return [{ rule: 'UNITS_DO_NOT_CONVERT', path: to.path, message, value: to.unit, accepted }];
}

/** Each unit is formed as one, and converts into the next: what is measured, what is consumed, what is priced. */
export function checkUnits(units: readonly WrittenUnit[]): UnitRefusal[] {
  const formless = units.filter(({ unit }) => readUnit(unit) === undefined);
  return [
    ...formless.map(({ unit, path }): UnitRefusal => {
      const message = `${unit} is not formed like a unit.`;
      return { rule: 'UNIT_FORM', path, message, value: unit, accepted: suggestion(unit) };
    }),
    ...units.slice(1).flatMap((to, index) => {
      const from = units[index];
      return from === undefined ? [] : pair(from, to);
    }),
  ];
}

type UnitRemark = Omit<Remark, 'objectId'>;

function spelling({ unit, path }: WrittenUnit, read: ReadUnit): UnitRemark[] {
  if (read.spelling !== unit) {
    const near = read.measure === undefined ? nearestUnit(unit) : undefined;
    const or = near === undefined ? '' : `, or ${near} if that is meant`;
    return [{ code: 'UNIT_SPELLING', path, message: `${unit} is not UCUM: write ${read.spelling}${or}` }];
  }
  const meant = mistakable(unit);
  if (meant === undefined || readUnit(meant) === undefined) return [];
  return [{ code: 'UNIT_MISTAKABLE', path, message: `B is the bel in UCUM: if ${unit} counts bytes, write ${meant}` }];
}

/** What the author should know of accepted units. */
export function remarkOnUnits(units: readonly WrittenUnit[]): UnitRemark[] {
  const read = units.flatMap((written) => {
    const understood = readUnit(written.unit);
    return understood === undefined ? [] : [{ written, understood }];
  });
  const spellings = read.flatMap(({ written, understood }) => spelling(written, understood));
  const counts = read.slice(1).flatMap(({ written, understood }, index): UnitRemark[] => {
    const before = read[index];
    const [a, b] = [before?.understood.annotations ?? [], understood.annotations];
    if (before === undefined || a.length === 0 || b.length === 0 || a.join() === b.join()) return [];
    const message = `UCUM does not convert what is in braces: one ${before.written.unit} counts as one ${written.unit} but for their other factors`;
    return [{ code: 'UNIT_ANNOTATIONS', path: written.path, message }];
  });
  return [...spellings, ...counts];
}
