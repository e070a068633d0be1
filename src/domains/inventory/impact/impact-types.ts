import { choice } from '../../../catalog/fields.ts';
import type { WalkMember, WalkType } from '../../../catalog/walk.ts';
import { listed, listedObjects, SOME, wholeNumber, yes } from '../listed.ts';
import { trace } from '../trace/trace-types.ts';

const verdict = choice(
  'ImpactVerdict',
  {
    Isolated: 'Nothing of it is left: it is lost, or cut off from everything.',
    RedundancyLost: 'Something is left, and the next loss of a single cable or circuit may cut it off.',
    Reduced: 'It has fewer ways than before, and more than one of them.',
    Unaffected: 'It loses something, and no way that it had.',
  },
  { description: 'What becomes of something when something else is lost.' },
);

const one = (to: string, description: string): WalkMember => ({ gives: 'object', to, description });
const verdictMember: WalkMember = { gives: 'value', type: verdict.name, description: 'What becomes of it.' };
const many = (of: WalkType, description: string): WalkMember => ({
  gives: 'values',
  of,
  list: true,
  assumedSize: SOME,
  description,
});

const listedValues = (name: string, what: string, of: WalkType, more?: Readonly<Record<string, WalkMember>>) =>
  listed(name, what, many(of, 'The first of them that you may see.'), more);

const counts = {
  isolatedCount: wholeNumber('How many of all have nothing left.'),
  redundancyLostCount: wholeNumber('How many of all have lost their redundancy.'),
  reducedCount: wholeNumber('How many of all have fewer ways left, and more than one.'),
};

const brokenPath: WalkType = {
  name: 'BrokenPath',
  description: 'A path that does not lead where it led. One that can be traced from both of its ends is there once.',
  fields: {
    before: {
      gives: 'values',
      of: trace,
      description: 'The path as it was, over cables that are installed and circuits that are in use.',
    },
    after: {
      gives: 'values',
      of: trace,
      nullable: true,
      description: 'How far it still leads from there; null if nothing is plugged in there any more.',
    },
  },
};
const paths = (description: string): WalkMember => many(brokenPath, description);

const deviceImpact: WalkType = {
  name: 'DeviceImpact',
  description: 'What becomes of a device in the network of its facility.',
  fields: {
    device: one('Device', 'The device.'),
    verdict: verdictMember,
    pathsBefore: wholeNumber('Number of its connections that led to the edge of its facility.'),
    pathsAfter: wholeNumber('Number of those that still do.'),
    wasRedundant: yes('Whether no single cable or circuit could have cut it off before.'),
    isRedundant: yes('Whether no single cable or circuit can cut it off now.'),
    brokenPaths: paths('The paths from it that are broken.'),
  },
};

const powerImpact: WalkType = {
  name: 'PowerImpact',
  description: 'What becomes of the power of a device.',
  fields: {
    device: one('Device', 'The device.'),
    verdict: verdictMember,
    inletsBefore: wholeNumber('Number of its inlets that had power.'),
    inletsAfter: wholeNumber('Number of those that still have.'),
  },
};

const wayOutImpact: WalkType = {
  name: 'WayOutImpact',
  description: 'A circuit or cable that led out of a facility.',
  fields: {
    way: one('PlantObject', 'The circuit, or the cable to another facility; null if you may not get it.'),
    isLost: yes('Whether it leads out no longer.'),
  },
};
const waysOut = (description: string): WalkMember => many(wayOutImpact, description);

const siteImpact: WalkType = {
  name: 'SiteImpact',
  description: 'What becomes of the ways out of a facility.',
  fields: {
    site: one('Site', 'The facility.'),
    verdict: verdictMember,
    waysOutBefore: wholeNumber(
      'Number of circuits and cables that led out of it: those that still do, and all that are lost.',
    ),
    waysOutAfter: wholeNumber('Number of those that still do; cables are counted up to 1,000.'),
    waysOut: waysOut(
      'The first of them that you may see, those that are lost before the others. At most 200 of a kind are looked at, lost and left.',
    ),
  },
};

const carried = (name: string, member: string, to: string, what: string): WalkType => ({
  name,
  description: `What becomes of ${what}.`,
  fields: {
    [member]: one(to, `${what[0]?.toUpperCase()}${what.slice(1)}.`),
    verdict: verdictMember,
    isLost: yes('Whether it is lost itself, or something that it ends at is; then its paths are not counted.'),
    pathsBefore: wholeNumber('Number of paths that it was part of, from device to device.'),
    pathsAfter: wholeNumber('Number of those that are not broken.'),
  },
});

