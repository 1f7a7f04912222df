import { describe, expect, it } from 'vitest';
import { SourceError, UsageError } from '../errors.ts';
import { describeFailure } from './failure.ts';

describe('describeFailure', () => {
  it.each([
    ['an error of ours', new SourceError('source.not-found', 'x is not here.'), 'source.not-found', 'x is not here.'],
    ['a line break in a name', new UsageError('usage.option', 'a\nb'), 'usage.option', 'a\\x0ab'],
    [
      'a path that would speak to the terminal',
      new SourceError('source.unreadable', '\u001b[2J\u202ename'),
      'source.unreadable',
      '\\x1b[2J\\u202ename',
    ],
    [
      'a time limit',
      new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
      'source.limit',
      'the time limit (--timeout) was reached before anything could be read.',
    ],
    [
      'anything else',
      new TypeError('x is not a function'),
      'fault',
      'a fault in Drydock itself: x is not a function\nPlease report it, with what you ran. DRYDOCK_DEBUG=1 shows where it happened.',
    ],
    [
      'something thrown that is no error',
      'why',
      'fault',
      'a fault in Drydock itself: why\nPlease report it, with what you ran. DRYDOCK_DEBUG=1 shows where it happened.',
    ],
  ])('describes %s', (_, error, code, text) => {
    expect(describeFailure(error, false)).toEqual({ code, text });
  });

  it('repeats no password of an address', () => {
    const error = new SourceError('source.not-found', 'https://me:hunter2@host/x is no file or folder here.');
    expect(describeFailure(error, false).text).toBe('https://***@host/x is no file or folder here.');
    expect(describeFailure(error, true).text).not.toContain('hunter2');
  });

  it('shows stacks, also of causes, only when asked', () => {
    const cause = new Error('inner');
    const error = new SourceError('source.unreadable', 'outer', { cause });
    expect(describeFailure(error, false).text).toBe('outer');
    expect(describeFailure(error, true).text).toMatch(/outer\n.*\n +at [\s\S]*\ncaused by: Error: inner\n +at /);
  });

  it('keeps its own words about tokens', () => {
    const error = new UsageError('usage.option', '"drydock serve token": a name is expected.');
    expect(describeFailure(error, false).text).toContain('token": a name');
  });
});
