import type { PortType } from '../port-types.ts';

/** What a part of a type becomes: a port of a type with a line rate, or none, where there is no socket. */
export interface PortForm {
  readonly type: PortType;
  readonly speed?: string;
}

/** No cable can be plugged into these (cable-trace.md 2.5). */
export const WITHOUT_SOCKET = /^(virtual|bridge|lag|ieee802\.|other-wireless|gsm|cdma|lte|4g|5g$)/;
const COPPER =
  /(base-(t|tx|t1|t1s|cx|cx4)|base-kx|base-kr|^cisco-stack|^juniper-vcp|^t1$|^e1$|^t3$|^e3$|docsis|bri|xdsl)/;
const RATE = /^(\d+(?:\.\d+)?)(m|g|t)?base/;

/** `25gbase-x-sfp28` → 25G. */
function rateOf(form: string): string | undefined {
  const [, digits = '', unit = 'm'] = RATE.exec(form) ?? [];
  if (digits === '') return undefined;
  const megabits = Number(digits) * { m: 1, g: 1_000, t: 1_000_000 }[unit as 'm' | 'g' | 't'];
  return megabits % 1_000 === 0 ? `${megabits / 1_000}G` : `${megabits}M`;
}

/**
 * Media type and rate of an interface by its form, as the community library writes it. What says neither (`other`) takes
 * fibres, as most pluggable modules do, unless its template says otherwise.
 */
export function interfaceForm(form: string, stated?: PortType): PortForm | undefined {
  if (stated === undefined && WITHOUT_SOCKET.test(form)) return undefined;
  const speed = rateOf(form);
  const type = stated ?? (COPPER.test(form) ? 'Ethernet' : 'Optical');
  return { type, ...(speed !== undefined && type !== 'Power' && { speed }) };
}
