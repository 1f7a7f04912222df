import { describe, expect, it } from 'vitest';
import { makeLayers, makeView } from '../../test/support/view.ts';
import { hiderOf, placeOf } from './place.ts';

const layers = makeLayers('ADD file:1 in /', 'COPY . /app', 'RUN rm /app/x');

describe('placeOf', () => {
  it('names the layer, its instruction and the line of the history', () => {
    expect(placeOf(layers[1])).toEqual({
      layer: { index: 1, diffId: layers[1]?.diffId, instruction: 'COPY . /app' },
      historyIndex: 1,
    });
  });

  it.each([
    ['no layer', undefined, {}],
    ['a layer of which nothing is known', { index: 4, size: 0 }, { layer: { index: 4 } }],
  ])('says no more than is known: %s', (_, layer, place) => {
    expect(placeOf(layer)).toEqual(place);
  });
});

describe('hiderOf', () => {
  it.each([
    ['in sight', makeView({ image: { layers } }), {}],
    [
      'removed',
      makeView({ image: { layers }, hiddenBy: (layer, path) => (layer === 1 && path === 'app/x' ? 2 : undefined) }),
      { hiddenBy: { index: 2, instruction: 'RUN rm /app/x' } },
    ],
    [
      'removed by a layer without a known instruction',
      makeView({ image: { layers: [{ index: 0, size: 0 }] }, hiddenBy: () => 0 }),
      { hiddenBy: { index: 0 } },
    ],
  ])('a file that is %s', (_, view, expected) => {
    expect(hiderOf(view, 1, 'app/x')).toEqual(expected);
  });
});
