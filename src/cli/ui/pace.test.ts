import { describe, expect, it } from 'vitest';
import { leftWords, Pace } from './pace.ts';

/** Counts at a rate (units a second) from one moment to another, ten times a second. */
function run(pace: Pace, rate: (at: number) => number, from: number, to: number, done = 0): number {
  let count = done;
  for (let at = from; at <= to; at += 100) {
    pace.observe(count, at);
    count += rate(at) / 10;
  }
  return count;
}

describe('Pace', () => {
  it('knows nothing at first, then the rate, then the time that is left', () => {
    const pace = new Pace();
    run(pace, () => 1000, 0, 900);
    expect([pace.rate(900), pace.left(100_000, 900)]).toEqual([undefined, undefined]);
    run(pace, () => 1000, 1000, 2900, 1000);
    expect(pace.rate(2900)).toBeCloseTo(1000, 0);
    expect(pace.left(100_000, 2900)).toBeUndefined();
    run(pace, () => 1000, 3000, 4000, 3000);
    expect(pace.left(100_000, 4000)).toBeCloseTo(96_000, -2);
  });

  it('is right at once about a steady rate: the average is not pulled down by its beginning', () => {
    const pace = new Pace();
    run(pace, () => 5_000_000, 0, 1000);
    expect(pace.rate(1000)! / 5_000_000).toBeCloseTo(1, 5);
  });

  it('follows a change of the rate in some seconds', () => {
    const pace = new Pace();
    const done = run(pace, () => 1000, 0, 10_000);
    const later = run(pace, () => 100, 10_100, 12_000, done);
    expect(pace.rate(12_000)).toBeGreaterThan(400);
    run(pace, () => 100, 12_100, 26_000, later);
    expect(pace.rate(26_000)).toBeLessThan(150);
  });

  it('counts the time down steadily while pieces come unevenly', () => {
    const pace = new Pace();
    const total = 30_000;
    const told: number[] = [];
    // A second of twice the rate, a second of nothing.
    let done = 0;
    for (let at = 0; at < 25_000; at += 100) {
      pace.observe(done, at);
      const left = pace.left(total, at);
      if (left !== undefined) told.push(left);
      if (Math.floor(at / 1000) % 2 === 0) done += 200;
    }
    expect(told.length).toBeGreaterThan(200);
    const raised = told.slice(1).filter((left, i) => left > told[i]!);
    expect(raised.length).toBeLessThanOrEqual(3);
  });

  it('tells the truth when it was far from it', () => {
    const pace = new Pace();
    const done = run(pace, () => 1000, 0, 5000);
    expect(pace.left(20_000, 5000)).toBeLessThan(16_000);
    run(pace, () => 50, 5100, 20_000, done);
    expect(pace.left(20_000, 20_000)).toBeGreaterThan(100_000);
  });

  it.each<[string, number, number]>([
    ['nothing comes', 0, 1000],
    ['all is there', 1000, 4000],
    ['it would take days', 1, 10_000_000],
  ])('says no time when %s', (_, rate, total) => {
    const pace = new Pace();
    run(pace, () => rate, 0, 5000);
    expect(pace.left(total, 5000)).toBeUndefined();
  });

  it('goes on after a count that begins anew', () => {
    const pace = new Pace();
    run(pace, () => 1000, 0, 5000);
    run(pace, () => 1000, 5100, 7000);
    expect(pace.rate(7000)).toBeCloseTo(1000, 0);
  });
});

describe('leftWords', () => {
  it.each([
    [1, '1 s'],
    [9200, '10 s'],
    [10_100, '15 s'],
    [54_000, '55 s'],
    [55_100, '1 min'],
    [61_000, '2 min'],
    [59 * 60_000, '59 min'],
    [3_600_000, '1 h'],
    [2 * 3_600_000 + 60_000, '2 h 10 min'],
  ])('%d ms: %s', (ms, words) => {
    expect(leftWords(ms)).toBe(words);
  });
});
