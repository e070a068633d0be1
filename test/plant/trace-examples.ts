/** Plants, drawn as in drawn-plant.ts, and the traces from some of their ports. */
export interface TraceExample {
  readonly name: string;
  readonly plant: string;
  readonly expected: readonly string[];
}

const twoWays = 'F1 = R1; F2 = R2; x -c- F1 F2';

/** Every example of reference/cable-trace.md section 13, then one for each rule of sections 4, 6 and 9. */
export const examples: readonly TraceExample[] = [
  {
    name: 'two panels with a two-strand trunk',
    plant: 'F1 = R(2).1; F2 = R.2; G1 = S(2).1; G2 = S.2; x -c1- F2; R -c2- S; G2 -c3- y',
    expected: [
      'x: x c1 f2 r c2 s g2 c3 y | ENDPOINT complete active',
      'y: y c3 g2 s c2 r f2 c1 x | ENDPOINT complete active',
      'f1: none',
      'f2: f2 c1 x | ENDPOINT complete active',
    ],
  },
  {
    name: 'an interface plugged straight into a trunk',
    plant: 'F1 = R(2).1; F2 = R.2; x -c- R; F1 -a- y',
    expected: ['x: x c r | NO_POSITION active split', 'y: y a f1 r c x | ENDPOINT complete active'],
  },
  {
    name: 'out, back and out again over one trunk is no loop',
    plant:
      'F1 = R(3).1; F2 = R.2; F3 = R.3; G1 = S(3).1; G2 = S.2; G3 = S.3; x -a- F1; R -t- S; G1 -p- G2; F2 -q- F3; G3 -b- y',
    expected: ['x: x a f1 r t s g1 p g2 s t r f2 q f3 r t s g3 b y | ENDPOINT complete active'],
  },
  {
    name: 'a loop whose address grows',
    plant: 'F1 = R(2).1; F2 = R.2; R -c- F2; x -d- F1',
    expected: ['x: x d f1 r c f2 r c f2 r | LOOP active loop'],
  },
  {
    name: 'crossed strands keep their own rear port',
    plant:
      'F(2).1 = R1(2).2; F.2 = R2(2).1; G(2).1 = S1(2).2; G.2 = S2(2).1; x -a[single-1c2p]- F; R1 -t1- S1; R2 -t2- S2; G -b[single-1c2p]- y',
    expected: ['x: x a f r1+r2 t1+t2 s1+s2 g b y | ENDPOINT complete active'],
  },
  {
    name: 'duplex over two simplex panels',
    plant: `${twoWays}; G1 = S1; G2 = S2; R1 -t1- S1; R2 -t2- S2; G1 G2 -d- y`,
    expected: ['x: x c f1+f2 r1+r2 t1+t2 s1+s2 g1+g2 d y | ENDPOINT complete active'],
  },
  {
    name: 'parallel ways of which one is longer',
    plant: `${twoWays}; R1 -t1- y; R2 -t2- S2`,
    expected: ['x: x c f1+f2 r1+r2 t1+t2 | MIXED_KINDS active split'],
  },
  {
    name: 'parallel ways of which one is not cabled',
    plant: `${twoWays}; R1 -t1- y`,
    expected: ['x: x c f1+f2 r1+r2 t1 y | ENDPOINT complete active split'],
  },
  {
    name: 'parallel ways over a plain cable and one with a profile',
    plant: `${twoWays}; R1 -t1- S1; R2 -t2[single-1c1p]- S2`,
    expected: ['x: x c f1+f2 r1+r2 t1+t2 | MIXED_CABLES active split'],
  },
  { name: 'a cable between two interfaces', plant: 'x -c- y', expected: ['x: x c y | ENDPOINT complete active'] },
  { name: 'a port without a cable has no trace', plant: 'x; y -c- z', expected: ['x: none'] },
  {
    name: 'interfaces that share the end of a plain cable are one origin',
    plant: 'x y -c- z',
    expected: [
      'x: x+y c z | ENDPOINT complete active',
      'y: x+y c z | ENDPOINT complete active',
      'z: z c x+y | ENDPOINT complete active',
    ],
  },
  {
    name: 'a breakout cable leads to all of its legs, and each leg back',
    plant: 'x -c[breakout-1c2p-2c1p]- y z',
    expected: ['x: x c y+z | ENDPOINT complete active', 'z: z c x | ENDPOINT complete active'],
  },
  {
    name: 'a leg that hangs free is lost',
    plant: 'x -c[breakout-1c4p-4c1p]- y - z',
    expected: ['x: x c y+z | ENDPOINT complete active lost 2'],
  },
  {
    name: 'a strand for which nothing is plugged in at the far end',
    plant: 'F1 = R(2).1; F2 = R.2; x -a- F2; R -c[breakout-1c2p-2c1p]- y -',
    expected: ['x: x a f2 r c nothing | NO_FAR_END active', 'y: y c r f1 | UNCABLED active'],
  },
  {
    name: 'a strand that the connector does not have',
    plant: 'F3 = R(3).3; x -a- F3; R -c[single-1c2p]- y',
    expected: ['x: x a f3 r c nothing | NO_FAR_END active'],
  },
  {
    name: 'a shuffle leads each strand where its table says',
    plant:
      'F1 = R(4).1; F3 = R.3; G1 = S(4).1; G3 = S.3; H1 = T(4).1; H3 = T.3; R - -c[trunk-2c4p-shuffle]- S T; a -1- F1; b -2- F3; G1 -3- y; H1 -4- z',
    expected: [
      'a: a 1 f1 r c s g1 3 y | ENDPOINT complete active',
      'b: b 2 f3 r c t h1 4 z | ENDPOINT complete active',
    ],
  },
  {
    name: 'a trunk is carried inside a trunk',
    plant:
      'F1 = R(2).1; F2 = R.2; N1 = Q(3).1; N2 = Q.2; M2 = P(3).2; G1 = S(2).1; G2 = S.2; x -a- F2; R -b- N2; Q -t- P; M2 -c- S; G2 -d- y',
    expected: [
      'x: x a f2 r b n2 q t p m2 c s g2 d y | ENDPOINT complete active',
      'y: y d g2 s c m2 p t q n2 b r f2 a x | ENDPOINT complete active',
    ],
  },
  {
    name: 'out, back and out again over a trunk inside a trunk is no loop either',
    plant:
      'F1 = R(3).1; F2 = R.2; F3 = R.3; N1 = Q(2).1; M1 = P(2).1; G1 = S(3).1; G2 = S.2; G3 = S.3; x -a- F1; R -b- N1; Q -t- P; M1 -c- S; G1 -u- G2; F2 -v- F3; G3 -d- y',
    expected: [
      'x: x a f1 r b n1 q t p m1 c s g1 u g2 s c m1 p t q n1 b r f2 v f3 r b n1 q t p m1 c s g3 d y | ENDPOINT complete active',
    ],
  },
  {
    name: 'a panel whose wiring does not go on',
    plant: 'x -c- F1; G1 = S(2).1; y -d- G1; S -t- T(2)',
    expected: ['x: x c f1 | UNMAPPED active', 'y: y d g1 s t t | UNMAPPED active'],
  },
  {
    name: 'a panel whose next port is free',
    plant: 'F1 = R; x -c- F1',
    expected: ['x: x c f1 r | UNCABLED active'],
  },
  {
    name: 'a cable that is not installed',
    plant: 'F1 = R; x -c- F1; R -d{Planned}- y',
    expected: ['x: x c f1 r d y | ENDPOINT complete'],
  },
  {
    name: 'a trunk whose both ends are of one panel leads back',
    plant: 'F1 = R(2).1; F2 = R.2; F3 = S(2).1; x -a- F1; R -t- S; F3 -b- y',
    expected: ['x: x a f1 r t s f3 b y | ENDPOINT complete active'],
  },
  {
    name: 'a ring of panels',
    plant: 'F1 = R1; F2 = R2; x -a- F1; R1 -b- R2; F2 -c- F3; F3 = R3; R3 -d- F4; F4 = R4',
    expected: ['x: x a f1 r1 b r2 f2 c f3 r3 d f4 r4 | UNCABLED active'],
  },
  {
    name: 'lengths are added',
    plant: 'F1 = R1; F2 = R2; x -c{2.5}- F1 F2; R1 -d{10.125}- y; R2 -e{10.625}- z; u -f{4}- F4; F4 = R4; R4 -g- v',
    expected: ['x: x c f1+f2 r1+r2 d+e y+z | ENDPOINT complete active'],
  },
];
