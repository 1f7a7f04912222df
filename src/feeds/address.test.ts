import { describe, expect, it } from 'vitest';
import type { FeedContext } from '../model/feed.ts';
import { feedAddress } from './address.ts';

const download: FeedContext['download'] = async () => ({ status: 'absent' });
const feed = { url: 'https://feeds.example/base/', mirrorPath: 'secdb' };

describe('feedAddress', () => {
  it.each([
    ['the publisher', {}, 'v3.20/main.json', 'https://feeds.example/base/v3.20/main.json'],
    ['a mirror', { baseUrl: 'http://127.0.0.1:1' }, 'v3.20/main.json', 'http://127.0.0.1:1/secdb/v3.20/main.json'],
    ['a mirror below a path', { baseUrl: 'http://m.example/a/' }, '/x.json', 'http://m.example/a/secdb/x.json'],
    ['the index of a mirror', { baseUrl: 'http://m.example' }, '', 'http://m.example/secdb'],
  ])('at %s', (_, context, path, expected) => {
    expect(feedAddress(feed, { download, ...context }, path)).toBe(expected);
  });

  it('of a feed that lies at the root of a mirror', () => {
    const root = { url: 'https://feeds.example', mirrorPath: '' };

    expect(feedAddress(root, { download, baseUrl: 'http://m.example' }, 'data/json')).toBe(
      'http://m.example/data/json',
    );
  });
});
