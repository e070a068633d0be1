import { expect, test } from 'vitest';
import { type Trace, traceText } from '../../src/cli/trace-text.ts';

const port = (name: string) => ({ name, label: name, device: { name: 'panel' } });
const told = (more: Partial<Trace>): string =>
  traceText({
    steps: [],
    stop: 'ENDPOINT',
    isActive: true,
    isSplit: false,
    lengthM: { value: '0' },
    isLengthDefinite: true,
    lostStrands: 0,
    choices: [],
    ...more,
  });

test('a drawing shows parallel ways side by side, circuits, places, what is hidden and what is missing', () => {
  const drawing = told({
    steps: [
      { __typename: 'TracedPorts', hasHidden: false, ports: [port('x')] },
      {
        __typename: 'TracedCables',
        hasHidden: false,
        cables: [{ name: 'c', media: 'COPPER', status: 'PLANNED', lengthM: null }],
      },
      { __typename: 'TracedPorts', hasHidden: true, ports: [port('f1'), { ...port('f2'), device: null }] },
      { __typename: 'TracedCables', hasHidden: true, cables: [] },
      {
        __typename: 'TracedCircuitEnds',
        hasHidden: false,
        ends: [{ side: 'A', circuit: { name: 'k' }, port: port('d') }],
      },
      { __typename: 'TracedCircuitEnds', hasHidden: false, ends: [{ side: null, circuit: null, port: null }] },
      { __typename: 'TracedPlaces', hasHidden: false, places: [{ kind: 'Site', name: 'fra1' }] },
      { __typename: 'TracedPorts', hasHidden: false, ports: [] },
    ],
    stop: 'SITE',
    isActive: false,
    isSplit: true,
    isLengthDefinite: false,
    lostStrands: 2,
  });
  expect(drawing).toBe(`panel x (x)
  │ cable c, COPPER, PLANNED
panel f1 (f1)
f2 (f2)
hidden
  │ hidden
circuit k, end A, at panel d (d)
  ┆
a hidden circuit
  ┆
Site fra1
  ┆
nothing
ends in a facility, where nothing is plugged in; at least 0 m; a cable is not installed; not all ways were followed; strands that end on the way: 2
`);
});

test('strands to choose from are listed, and a port without a cable says so', () => {
  const choices = [{ position: 2, port: { name: 'r' }, to: { name: 'f2' } }];
  expect(told({ stop: 'NO_POSITION', isSplit: true, choices })).toBe(
    'ends at a port with several strands; name one with --position and --inwards; 0 m\n    position 2 of r leads to f2\n',
  );
  expect(traceText(null)).toBe('nothing is plugged in\n');
});
