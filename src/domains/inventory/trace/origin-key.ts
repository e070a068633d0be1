import type { Origin } from './trace-ports.ts';

/** An origin as a text, from which a walk can start. */
export const originKey = ({ port, goes, position }: Origin): string => [goes, port, position ?? ''].join('/');

export function originOf(key: string): Origin {
  const [goes = '', port = '', position = ''] = key.split('/');
  return {
    port,
    goes: goes === 'Inwards' ? 'Inwards' : 'OverCable',
    position: position === '' ? undefined : Number(position),
  };
}
