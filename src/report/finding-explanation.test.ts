import { describe, expect, it } from 'vitest';
import type { Report } from '../model/report.ts';
import { findingsNamed } from './finding-explanation.ts';

const finding = (id: string, ...paths: readonly string[]) => ({
  id,
  aliases: [],
  location: { path: paths[0] },
  locations: paths.map((path) => ({ layer: 0, path })),
});
const report = {
  findings: [
    finding('one', 'srv/a.zip!/b.tar!/c.php'),
    finding('two', 'srv/other.php', 'srv/a.zip!/d.php'),
    finding('three', 'srv/a.zip.php'),
  ],
} as unknown as Report;

describe('findingsNamed', () => {
  it.each([
    ['srv/a.zip', ['one', 'two']],
    ['/srv/a.zip', ['one', 'two']],
    ['srv/a.zip!/b.tar', ['one']],
    ['srv/a.zip!/d.php', ['two']],
    ['srv/a.zip.php', ['three']],
    ['srv', []],
    ['', []],
    ['ONE', ['one']],
  ])('%s', (word, ids) => {
    expect(findingsNamed(report, word).map(({ id }) => id)).toEqual(ids);
  });
});
