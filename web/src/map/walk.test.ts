import { describe, expect, it } from 'vitest';
import { stepFrom } from './walk.ts';

const spots = new Map([
  ['middle', { x: 0, y: 0 }],
  ['right', { x: 100, y: 0 }],
  ['far right', { x: 190, y: 5 }],
  ['above', { x: 10, y: -100 }],
  ['below', { x: -20, y: 80 }],
]);

describe('stepFrom', () => {
  it.each([
    ['middle', 'right', 'right'],
    ['right', 'right', 'far right'],
    ['middle', 'up', 'above'],
    ['middle', 'down', 'below'],
    ['middle', 'left', undefined],
    ['nobody', 'left', undefined],
  ] as const)('leads from %s %s to %s', (from, direction, to) => {
    expect(stepFrom(from, direction, spots, new Set())).toBe(to);
  });

  it('prefers one that is linked', () => {
    expect(stepFrom('middle', 'right', spots, new Set(['far right']))).toBe('far right');
  });
});
