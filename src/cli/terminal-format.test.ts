import { describe, expect, it } from 'vitest';
import { checkTerminal } from './terminal-format.ts';

const file = { format: 'html', file: '/r.html', instead: false };

describe('checkTerminal', () => {
  it.each([
    ['a page on a terminal', 'html', true, [], true],
    ['a page on a terminal, though it goes to a file as well', 'html', true, [file], true],
    ['a page in a pipe', 'html', false, [], false],
    ['a page in a file, in place of the terminal', 'html', true, [{ ...file, instead: true }], false],
    ['JSON on a terminal', 'json', true, [], false],
    ['a table on a terminal, and a page in a file', 'table', true, [file], false],
  ] as const)('%s', (_, format, isTerminal, output, refused) => {
    const check = (): void => checkTerminal({ format, output } as never, { isTerminal });

    if (refused) expect(check).toThrow('-o html=report.html');
    else expect(check).not.toThrow();
  });
});
