import { describe, expect, it } from 'vitest';
import { createProgressLine } from './progress.ts';

function start(isTerminal: boolean, columns = 40) {
  const written: string[] = [];
  let time = 0;
  let due: { at: number; run: () => void } | undefined;
  const progress = createProgressLine({
    isTerminal,
    columns: () => columns,
    write: (text) => written.push(text),
    now: () => time,
    later: (ms, run) => {
      due = { at: time + ms, run };
      return () => {
        due = undefined;
      };
    },
  });
  const at = (ms: number): void => {
    while (due !== undefined && due.at <= ms) {
      const { at, run } = due;
      due = undefined;
      time = at;
      run();
    }
    time = ms;
  };
  return { written, progress, at };
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

  it('draws late what came too early and was the last', () => {
    const { written, progress, at } = start(true);
    at(100);
    progress.report('a');
    progress.report('b');
    at(60_000);
    expect(written).toEqual(['\r\u001b[Kb']);
  });

  it('draws nothing after the end of what was too early', () => {
    const { written, progress, at } = start(true);
    progress.report('a');
    progress.clear();
    at(60_000);
    expect(written).toEqual([]);
  });

  it('tells rate and time left when they are known, with a bar where there is room', () => {
    const { written, progress, at } = start(true, 120);
    for (let ms = 0; ms <= 5000; ms += 100) {
      at(ms);
      progress.report('reading layer 2 of 5', ms * 2000, 40_000_000, 'bytes');
    }
    const drawn = (ms: number): string | undefined => written[ms / 100 - 2]?.slice('\r\u001b[K'.length);
    expect(drawn(500)).toBe('reading layer 2 of 5: [--------------------] 2 %, 1.0 MB of 40.0 MB');
    expect(drawn(2000)).toBe('reading layer 2 of 5: [##------------------] 10 %, 4.0 MB of 40.0 MB, 2.0 MB/s');
    expect(drawn(5000)).toBe(
      'reading layer 2 of 5: [#####---------------] 25 %, 10.0 MB of 40.0 MB, 2.0 MB/s, 15 s left',
    );
  });

  it.each([
    [80, 'reading: 25 %, 10.0 MB of 40.0 MB, 2.0 MB/s, 15 s left'],
    [60, 'reading: 25 %, 10.0 MB of 40.0 MB, 2.0 MB/s, 15 s left'],
    [50, 'reading: 25 %, 10.0 MB of 40.0 MB, 15 s left'],
    [40, 'reading: 25 %, 15 s left'],
    [20, 'reading: 25 %, 1...'],
  ])('leaves out what does not fit into %d columns', (columns, text) => {
    const { written, progress, at } = start(true, columns);
    for (let ms = 0; ms <= 5000; ms += 100) {
      at(ms);
      progress.report('reading', ms * 2000, 40_000_000, 'bytes');
    }
    expect(written.at(-1)).toBe(`\r\u001b[K${text}`);
  });

  it('tells of several things at a time in short', () => {
    const { written, progress, at } = start(true, 60);
    at(200);
    progress.report('fetching layer 1', 10, 100, 'bytes');
    at(300);
    progress.report('fetching layer 2', 40, 50, 'bytes');
    at(400);
    progress.report('loading', 1200, undefined, 'records');
    expect(written.at(-1)).toBe('\r\u001b[Kfetching layer 1: 10 %; fetching layer 2: 80 %; loading:...');
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

  it('says what takes long after all, though it was told of early and once', () => {
    const { written, progress, at } = start(false);
    at(300);
    progress.report('starting');
    progress.report('watching');
    at(2500);
    progress.report('still watching');
    at(60_000);
    expect(written).toEqual(['drydock: watching\n', 'drydock: still watching\n']);
  });

  it('writes little of steps that take turns', () => {
    const { written, progress, at } = start(false);
    for (let ms = 2000; ms < 12_000; ms += 100) {
      at(ms);
      progress.report('a', ms);
      progress.report('b', ms);
      progress.report(`step ${ms}`);
    }
    expect(written.length).toBeLessThanOrEqual(10);
  });
});
