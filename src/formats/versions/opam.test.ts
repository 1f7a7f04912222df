import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { opamVersions } from './opam.ts';

const versions = fc
  .tuple(
    fc.constantFrom('0', '1', '10', 'v0', 'v1'),
    fc.array(fc.constantFrom('.', '-', '+', '~', '_', '0', '1', '09', '10', 'a', 'Z', 'rc'), { maxLength: 6 }),
  )
  .map(([first, rest]) => first + rest.join(''));

describeVersionScheme({
  scheme: opamVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/opam.txt'),
  versions,
  invalid: ['', ' ', '1.0 ', '1:0', '>= 1.0', 'dev', 'base', 'latest', '~beta', '1.0é', 'v', '1.0/2'],
});

describe('opam versions', () => {
  it('say which run decided', () => {
    expect(opamVersions.explain('1.0~beta', '1.0')).toEqual([
      {
        part: 'version',
        left: '1.0~beta',
        right: '1.0',
        result: -1,
        why: expect.stringContaining('~') as string,
      },
    ]);
  });
});

/** dpkg orders what stands before the last hyphen as opam orders all of a version. */
const dpkg: NativeOrder = {
  command: 'sh',
  args: [
    '-c',
    'while read -r a b; do if dpkg --compare-versions "$a-0" lt "$b-0" 2>/dev/null; then echo -1; ' +
      'elif dpkg --compare-versions "$a-0" eq "$b-0" 2>/dev/null; then echo 0; else echo 1; fi; done',
  ],
};

describe.skipIf(!isThere(dpkg))('dpkg of this machine (skipped without it)', () => {
  it('orders the same', () => {
    const pairs = fc.sample(fc.tuple(versions, versions), { numRuns: 25, seed: 11 });

    expect(differences(dpkg, pairs, opamVersions.compare)).toEqual([]);
  });
});
