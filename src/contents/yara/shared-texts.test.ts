import { describe, expect, it } from 'vitest';
import { openRules } from './open-rules.ts';

/** Two rules with one text, of which the first is about small files only. */
const rules = (text: string): string => `
rule small { strings: $a = ${text} condition: filesize < 1KB and $a }
rule headed { strings: $a = ${text} condition: uint16(0) == 0x5a4d and $a }
rule any_size { strings: $a = ${text} condition: $a }
`;

describe('rules of one set that have a text in common', () => {
  it.each(['"shared words"', '"shared words" nocase', '"shared words" fullword'])(
    '%s: each has its own condition',
    (text) => {
      const sources = { digest: text, read: () => [{ file: 'a.yar', text: rules(text) }] };
      const { rules: compiled } = openRules(sources);
      const named = (bytes: string): string[] =>
        compiled
          .scan(Buffer.from(bytes))
          .matches.map(({ rule }) => rule)
          .sort();
      expect(named(`here are shared words ${' '.repeat(5000)}`)).toEqual(['any_size']);
      expect(named('here are shared words ')).toEqual(['any_size', 'small']);
      expect(named(`MZ shared words ${' '.repeat(5000)}`)).toEqual(['any_size', 'headed']);
      compiled.close();
    },
  );
});
