import { bool, choice, text } from '../../catalog/fields.ts';

export const poeModes = {
  Supply: 'It powers what is plugged in.',
  Draw: 'It is powered by what is plugged in.',
};

/** What a port is as a part, of which upstream's manifest says nothing. */
export const portHardware = {
  part: choice(
    'PortPart',
    {
      Interface: 'A network interface.',
      ConsolePort: 'A port from which the device is operated.',
      ConsoleServerPort: 'A port that leads to consoles of other devices.',
      PowerPort: 'An inlet by which the device is powered.',
      PowerOutlet: 'An outlet that powers other devices.',
      FrontPort: 'A front port of a passive device.',
      RearPort: 'A rear port of a passive device.',
    },
    { description: 'What the port does for its device.' },
  ),
  form: text({
    max: 100,
    description:
      'Its form factor or connector, as the community library of device types calls it: `lc`, `25gbase-x-sfp28`.',
  }),
  label: text({ max: 200, description: 'What is printed beside it.' }),
  description: text({ max: 1000, description: 'What people should know of it.' }),
  managementOnly: bool({ description: 'Whether it is for the management of the device alone.' }),
  poeMode: choice('PoeMode', poeModes, {
    description: 'Whether power goes over the data cable, and which way.',
  }),
  poeType: text({ max: 100, description: 'The standard of that: `type2-ieee802.3at`.' }),
  color: text({ max: 20, description: 'Its colour, as six hexadecimal digits.' }),
};
