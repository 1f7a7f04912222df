import { describe, expect, it } from 'vitest';
import { Counts } from './counts.ts';

const labels = (counts: Counts, at: number): string[] => counts.active(at).map(({ label }) => label);

describe('Counts', () => {
  it('counts parts of one work together, and names those that go on', () => {
    const counts = new Counts();
    counts.report('reading layer 3 of 7', 0, 10, 100, 'bytes');
    counts.report('reading layer 1 of 7', 100, 20, 100, 'bytes');
    counts.report('reading layer 3 of 7', 200, 30, 100, 'bytes');
    expect(counts.active(200)).toEqual([
      expect.objectContaining({ label: 'reading layer 1, 3 of 7', done: 30, total: 100 }),
    ]);
    counts.report('reading layer 3 of 7', 1200, 40, 100, 'bytes');
    expect(labels(counts, 1200)).toEqual(['reading layer 3 of 7']);
  });

  it('keeps other work apart, in the order in which it began', () => {
    const counts = new Counts();
    counts.report('fetching layer 1', 0, 1, 10, 'bytes');
    counts.report('fetching layer 2', 1, 1, 20, 'bytes');
    counts.report('unpacking layer 1', 2, 1, 10, 'bytes');
    counts.report('fetching layer 1', 3, 2, 10, 'bytes');
    expect(labels(counts, 3)).toEqual(['fetching layer 1', 'fetching layer 2', 'unpacking layer 1']);
  });

  it('forgets what is complete, and what was not heard of for a while', () => {
    const counts = new Counts();
    counts.report('a', 0, 1, 10, 'bytes');
    counts.report('b', 0, 1, 10, 'records');
    counts.report('a', 100, 10, 10, 'bytes');
    expect(labels(counts, 100)).toEqual(['b']);
    counts.report('a', 3100, 9, 10, 'bytes');
    expect(labels(counts, 3100)).toEqual(['a']);
  });

  it('still shows what is complete while nothing else goes on', () => {
    const counts = new Counts();
    counts.report('a', 0, 10, 10, 'bytes');
    expect(labels(counts, 0)).toEqual(['a']);
  });

  it('shows a step without a count alone', () => {
    const counts = new Counts();
    counts.report('reading layer 1 of 1', 0, 90, 100, 'bytes');
    counts.report('judging', 10);
    expect(labels(counts, 10)).toEqual(['judging']);
  });

  it('takes a step that counts something else for one that goes on', () => {
    const counts = new Counts();
    counts.report('debian', 0, 90, 100, 'bytes');
    counts.report('debian', 10, 5, undefined, 'records');
    expect(counts.active(10)).toEqual([expect.objectContaining({ label: 'debian', done: 5, unit: 'records' })]);
  });

  it('takes a step of another total for the next part of the same', () => {
    const counts = new Counts();
    counts.report('alpine', 0, 90, 100, 'bytes');
    counts.report('alpine', 10, 5, 50, 'bytes');
    expect(counts.active(10)).toEqual([expect.objectContaining({ label: 'alpine', done: 5, total: 50 })]);
  });
});
