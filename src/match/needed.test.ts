import { describe, expect, it } from 'vitest';
import { fakeFeed } from '../../test/support/fake-feed.ts';
import { debian12, debianLike, makePackage } from '../../test/support/view.ts';
import { neededAdvisories } from './needed.ts';

const feed = (name: string, insteadOf?: string) =>
  fakeFeed(name, () => [], insteadOf === undefined ? {} : { insteadOf });

describe('neededAdvisories', () => {
  it('asks for the feeds of whoever watches a package, and for one of those that say the same', () => {
    const feeds = [feed('one'), feed('other', 'one'), feed('lone', 'gone')];
    const view = { distribution: debian12, packages: [makePackage('a', '1'), makePackage('b', '1')] };
    const needed = neededAdvisories(view, [{ ...debianLike, feeds }]);

    expect(needed.feeds.map(({ name }) => name)).toEqual(['one', 'lone']);
    expect([...needed.namespaces]).toEqual(['debian:12']);
  });

  it('asks for nothing where nobody watches', () => {
    const view = { packages: [makePackage('a', '1', { type: 'rpm', distribution: 'mooring:2' })] };

    expect(neededAdvisories(view, [{ ...debianLike, feeds: [feed('one')] }])).toEqual({
      namespaces: new Set(),
      feeds: [],
    });
  });
});
