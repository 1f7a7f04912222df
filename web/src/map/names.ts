import { plainText } from '../ui/image-text.tsx';
import type { MapEdge, MapNode } from './shapes.ts';

/** Names on the map are shortened to so many characters. */
const LENGTH = 34;

/** A name as it stands on the map: what would be obeyed or hidden is seen, one line, not longer than others. */
export function shortName(name: string, length = LENGTH): string {
  // Only as much is looked at as can be shown: a name of a megabyte costs no more than one of a hundred characters.
  const text = plainText(name.slice(0, 4 * length));
  const characters = [...text];
  if (characters.length <= length && name.length <= 4 * length) return text;
  // The end of a name tells copies apart: `shop-api-12`.
  const end = Math.floor(length / 3);
  const tail = [...plainText(name.slice(-2 * end))].slice(-end).join('');
  return `${characters.slice(0, length - end - 1).join('')}…${tail}`;
}

/** As many ports of an edge are named on it. */
const PORTS = 3;

/** What is written on an edge: `443`, `53/udp 80`, `5432 (db)`. */
export function portsOf({ ports, names }: Pick<MapEdge, 'ports' | 'names'>): string {
  const numbers = ports
    .slice(0, PORTS)
    .map(({ protocol, port }) => (protocol === 'tcp' ? String(port) : `${port}/${protocol}`));
  if (ports.length > PORTS) numbers.push(`+${ports.length - PORTS}`);
  const [name] = names;
  return [...numbers, ...(name === undefined ? [] : [`(${shortName(name, 24)})`])].join(' ');
}

export const KINDS: Readonly<Record<MapNode['kind'], string>> = {
  host: 'Host',
  container: 'Container',
  process: 'Process',
  image: 'Image',
  network: 'Network',
  internet: 'The internet',
  outside: 'Outside',
  group: 'Group',
};

export const EXPOSURES: Readonly<Record<NonNullable<MapNode['exposure']>, string>> = {
  published: 'Published',
  'published-locally': 'Published locally',
  host: 'Host network',
  internal: 'Internal',
};

/** What is the matter with a host, in a word or two. */
export const HOST_STATES = { late: 'late', gone: 'not heard of', skewed: 'its clock is off' } as const;
