import { describe, expect, it } from 'vitest';
import { makeAdvisory } from '../../test/support/view.ts';
import { mergeAdvisories } from './merge-advisories.ts';

const el8 = makeAdvisory(
  'ALSA-2024:0265',
  [{ package: 'java', namespace: 'almalinux:8', ranges: [{ fixed: '1.el8' }] }],
  {
    aliases: ['CVE-2024-20918'],
    modified: '2024-01-22T00:00:00Z',
    title: 'older',
  },
);
const el9 = makeAdvisory(
  'ALSA-2024:0265',
  [{ package: 'java', namespace: 'almalinux:9', ranges: [{ fixed: '1.el9' }] }],
  {
    aliases: ['CVE-2024-20919'],
    modified: '2024-01-23T00:00:00Z',
    title: 'newer',
  },
);

describe('mergeAdvisories', () => {
  it.each([
    ['in the order of time', el8, el9],
    ['in the other order', el9, el8],
  ])('keeps the rows and aliases of both, and the words of the later one, %s', (_, first, second) => {
    const merged = mergeAdvisories(first, second);

    expect(merged.affected).toEqual(expect.arrayContaining([...el8.affected, ...el9.affected]));
    expect(merged.affected).toHaveLength(2);
    expect([...merged.aliases].sort()).toEqual(['CVE-2024-20918', 'CVE-2024-20919']);
    expect(merged.title).toBe('newer');
  });

  it('keeps a row that both have once', () => {
    expect(mergeAdvisories(el8, el8).affected).toEqual(el8.affected);
  });
});
