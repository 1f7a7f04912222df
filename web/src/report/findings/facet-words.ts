import { kindTitles } from '../../../../src/report/kind-titles.ts';
import type { Image } from '../../api/schema.ts';
import { plainText } from '../../ui/image-text.tsx';
import { capital, fromWords } from '../words.ts';
import type { Facet } from './finding-facets.ts';

/** What the facets are called. */
export const facetTitles: Readonly<Record<Facet, string>> = {
  severity: 'Severity',
  kind: 'Kind',
  exploited: 'Exploitation',
  use: 'Use',
  fix: 'Fix',
  from: 'Brought by',
  since: 'Since the baseline',
  accepted: 'Accepted',
  type: 'Package type',
  layer: 'Layer',
};

const words: Readonly<Partial<Record<Facet, Readonly<Record<string, string>>>>> = {
  kind: kindTitles,
  exploited: { known: 'Known exploited' },
  use: { 'in-use': 'In use', 'not-seen': 'Not seen in use' },
  fix: { available: 'Fix available', none: 'No fix yet' },
  from: { ...fromWords, own: 'This image', base: 'Base image', unknown: 'Not known' },
  since: { new: 'New', graver: 'Graver than before', known: 'Known' },
  accepted: { open: 'Not accepted', accepted: 'Accepted' },
};

/** A value of a facet, as people read it. */
export function facetWord(facet: Facet, value: string, image: Image): string {
  if (facet === 'severity') return capital(value);
  if (facet === 'layer') {
    const instruction = image.layers.find(({ index }) => String(index) === value)?.instruction;
    return instruction === undefined ? `Layer ${value}` : `${value}: ${plainText(instruction.slice(0, 120))}`;
  }
  return words[facet]?.[value] ?? value;
}
