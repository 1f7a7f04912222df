import type { MapAddress, MapPanel } from './address-state.ts';

export const PANELS: Readonly<Record<MapPanel, string>> = {
  paths: 'Attack paths',
  changes: 'What changed',
  reporters: 'Reporters',
  legend: 'Signs and keys',
};

export const VIEW_NAMES: Readonly<Record<MapAddress['view'], string>> = {
  hosts: 'Hosts',
  containers: 'Containers',
  processes: 'Processes',
  images: 'Images',
  networks: 'Networks',
};

/** What an address becomes; `undefined` takes something away. */
export type AddressChange = { readonly [Name in keyof MapAddress]?: MapAddress[Name] | undefined };