const machineImpact: WalkType = {
  name: 'VirtualMachineImpact',
  description: 'What becomes of a virtual machine.',
  fields: {
    virtualMachine: one('VirtualMachine', 'The virtual machine.'),
    host: one('Node', 'The server that it runs on.'),
    verdict: verdictMember,
  },
};

const hostImpact: WalkType = {
  name: 'ImpactedHost',
  description: 'Something that a deployment runs on, and what becomes of it.',
  fields: {
    host: one('PlantObject', 'The facility, cluster or server; null if you may not see it.'),
    verdict: verdictMember,
    brokenPaths: paths('Of a server: the paths from it that are broken.'),
    waysOut: waysOut(
      'The ways out of its facility, if some of them are lost. A cluster is where its control plane is.',
    ),
  },
};

const deploymentImpact: WalkType = {
  name: 'ImpactedDeployment',
  description: 'What becomes of a deployment, by what it says that it runs on.',
  fields: {
    deployment: one('Deployment', 'The deployment.'),
    service: one('Service', 'Its service.'),
    verdict: verdictMember,
    hosts: many(hostImpact, 'What it runs on.'),
    importers: listedObjects(
      'ImportingDeployments',
      'Deployments in the same region that serve a version which imports the service.',
      'Deployment',
    ),
    entitledProjectCount: wholeNumber('How many projects use the service.'),
  },
};

/** What an answer leaves out. */
const limits = {
  unknown: {
    gives: 'value',
    type: 'String',
    list: true,
    description: 'What was asked about, and is not there, is nothing that can be lost, or that you may not see.',
  },
  isCapped: yes('Whether more devices would have had to be looked at than are: then some of them may be missing.'),
} as const;

/** What becomes of everything when something is lost. */
export const impact: WalkType = {
  name: 'Impact',
  description:
    'What breaks when something of the plant is lost, or taken out for maintenance. It is worked out when it is asked for.',
  choices: [verdict],
  fields: {
    lost: {
      gives: 'object',
      to: 'PlantObject',
      list: true,
      assumedSize: SOME,
      description: 'What was asked about.',
    },
    ...limits,
    lostDevices: listedObjects(
      'LostDevices',
      'Devices that are lost along, and those that have no power left.',
      'Device',
    ),
    paths: listedValues(
      'BrokenPaths',
      'Paths from devices that are left to where they do not lead any more.',
      brokenPath,
    ),
    devices: listedValues(
      'DeviceImpacts',
      'Devices that are left and lose connections, or the redundancy of those that they have.',
      deviceImpact,
      counts,
    ),
    power: listedValues(
      'PowerImpacts',
      'Devices that are left and lose power, or one of several feeds.',
      powerImpact,
      counts,
    ),
    sites: listedValues('SiteImpacts', 'Facilities that are left and lose ways out.', siteImpact, counts),
    circuits: listedValues(
      'CircuitImpacts',
      'Circuits that are lost, or lose what leads to them.',
      carried('CircuitImpact', 'circuit', 'Circuit', 'the circuit'),
      counts,
    ),
    links: listedValues(
      'LinkImpacts',
      'Links that lose what carries them, or what they end at.',
      carried('LinkImpact', 'link', 'Link', 'the link'),
      counts,
    ),
    virtualMachines: listedValues(
      'VirtualMachineImpacts',
      'Virtual machines on servers that are lost, cut off or lose redundancy.',
      machineImpact,
    ),
    deployments: listedValues(
      'ImpactedDeployments',
      'Deployments that run on something which is lost, cut off or loses redundancy.',
      deploymentImpact,
    ),
    services: listedObjects(
      'ImpactedServices',
      'Services of those deployments, and those that lost circuits carry.',
      'Service',
    ),
    projects: listedObjects(
      'ImpactedProjects',
      'Projects with those virtual machines, and those that use services of which a deployment is cut off or loses redundancy.',
      'Project',
    ),
  },
};

/** What is down only because two things are lost at the same time. */
export const impactOverlap: WalkType = {
  name: 'ImpactOverlap',
  description:
    'What is down when two maintenances take place together, and with neither of them alone: lost, without power, or cut off (`ISOLATED`).',
  fields: {
    ...limits,
    devices: listedObjects(
      'OverlapDevices',
      'Devices, one by one as far as their facility is not down as a whole.',
      'Device',
    ),
    sites: listedObjects('OverlapSites', 'Facilities.', 'Site'),
    circuits: listedObjects('OverlapCircuits', 'Circuits.', 'Circuit'),
    links: listedObjects('OverlapLinks', 'Links.', 'Link'),
    virtualMachines: listedObjects('OverlapVirtualMachines', 'Virtual machines.', 'VirtualMachine'),
    deployments: listedObjects('OverlapDeployments', 'Deployments.', 'Deployment'),
  },
};
