import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openReportStream, textWidth, wantsColor } from './streams.ts';

describe('wantsColor', () => {
  it.each<[string, Parameters<typeof wantsColor>[0], boolean]>([
    ['a terminal', { asked: 'auto', isTerminal: true, environment: {} }, true],
    ['no terminal', { asked: 'auto', isTerminal: false, environment: {} }, false],
    ['a dumb terminal', { asked: 'auto', isTerminal: true, environment: { TERM: 'dumb' } }, false],
    ['NO_COLOR', { asked: 'auto', isTerminal: true, environment: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR', { asked: 'auto', isTerminal: true, environment: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR without a terminal', { asked: 'auto', isTerminal: false, environment: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0', { asked: 'auto', isTerminal: true, environment: { FORCE_COLOR: '0' } }, false],
    [
      'FORCE_COLOR before NO_COLOR',
      { asked: 'auto', isTerminal: false, environment: { FORCE_COLOR: '3', NO_COLOR: '1' } },
      true,
    ],
    ['CLICOLOR=0', { asked: 'auto', isTerminal: true, environment: { CLICOLOR: '0' } }, false],
    ['CLICOLOR_FORCE', { asked: 'auto', isTerminal: false, environment: { CLICOLOR_FORCE: '1' } }, true],
    ['always, before NO_COLOR', { asked: 'always', isTerminal: false, environment: { NO_COLOR: '1' } }, true],
    ['never, before FORCE_COLOR', { asked: 'never', isTerminal: true, environment: { FORCE_COLOR: '1' } }, false],
  ])('%s', (_, question, expected) => {
    expect(wantsColor(question)).toBe(expected);
  });
});

describe('textWidth', () => {
  it.each<[string, boolean, number | undefined, string | undefined, number]>([
    ['a terminal', true, 120, '60', 120],
    ['a terminal that does not know', true, undefined, '60', 60],
    ['nor anybody else', true, undefined, undefined, 80],
    ['a pipe', false, undefined, undefined, 100],
    ['a pipe with COLUMNS', false, undefined, '72', 72],
    ['a pipe with nonsense in COLUMNS', false, undefined, '0', 100],
    ['a pipe with too much of it', false, undefined, '99999', 100],
  ])('%s', (_, isTerminal, columns, COLUMNS, expected) => {
    expect(textWidth({ isTerminal, columns }, { COLUMNS })).toBe(expected);
  });
});

function failing(code: string): Writable {
  return new Writable({
    write(_chunk, _encoding, callback) {
      callback(Object.assign(new Error(code), { code }));
    },
  });
}

describe('openReportStream', () => {
  it('waits until the bytes have left', async () => {
    const left: string[] = [];
    const slow = new Writable({
      write(chunk: Buffer, _encoding, callback) {
        setTimeout(() => {
          left.push(chunk.toString());
          callback();
        }, 5);
      },
    });
    await openReportStream(slow).write('x'.repeat(100_000));
    expect(left.join('')).toHaveLength(100_000);
  });

  it('tells the width of a terminal as it is now', () => {
    const terminal = Object.assign(new Writable(), { isTTY: true, columns: 80 });
    const stream = openReportStream(terminal);
    terminal.columns = 40;
    expect(stream.columns).toBe(40);
    terminal.columns = 0;
    expect(stream.columns).toBeUndefined();
  });

  it('drops what nobody reads, now and afterwards', async () => {
    const stream = openReportStream(failing('EPIPE'));
    await expect(stream.write('a')).resolves.toBeUndefined();
    await expect(stream.write('b')).resolves.toBeUndefined();
  });

  it('tells of a full disk', async () => {
    await expect(openReportStream(failing('ENOSPC')).write('a')).rejects.toMatchObject({ code: 'output.not-writable' });
  });
});
