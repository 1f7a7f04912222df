import { describe, expect, it } from 'vitest';
import { formatMessage } from './message.ts';

const url = `https://advisories.example/${'a'.repeat(60)}`;

function format(text: string, columns: number | undefined, program = 'drydock'): string {
  const stream = { isTerminal: columns !== undefined, columns, write: async () => {} };
  return formatMessage(text, { stream, environment: {}, program });
}

describe('formatMessage', () => {
  it('wraps to a terminal between words, with the lines after the first indented', () => {
    expect(format('drydock: warning: one two three four five\n', 30)).toBe(
      'drydock: warning: one two\n  three four five\n',
    );
  });

  it('keeps an address in one piece', () => {
    expect(format(`drydock: ${url} cannot be found\n`, 40)).toBe(`drydock:\n  ${url}\n  cannot be found\n`);
  });

  it('keeps one line elsewhere', () => {
    const line = `drydock: ${'word '.repeat(60)}end\n`;
    expect(format(line, undefined)).toBe(line);
  });

  it('keeps the lines that a message has', () => {
    expect(format('drydock: one\ntwo\n', 80)).toBe('drydock: one\ntwo\n');
  });

  it('names commands as the program was started', () => {
    expect(format('drydock: run "drydock db update" or "drydock --help".\n', undefined, './drydock')).toBe(
      'drydock: run "./drydock db update" or "./drydock --help".\n',
    );
  });
});
