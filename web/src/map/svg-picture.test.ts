import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Palette } from './node-look.ts';
import type { MapNode } from './shapes.ts';
import { escapeMarkup, makePicture } from './svg-picture.ts';

const colour = '#123456';
const palette: Palette = {
  ground: colour,
  surface: colour,
  ink: colour,
  muted: colour,
  line: colour,
  accent: colour,
  attention: colour,
  onSeverity: colour,
  severities: { critical: colour, high: colour, medium: colour, low: colour, negligible: colour, unknown: colour },
};

function pictureOf(label: string): string {
  return makePicture({
    nodes: [{ id: 'a', kind: 'container', label } as MapNode, { id: 'h', kind: 'host', label } as MapNode],
    edges: [{ id: 'e', kind: 'traffic', source: 'a', target: 'h', ports: [], names: [label], open: 1, seen: 1 }],
    spots: new Map([
      ['a', { x: 0, y: 0 }],
      ['h', { x: 200, y: 10 }],
    ]),
    frames: new Map([['h', { x: 200, y: 10, width: 100, height: 100 }]]),
    palette,
    title: label,
  });
}

describe('the map as SVG', () => {
  it.each([
    '<script>alert(1)</script>',
    '"><image href=x onerror=alert(1)>',
    "' onload='x",
    ']]>',
    '&lt;',
    '\u0000\u001b[31m',
  ])('has %j as text', (label) => {
    const plain = pictureOf('x');
    const tags = (svg: string) => svg.match(/<[a-z]+/g);

    expect(tags(pictureOf(label))).toEqual(tags(plain));
  });

  it('is well-formed whatever the names are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (label) => {
        const svg = pictureOf(label);

        expect(svg.replace(/<\?xml.*\?>|<\/?[a-zA-Z]+( [-:a-zA-Z]+="[^"<]*")*\/?>/g, '')).not.toMatch(/[<>]/);
        expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      }),
      { numRuns: 40 },
    );
  });

  it('escapes to what it was', () => {
    expect(escapeMarkup('<a b="c">&\'')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;&#39;');
    expect(escapeMarkup('\ud800x\u{1f600}')).toBe('\ufffdx\u{1f600}');
  });
});
