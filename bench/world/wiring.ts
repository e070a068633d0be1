import { deviceName, portName, rackName, type Size } from '../sizes.ts';
import { manifest, type Together } from './documents.ts';
import { cable } from './plant.ts';

/** Cables between random ports: what is plugged together stands anywhere, so nothing is found near what it leads to. */
export function* cables(size: Size): Generator<Together> {
  const ports = shuffled(size.racks * size.devicesPerRack * size.portsPerDevice);
  for (let index = 0; index < size.cables; index++) {
    const ends = [nameOf(size, ports[2 * index] ?? 0), nameOf(size, ports[2 * index + 1] ?? 0)] as const;
    yield [cable(`c${index}`, ends)];
  }
}

/** Circuits between random sites. */
export function* circuits(size: Size): Generator<Together> {
  for (let index = 0; index < size.circuits; index++) {
    const from = index % size.sites;
    const to = (from + 1 + (Math.floor(index / size.sites) % (size.sites - 1))) % size.sites;
    const spec = {
      providerRef: { name: 'carrier' },
      type: 'Transit',
      circuitID: `X-${index}`,
      bandwidthMbps: 10_000,
      aEnd: { kind: 'Site', name: `s${from}` },
      zEnd: { kind: 'Site', name: `s${to}` },
    };
    yield [manifest('inventory', 'Circuit', { name: `x${index}` }, spec)];
  }
}

function nameOf(size: Size, index: number): string {
  const deviceIndex = Math.floor(index / size.portsPerDevice);
  const rack = rackName(size, Math.floor(deviceIndex / size.devicesPerRack));
  return portName(deviceName(rack, deviceIndex % size.devicesPerRack), index % size.portsPerDevice);
}

/** The numbers below `count` in an order that looks random and is the same every time. */
function shuffled(count: number): Uint32Array {
  const numbers = Uint32Array.from({ length: count }, (_, index) => index);
  let state = 20_260_101;
  for (let index = count - 1; index > 0; index--) {
    // A linear congruential generator; its high bits are good enough to shuffle by.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (index + 1));
    const held = numbers[index] ?? 0;
    numbers[index] = numbers[other] ?? 0;
    numbers[other] = held;
  }
  return numbers;
}
