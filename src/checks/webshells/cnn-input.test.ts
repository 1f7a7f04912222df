import { describe, expect, it } from 'vitest';
import { cnnBytes, cnnInput, withoutLongRuns } from './cnn-input.ts';
import { scriptViews } from './script-views.ts';

const inputOf = (text: string): string =>
  Buffer.from(cnnInput(scriptViews(Buffer.from(text, 'latin1'), 'php'))).toString('latin1');

describe('cnnInput', () => {
  it('is all of a short script, decoded, and zeros', () => {
    const input = inputOf('<?php // x\nf("a"."b");');

    expect(input.length).toBe(cnnBytes);
    expect(input.replace(/\0+$/, '')).toBe('<?php\nf("ab");');
  });

  it('is the beginning, the part with most marks and the end of a long one', () => {
    const filler = 'do some thing ; '.repeat(1000);
    const input = inputOf(`<?php begin(); ${filler} eval($_POST["inert"]); ${filler} end();`);

    expect(input.startsWith('<?php begin();')).toBe(true);
    expect(input).toContain('eval($_POST["inert"])');
    expect(input.replace(/\0+$/, '').endsWith('end();')).toBe(true);
    expect(input.split('\0').filter((part) => part !== '').length).toBe(3);
  });

  it('has room for payloads, however long the text is', () => {
    const payload = Buffer.from('echo "inert"; '.repeat(20)).toString('base64');
    const long = inputOf(`<?php ${'do some thing ; '.repeat(2000)} f("${payload}");`);
    const short = inputOf(`<?php f("${payload}");`);

    expect(long).toContain('\0echo "inert"; echo');
    expect(short).toContain('\0echo "inert"; echo');
  });

  it('cuts long runs of data to their ends', () => {
    const run = `${'a'.repeat(24)}${'b'.repeat(1000)}${'c'.repeat(8)}`;
    const cut = (text: string): string => Buffer.from(withoutLongRuns(Buffer.from(text))).toString();

    expect(cut(`f("${run}", '${run}') ${'d'.repeat(96)}`)).toBe(
      `f("${'a'.repeat(24)}${'c'.repeat(8)}", '${'a'.repeat(24)}${'c'.repeat(8)}') ${'d'.repeat(96)}`,
    );
    expect(cut('e'.repeat(97))).toBe('e'.repeat(32));
    expect(cut('')).toBe('');
  });
});
