import { describe, expect, it } from 'vitest';
import { advisoriesOf, makePackage } from '../../test/support/view.ts';
import type { AdvisorySource } from '../model/advisory.ts';
import { withProducts } from './repositories.ts';

const plain = makePackage('a', '1');
const placed = makePackage('b', '1', { repositories: ['x', 'y'] });

function source(asked: string[][] = []): AdvisorySource {
  return {
    ...advisoriesOf({}),
    enrich: (names) => {
      asked.push([...names]);
      return names.map((name) => [
        { feed: 'one', enrichment: { name, cpes: name === 'repo:x' ? ['cpe:/o:1', 'cpe:/o:2'] : [] } },
        { feed: 'two', enrichment: { name } },
      ]);
    },
  };
}

describe('withProducts', () => {
  it('adds what sources know of repositories, and asks once', () => {
    const asked: string[][] = [];
    const result = withProducts([plain, placed, { ...placed, name: 'c' }], source(asked));

    expect(result.map(({ name, repositories }) => [name, repositories])).toEqual([
      ['a', undefined],
      ['b', ['cpe:/o:1', 'cpe:/o:2', 'x', 'y']],
      ['c', ['cpe:/o:1', 'cpe:/o:2', 'x', 'y']],
    ]);
    expect(asked).toEqual([['repo:x', 'repo:y']]);
  });

  it.each([
    ['the source has no enrichments', [placed], advisoriesOf({})],
    ['no package has a repository', [plain], source()],
  ])('leaves packages alone where %s', (_, packages, advisories) => {
    expect(withProducts(packages, advisories)).toEqual(packages);
  });
});
