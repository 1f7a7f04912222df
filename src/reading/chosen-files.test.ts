import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileStandings } from '../model/analyzer.ts';
import { chooseFiles, nameOfChoice, standingOf } from './chosen-files.ts';

const choices = fc.uniqueArray(fc.tuple(fc.nat(1000), fc.constantFrom(...fileStandings)), { selector: ([at]) => at });

describe('chosen files', () => {
  it('stand as they were chosen, in whatever order that was', () => {
    fc.assert(
      fc.property(choices, (files) => {
        const chosen = chooseFiles(
          files.map(([offset]) => offset),
          files.map(([, standing]) => standing),
        );
        const byOffset = new Map(files);
        for (let offset = 0; offset <= 1000; offset++) expect(standingOf(chosen, offset)).toBe(byOffset.get(offset));
      }),
    );
  });

  it('have another name where one stands otherwise', () => {
    const one = chooseFiles([1, 2], ['unowned', 'unowned']);
    expect(nameOfChoice(one)).toBe(nameOfChoice(chooseFiles([2, 1], ['unowned', 'unowned'])));
    expect(nameOfChoice(one)).not.toBe(nameOfChoice(chooseFiles([1, 2], ['unowned', 'replaced'])));
    expect(nameOfChoice(one)).not.toBe(nameOfChoice(chooseFiles([1, 3], ['unowned', 'unowned'])));
  });
});
