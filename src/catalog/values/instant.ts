import { z } from 'zod';

const rfc3339 = z.iso.datetime({ offset: true });

/** Whether a text is an instant of RFC 3339, in a year that four digits hold wherever one stands. */
export function isInstant(text: string): boolean {
  if (!rfc3339.safeParse(text).success) return false;
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** `2026-01-31T13:00:00.250+01:00` → `2026-01-31T12:00:00.25Z`: UTC, to the microsecond. */
export function instant(text: string): string {
  const [, seconds = '', fraction = '', zone = 'Z'] = /^([^.Z+]+?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  const inUtc = new Date(`${seconds}${zone}`).toISOString().slice(0, 19);
  const digits = fraction.slice(0, 6).replace(/0+$/, '');
  return `${inUtc}${digits === '' ? '' : `.${digits}`}Z`;
}
