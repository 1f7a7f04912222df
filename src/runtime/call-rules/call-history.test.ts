import { describe, expect, it } from 'vitest';
import { CallTrace, internet } from '../../../test/support/call-trace.ts';
import { ordinarySource } from '../../../test/support/judged-calls.ts';
import { BoundedMap } from './bounded-map.ts';
import { CallHistory } from './call-history.ts';

function history(write: (trace: CallTrace) => unknown): { readonly history: CallHistory; readonly trace: CallTrace } {
  let made: CallHistory | undefined;
  const trace = new CallTrace((event) => made!.note(event));
  made = new CallHistory(ordinarySource.image, trace);
  write(trace.process(1, '/usr/bin/entry'));
  return { history: made, trace };
}

const socket = { kind: 'socket', protocol: 'tcp', remote: internet('203.0.113.7', 1) } as const;

describe('the history of a run', () => {
  it('knows files that were written, by the name they have now', () => {
    const { history: known } = history((t) =>
      t.write(1, '/a').rename(1, '/a', '/b').write(1, '/c').remove(1, '/c').open(1, '/d', 'write', {}, 'EACCES'),
    );
    expect(['/a', '/b', '/c', '/d'].map((path) => known.wrote(path))).toEqual([false, true, false, false]);
  });

  it('keeps the right to execute through a new name', () => {
    const { history: known } = history((t) => t.chmod(1, '/a', 0o700).rename(1, '/a', '/b').chmod(1, '/c', 0o644));
    expect(['/b', '/c'].map((path) => known.madeExecutable(path))).toEqual([true, false]);
  });

  it('gives descriptors to children, and forgets them with the process', () => {
    const { history: known } = history((t) =>
      t.duplicate(1, socket, 0).fork(1, 2).fork(2, 3).call(2, 'exit', { kind: 'exit', code: 0 }),
    );
    expect([1, 2, 3].map((pid) => known.inputOf(pid) !== undefined)).toEqual([true, false, true]);
  });

  it('does not take the end of a thread for that of its process', () => {
    const { history: known } = history((t) =>
      t.duplicate(1, socket, 0).call(1, 'exit', { kind: 'exit', code: 0 }, { tid: 9 }),
    );
    expect(known.inputOf(1)).toBeDefined();
  });

  it('does not give a new process what one of the same number had', () => {
    const { history: known } = history((t) => t.fork(1, 2).duplicate(2, socket, 0).fork(1, 2));
    expect(known.inputOf(2)).toBeUndefined();
  });

  it('keeps sixteen names that a process asked for, the last ones', () => {
    const { history: known } = history((t) => {
      for (let number = 0; number < 40; number++) t.ask(1, `N${number}.example.`);
      t.fork(1, 2);
    });
    expect(known.namesAsked(1)).toHaveLength(16);
    expect(known.namesAsked(1)[0]).toBe('n39.example');
    expect(known.namesAsked(2)).toEqual(known.namesAsked(1));
  });

  it('counts changed files for ten seconds', () => {
    const { history: known, trace } = history((t) => {
      for (let number = 0; number < 5; number++) t.write(1, `/srv/${number}`);
    });
    expect(known.changedFiles(1, trace.at)).toBe(5);
    expect(known.changedFiles(1, trace.at + 11)).toBe(0);
  });

  it('stays small, whatever a program does', () => {
    const { history: known } = history((t) => {
      for (let number = 0; number < 150_000; number++) t.write(1, `/srv/a-long-enough-name-of-a-file-${number}.txt`);
    });
    expect(known.changedFiles(1, 1_790_000_150)).toBeLessThanOrEqual(400);
    expect(known.wrote('/srv/a-long-enough-name-of-a-file-149999.txt')).toBe(true);
    expect(known.wrote('/srv/a-long-enough-name-of-a-file-0.txt')).toBe(false);
  });
});

describe('BoundedMap', () => {
  it('forgets what was set long ago, and keeps at least half of what it may', () => {
    const map = new BoundedMap<number, number>(10);
    for (let key = 0; key < 100; key++) map.set(key, key * 2);
    const kept = Array.from({ length: 100 }, (_, key) => key).filter((key) => map.has(key));
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept.at(-1)).toBe(99);
    expect(map.get(99)).toBe(198);
    map.delete(99);
    expect(map.has(99)).toBe(false);
  });
});
