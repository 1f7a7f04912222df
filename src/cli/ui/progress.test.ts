import { describe, expect, it } from 'vitest';
import { createProgressLine } from './progress.ts';

function start(isTerminal: boolean, columns = 40) {
  const written: string[] = [];
  let time = 0;
  const progress = createProgressLine({
    isTerminal,
    columns: () => columns,
    write: (text) => written.push(text),
    now: () => time,
  });
  return { written, progress, at: (ms: number) => (time = ms) };
}

describe('on a terminal', () => {
  it.each<[string, Parameters<ReturnType<typeof createProgressLine>['report']>, string]>([
    ['a step alone', ['opening'], 'opening'],
    ['a count', ['reading', 2, 7, 'layers'], 'reading: 2 of 7 layers'],
    ['a count without an end', ['loading', 1200, undefined, 'records'], 'loading: 1,200 records'],
    ['bytes', ['downloading', 1_500_000, 99_000_000, 'bytes'], 'downloading: 1 %, 1.5 MB of 99.0 MB'],
    ['more bytes than announced', ['downloading', 300, 200, 'bytes'], 'downloading: 100 %, 300 B of 200 B'],
    ['bytes of nothing', ['reading', 0, 0, 'bytes'], 'reading: 0 B of 0 B'],
    ['wide characters', ['日本'.repeat(20)], `${'日本'.repeat(9)}...`],
    ['few bytes', ['downloading', 12, undefined, 'bytes'], 'downloading: 12 B'],
    ['a line longer than the terminal', ['x'.repeat(60)], `${'x'.repeat(36)}...`],
  ])('draws %s', (_, report, text) => {
    const { written, progress, at } = start(true);
    at(200);
    progress.report(...report);
    expect(written).toEqual([`\r\u001b[K${text}`]);
  });

  it('draws nothing of what is over at once, then at most ten times a second', () => {
    const { written, progress, at } = start(true);
    at(199);
    progress.report('reading');
    expect(written).toEqual([]);
    for (let ms = 200; ms < 1200; ms++) {
      at(ms);
      progress.report('reading', ms);
    }
    expect(written).toHaveLength(10);
  });

  it('takes the line away once, and draws the next report at once', () => {
    const { written, progress, at } = start(true);
    at(200);
    progress.report('a');
    progress.clear();
    progress.clear();
    progress.report('b');
    expect(written).toEqual(['\r\u001b[Ka', '\r\u001b[K', '\r\u001b[Kb']);
  });
});

describe('elsewhere', () => {
  it('says nothing of what takes less than two seconds', () => {
    const { written, progress, at } = start(false);
    at(1999);
    progress.report('reading');
    progress.clear();
    expect(written).toEqual([]);
  });

  it('writes plain lines: each new step, and the same one every ten seconds', () => {
    const { written, progress, at } = start(false);
    for (const [ms, step, done] of [
      [2000, 'a', 1],
      [3000, 'a', 2],
      [4000, 'b', 3],
      [13_999, 'b', 4],
      [14_000, 'b', 5],
    ] as const) {
      at(ms);
      progress.report(step, done);
    }
    expect(written).toEqual(['drydock: a: 1\n', 'drydock: b: 3\n', 'drydock: b: 5\n']);
  });
});
