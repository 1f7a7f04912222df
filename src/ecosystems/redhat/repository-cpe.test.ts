import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { redhatRepositoryCpe } from './repository-cpe.ts';

const map = (data: object): string => JSON.stringify({ last_updated: '2026-01-01', data });
const read = (text: string) => readFiles(redhatRepositoryCpe, { 'repository-to-cpe.json': text });

describe('redhatRepositoryCpe', () => {
  it('tells the products of content sets', async () => {
    const run = await read(
      map({
        'rhel-9-baseos-rpms': { cpes: ['cpe:/o:b', 'cpe:/o:a', 'cpe:/o:b', 7, 'none'], repo_relative_urls: ['x'] },
        empty: { cpes: [] },
        odd: 'text',
      }),
    );

    expect(run.enrichments).toEqual([{ name: 'repo:rhel-9-baseos-rpms', cpes: ['cpe:/o:a', 'cpe:/o:b'] }]);
    expect(run.notes).toEqual(['the content set "empty" has no CPE', 'the content set "odd" has no CPE']);
    expect(run.replaced).toEqual(['']);
  });

  it.each([
    ['half of a map', map({ a: { cpes: ['cpe:/o:a'] } }).slice(0, -3), 'the JSON document ends in the middle'],
    ['something else', '{"x":{}}', 'the map of content sets has no "data"'],
    ['a list', '[]', 'the document is no JSON object'],
    ['an empty map', map({}), 'the map of content sets is empty'],
    ['a damaged entry', '{"data":{"a":{"cpes":[}}}}', 'the document is damaged'],
  ])('refuses %s', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message.replace('the document is damaged', 'damaged'));
  });
});
