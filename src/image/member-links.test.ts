import { describe, expect, it } from 'vitest';
import { followLinks, linkedName } from './member-links.ts';

describe('links in a saved image', () => {
  it.each([
    ['symlink', 'b/layer.tar', '../a/layer.tar', 'a/layer.tar'],
    ['symlink', 'layer.tar', 'a/layer.tar', 'a/layer.tar'],
    ['symlink', 'b/layer.tar', '../../../etc/passwd', 'etc/passwd'],
    ['hardlink', 'b/layer.tar', './a/layer.tar', 'a/layer.tar'],
    ['file', 'b/layer.tar', undefined, undefined],
    ['directory', 'b', undefined, undefined],
  ] as const)('a %s at %s to %s leads to %s', (type, path, linkTarget, expected) => {
    expect(linkedName({ type, path, ...(linkTarget !== undefined && { linkTarget }) })).toBe(expected);
  });

  const chain = (length: number) =>
    new Map<string, { readonly own: true } | { readonly link: string }>([
      ...Array.from({ length }, (_, i): [string, { link: string }] => [`${i}`, { link: `${i + 1}` }]),
      [`${length}`, { own: true }],
    ]);

  it.each([
    ['of one step', chain(1), { own: true }],
    ['of seven steps', chain(7), { own: true }],
    ['of eight steps', chain(8), undefined],
    ['to itself', new Map([['0', { link: '0' }]]), undefined],
    ['to nothing', new Map([['0', { link: 'x' }]]), undefined],
  ])('a chain %s ends', (_, members, expected) => {
    expect(followLinks<{ readonly own: true }>('./0', members)).toEqual(expected);
  });
});
