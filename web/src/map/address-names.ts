import type { MapAddress, MapPanel } from './address-state.ts';
import type { Grouping } from './grouping.ts';

export const PANELS: Readonly<Record<MapPanel, string>> = {
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

export const GROUPING_NAMES: Readonly<Record<Grouping, string>> = {
  host: 'host',
  project: 'Compose project',
  network: 'network',
  image: 'image',
  none: 'nothing',
};

/** What an address becomes; `undefined` takes something away. */
export type AddressChange = { readonly [Name in keyof MapAddress]?: MapAddress[Name] | undefined };
