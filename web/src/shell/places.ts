import type { IconName } from '../ui/icon.tsx';

/** A page that the navigation leads to. */
export interface Place {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
  readonly group: 'look' | 'tend';
}

/** The pages of the navigation, in its order; the palette and the keys are made of it, too. */
export const places: readonly Place[] = [
  { path: '/', label: 'Overview', icon: 'overview', key: 'o', group: 'look' },
  { path: '/images', label: 'Images', icon: 'images', key: 'i', group: 'look' },
  { path: '/vulnerabilities', label: 'Vulnerabilities', icon: 'vulnerability', key: 'v', group: 'look' },
  { path: '/map', label: 'Live map', icon: 'map', key: 'm', group: 'look' },
  { path: '/compare', label: 'Compare', icon: 'compare', key: 'c', group: 'look' },
  { path: '/observations', label: 'Runs', icon: 'observe', key: 'r', group: 'look' },
  { path: '/feeds', label: 'Feeds and health', icon: 'feeds', key: 'f', group: 'tend' },
  { path: '/notifications', label: 'Notifications', icon: 'bell', key: 'n', group: 'tend' },
  { path: '/jobs', label: 'Jobs', icon: 'jobs', key: 'j', group: 'tend' },
  { path: '/settings', label: 'Settings', icon: 'settings', key: 's', group: 'tend' },
];

/** Whether an address belongs to a place: `/images/ID` to the images. */
export function isAt(location: string, { path }: Place): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
}

/** What the page of an address is called, where its address is enough to know: the pages of the navigation. */
export const titleOf = (location: string): string | undefined => places.find(({ path }) => path === location)?.label;
