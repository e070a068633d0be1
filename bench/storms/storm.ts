/** The process that a storm comes from: attacks of one kind, so many at once, until it is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Aim, attacks } from './attacks.ts';

const AT_ONCE = 16;

process.once('message', ({ name, aim }: { readonly name: string; readonly aim: Aim }) => {
  let count = 0;
  const attackOn = async (): Promise<void> => {
    for (;;) {
      // A connection that is refused is an answer, too.
      await attacks[name]?.(aim).catch(() => sleep(10));
      count++;
    }
  };
  for (let one = 0; one < AT_ONCE; one++) void attackOn();
  process.on('message', () => process.send?.(count));
});
