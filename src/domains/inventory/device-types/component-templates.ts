import { bool, choice, int, objects, text } from '../../../catalog/fields.ts';
import { poeModes } from '../port-hardware.ts';
import { portTypes } from '../port-types.ts';
import { MOST_WATTS } from '../power-limits.ts';

const common = {
  name: text({
    required: true,
    min: 1,
    max: 200,
    description:
      'Name on the device. In a module, `{module}` stands for the position of the bay that the module is in.',
  }),
  label: text({ max: 200, description: 'What is printed beside it.' }),
  description: text({ max: 1000, description: 'What people should know of it.' }),
};

const form = (what: string) => text({ required: true, min: 1, max: 100, description: what });
const draws = {
  maximumDraw: int({ min: 0, max: MOST_WATTS, description: 'The most that it draws, in watts.' }),
  allocatedDraw: int({ min: 0, max: MOST_WATTS, description: 'What is planned that it draws, in watts.' }),
};

/** Parts that become ports of a device or a module, as the community library groups them; in the order in which ports are made. */
export const portTemplates = {
  interfaces: objects(
    'InterfaceTemplate',
    {
      ...common,
      form: form('Form factor and rate, as the community library calls it: `25gbase-x-sfp28`.'),
      portType: choice('PortType', portTypes, {
        description: 'What can be plugged in, where the form does not tell: for `other`.',
      }),
      managementOnly: bool({ description: 'Whether it is for the management of the device alone.' }),
      poeMode: choice('PoeMode', poeModes, { description: 'Whether power goes over the data cable, and which way.' }),
      poeType: text({ max: 100, description: 'The standard of that: `type2-ieee802.3at`.' }),
    },
    { key: 'name', description: 'Its network interfaces. Those without a socket, as of radios, become no ports.' },
  ),
  consolePorts: objects(
    'ConsolePortTemplate',
    { ...common, form: form('The connector: `rj-45`.') },
    { key: 'name', description: 'Ports from which it is operated.' },
  ),
  consoleServerPorts: objects(
    'ConsoleServerPortTemplate',
    { ...common, form: form('The connector: `rj-45`.') },
    { key: 'name', description: 'Ports that lead to consoles of other devices.' },
  ),
  powerPorts: objects(
    'PowerPortTemplate',
    { ...common, form: form('The inlet: `iec-60320-c14`.'), ...draws },
    { key: 'name', description: 'Inlets by which it is powered.' },
  ),
  powerOutlets: objects(
    'PowerOutletTemplate',
    {
      ...common,
      form: form('The outlet: `iec-60320-c13`.'),
      powerPort: text({ description: 'The inlet that feeds it, by name.' }),
      feedLeg: choice(
        'FeedLeg',
        { A: 'The first phase.', B: 'The second phase.', C: 'The third phase.' },
        { description: 'The phase that it is on.' },
      ),
    },
    { key: 'name', description: 'Outlets that power other devices.' },
  ),
  frontPorts: objects(
    'FrontPortTemplate',
    {
      ...common,
      form: form('The connector: `lc`.'),
      rearPort: text({ required: true, min: 1, description: 'The rear port that it is wired to, by name.' }),
      rearPortPosition: int({ min: 1, max: 1024, default: 1, description: 'The strand of that port, from 1.' }),
      color: text({ max: 20, description: 'Its colour, as six hexadecimal digits.' }),
    },
    { key: 'name', description: 'Front ports of a passive device, and their wiring to its rear ports.' },
  ),
  rearPorts: objects(
    'RearPortTemplate',
    {
      ...common,
      form: form('The connector: `mpo`.'),
      positions: int({ min: 1, max: 1024, default: 1, description: 'Number of strands that it carries.' }),
      color: text({ max: 20, description: 'Its colour, as six hexadecimal digits.' }),
    },
    {
      key: 'name',
      description:
        'Rear ports of a passive device. On a device a rear port whose name a front port has, too, is called `<name> rear`.',
    },
  ),
};

export const bayTemplates = {
  moduleBays: objects(
    'ModuleBayTemplate',
    {
      ...common,
      position: text({ max: 100, description: 'What `{module}` in names of the ports of a module in it becomes.' }),
    },
    { key: 'name', description: 'Bays that modules are put into.' },
  ),
};

export const deviceBays = objects(
  'DeviceBayTemplate',
  { ...common },
  { key: 'name', description: 'Bays that whole devices are put into, such as blades.' },
);

export const inventoryItems = objects(
  'InventoryItemTemplate',
  {
    ...common,
    manufacturer: text({ max: 200, description: 'Who makes the part.' }),
    partNumber: text({ max: 200, description: 'What its manufacturer calls the part.' }),
  },
  { description: 'Other parts that are listed.' },
);
