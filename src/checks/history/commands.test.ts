import { describe, expect, it } from 'vitest';
import { readShell } from '../../formats/shell/read-shell.ts';
import { type RanCommand, shown } from './commands.ts';

/** Put together here, so that nobody takes this file for a leak. */
const token = ['AK', 'IA', 'QX7ZP2VN4KTR6WJM'].join('');
const password = ['Tr0ub4', 'dor-3-', 'zq'].join('');

describe('a command as evidence shows it', () => {
  it.each([
    ['of one word of several', `echo "AK""IA${token.slice(4)}"`, 'echo AKI…JM'],
    ['with its option', `sudo mysql -p'${password}' -e x`, 'sudo mysql -p… -e x'],
    ['behind what is shown', `echo ${'x '.repeat(56)}${token}`, `echo ${'x '.repeat(56)}AKI...`],
    ['and nothing else is touched', `apt-get  install -y "curl"`, 'apt-get install -y curl'],
  ])('has no secret %s', (_, text, expected) => {
    const [command] = readShell(text).commands;
    expect(shown({ command } as RanCommand)).toBe(expected);
  });
});
