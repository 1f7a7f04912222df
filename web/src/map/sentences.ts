import { EXPOSURES, KINDS } from './names.ts';
import type { MapEdge, MapNode } from './shapes.ts';

/** A node in one sentence, for those who hear it: `Container shop-web-1, running, critical in use: CVE-2026-1 in nginx`. */
export function sentenceOf(node: MapNode): string {
  const { kind, label, state, worst, exposure, drift, powers, gone } = node;
  return [
    `${KINDS[kind]} ${label.slice(0, 200)}`,
    ...(kind === 'container' || kind === 'group' ? [state] : []),
    ...(gone === undefined ? [] : ['gone']),
    ...(worst === undefined ? [] : [`${worst.severity} in use: ${worst.id} in ${worst.package}`]),
    ...(worst === undefined ? [knowledgeWords(node)] : []),
    ...(exposure === undefined ? [] : [EXPOSURES[exposure].toLowerCase()]),
    ...((drift ?? 0) > 0 ? ['runs what its image did not bring'] : []),
    ...((powers?.length ?? 0) > 0 ? [`can do ${powers!.join(', ')}`] : []),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

const KNOWLEDGE: Readonly<Record<MapNode['knowledge'], string>> = {
  known: 'nothing vulnerable in use',
  scanning: 'being scanned',
  unknown: 'its image is not known',
  failed: 'its image could not be scanned',
  none: '',
};

export function knowledgeWords({
  knowledge,
  useUnknown,
  installed,
}: Pick<MapNode, 'knowledge' | 'useUnknown' | 'installed'>): string {
  if (useUnknown === true) {
    return installed === undefined
      ? 'not all of its image is known'
      : `${installed} in the image, in use or not is not known`;
  }
  return KNOWLEDGE[knowledge];
}

/** `2 open of 40 seen`. */
export function openWords({ open, seen }: Pick<MapEdge, 'open' | 'seen'>): string {
  return open === 0 ? `none open, ${seen} seen` : `${open} open, ${seen} seen`;
}
