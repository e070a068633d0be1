import { choice, int, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { MOST_AMPERES, MOST_VOLTS, MOST_WATTS } from './power-limits.ts';
import { fitsItsRating, outletsGone, powerRules } from './power-rules.ts';

export const powerLegs = { A: 'The first leg.', B: 'The second leg.', C: 'The third leg.' };

/** What a power port is: upstream's Port knows neither the direction of the current nor how much there is. */
export const powerPort = defineKind({
  domain: 'inventory',
  group: 'catalog.miloapis.com',
  kind: 'PowerPort',
  plural: 'powerports',
  isNumbered: true,
  isPart: true,
  description:
    'Says of a power port in which direction power flows through it, on which leg, and how much it gives or draws. The port shows the fields as its own. Power flows from a feed or an outlet into an inlet, and cables join nothing else.',
  scope: { home: ['portRef'] },
  topology: { inherit: 'portRef' },
  declares: 'portRef',
  spec: {
    portRef: ref('Port', {
      owned: 'always',
      required: true,
      immutable: 'always',
      description: 'The port that is described, of type Power.',
      inverse: { name: 'powerPort', one: true, description: 'What the port gives or draws; null if nobody has said.' },
    }),
    role: choice(
      'PowerRole',
      {
        Outlet: 'It gives power to what is plugged in: an outlet of a power strip.',
        Inlet: 'It takes power: a power supply, or the plug of a power strip.',
        Feed: 'It is where a feed of the facility arrives at a rack.',
      },
      {
        as: 'powerRole',
        column: 'power_role',
        required: true,
        description: 'In which direction power flows through the port.',
      },
    ),
    feed: text({
      as: 'powerFeed',
      column: 'power_feed',
      min: 1,
      description: 'Of a feed: its name among the feeds of the rack; required there.',
    }),
    inletRef: ref('PowerPort', {
      description: 'Of an outlet: the inlet of the same device that its power comes from.',
      inverse: { name: 'outlets', description: 'The outlets that get their power from this inlet.' },
    }),
    leg: choice('PowerLeg', powerLegs, {
      as: 'powerLeg',
      column: 'power_leg',
      description: 'The leg of a three-phase supply that the port is on.',
    }),
    voltage: int({ min: 1, max: MOST_VOLTS, description: 'Voltage in volts.' }),
    ampsRated: int({ min: 1, max: MOST_AMPERES, description: 'Rated current in amperes.' }),
    ratedWatts: int({ min: 0, max: MOST_WATTS, description: 'The most that the port gives or draws, in watts.' }),
    allocatedWatts: int({
      min: 0,
      max: MOST_WATTS,
      description: 'What is planned to flow through it, in watts; not more than it is rated for.',
    }),
  },
  check: fitsItsRating,
  checkAll: powerRules,
  checkGone: outletsGone,
  printer: [
    { name: 'PORT', path: 'spec.portRef.name' },
    { name: 'ROLE', path: 'spec.role' },
    { name: 'LEG', path: 'spec.leg' },
    { name: 'RATED', path: 'spec.ratedWatts' },
    { name: 'ALLOCATED', path: 'spec.allocatedWatts' },
    { name: 'INLET', path: 'spec.inletRef.name', wide: true },
    { name: 'FEED', path: 'spec.feed', wide: true },
  ],
});
