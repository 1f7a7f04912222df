import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../test/support/image.ts';
import { scanOne } from '../../test/support/scan.ts';
import { writeTemporary } from '../../test/support/temporary.ts';
import { notices } from './notices.ts';

const modules: readonly (readonly [string, string | undefined])[] = [
  ['one', 'Apache 2.0'],
  ['two', 'Apache-2.0'],
  ['three', '(mit or Apache-2.0)'],
  ['four', 'SEE LICENSE IN \u001b[31mX\nY'],
  ['five', undefined],
];
const image = writeTemporary(
  'image.tar',
  dockerArchive({
    layout: 'blobs',
    layers: [
      layer(
        modules.map(([name, license]) => ({
          path: `app/node_modules/${name}/package.json`,
          content: JSON.stringify({ name, version: '1.0.0', license }),
        })),
      ),
    ],
  }),
);

describe('notices', () => {
  it('list packages below one form of their licence, and who has none last', async () => {
    const text = notices.render([await scanOne(image)], { width: 80, colour: false });
    const groups = text.split(/-{72}\n/).slice(1);
    const heads = groups.filter((_, i) => i % 2 === 0).map((head) => head.trim());
    expect(heads.slice(0, 2)).toEqual(['Apache-2.0 (2)', 'MIT OR Apache-2.0 (1)']);
    expect(heads.at(-1)).toBe('No licence is known (1)');
    expect(groups[1]).toContain('one 1.0.0  pkg:npm/one@1.0.0\ntwo 1.0.0  pkg:npm/two@1.0.0\n');
    expect(text).not.toMatch(/\u001b/);
    expect(text.endsWith('\n')).toBe(true);
  });
});
