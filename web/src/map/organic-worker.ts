import cytoscape, { type ElementDefinition, type LayoutOptions } from 'cytoscape';
import fcose from 'cytoscape-fcose';
import type { Spot } from './boxes.ts';
import type { LaidOut, Link } from './layered-layout.ts';

/** What the page sends to this worker, one at a time. */
export interface OrganicTask {
  readonly things: readonly LaidOut[];
  readonly links: readonly Link[];
}

/** What it answers. */
export type OrganicAnswer = readonly (readonly [id: string, spot: Spot])[];

cytoscape.use(fcose);

/** The layout asks for random numbers; the same ones each time give the same picture of the same things. */
function seedRandom(): void {
  let state = 0x2545f491;
  Math.random = () => {
    // xorshift32: Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003).
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function layOut({ things, links }: OrganicTask): OrganicAnswer {
  seedRandom();
  const groups = new Set(things.flatMap(({ group }) => group ?? []));
  const elements: ElementDefinition[] = [
    ...[...groups].map((id) => ({ data: { id: `g:${id}` } })),
    ...things.map(({ id, width, height, group }) => ({
      data: { id: `t:${id}`, width, height, ...(group !== undefined && { parent: `g:${group}` }) },
    })),
    ...links.map(([source, target], i) => ({ data: { id: `e:${i}`, source: `t:${source}`, target: `t:${target}` } })),
  ];
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    elements,
    style: [
      { selector: 'node[width]', style: { width: 'data(width)', height: 'data(height)', shape: 'rectangle' } },
      { selector: ':parent', style: { padding: '24px' } },
    ],
  });
  const large = things.length > 150;
  // What the layout takes beyond the options that its types know: README of cytoscape-fcose 2.2.
  const options = {
    name: 'fcose',
    animate: false,
    quality: 'default',
    randomize: true,
    fit: false,
    packComponents: false,
    nodeSeparation: 110,
    nodeRepulsion: () => 9000,
    idealEdgeLength: () => (large ? 70 : 90),
    edgeElasticity: () => 0.35,
    nestingFactor: 0.6,
    gravity: 0.5,
    gravityCompound: 2.5,
    gravityRangeCompound: 1.2,
    tilingPaddingVertical: 12,
    tilingPaddingHorizontal: 12,
    numIter: large ? 800 : 2000,
  };
  cy.layout(options as LayoutOptions).run();
  return things.map(({ id }) => [id, { ...cy.getElementById(`t:${id}`).position() }] as const);
}

self.addEventListener('message', ({ data }: MessageEvent<OrganicTask>) => {
  self.postMessage(layOut(data));
});
