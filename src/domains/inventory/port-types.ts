export const portTypes = {
  Power: 'A power outlet or inlet.',
  Serial: 'A serial console port.',
  Ethernet: 'An Ethernet port for copper cables.',
  Optical: 'A port for optical fibres.',
  PatchPanel: 'A port of a patch panel.',
};

export type PortType = keyof typeof portTypes;
