import { describe, expect, it } from 'vitest';
import { fakeFeed } from '../../test/support/fake-feed.ts';
import { UsageError } from '../errors.ts';
import { selectFeeds } from './select-feeds.ts';

const one = fakeFeed('one', () => []);
const other = fakeFeed('other', () => [], { insteadOf: 'one' });
const lone = fakeFeed('lone', () => [], { insteadOf: 'gone' });

describe('selectFeeds', () => {
  it.each([
    ['nothing: one of each that say the same', [], ['one', 'lone']],
    ['a feed by its name', ['one'], ['one']],
    ['the other form by its name', ['other'], ['other']],
    ['both', ['other', 'one'], ['one', 'other']],
  ])('takes, for %s', (_, names, expected) => {
    expect(selectFeeds(names, [one, other, lone]).map(({ name }) => name)).toEqual(expected);
  });

  it('knows no other names', () => {
    expect(() => selectFeeds(['oen'], [one, other])).toThrow(UsageError);
    expect(() => selectFeeds(['oen'], [one, other])).toThrow('"oen" is no feed. Known are one, other.');
  });
});
