import { describe, expect, it } from 'vitest';
import { isKey, toPackageRecord } from './records.ts';

describe('toPackageRecord', () => {
  it.each([
    [{ version: '1.0', release: '2.el9' }, '1.0-2.el9'],
    [{ epoch: 0, version: '1.0', release: '2.el9' }, '0:1.0-2.el9'],
    [{ epoch: 3, version: '1.0', release: '2.el9' }, '3:1.0-2.el9'],
    [{ version: '1.0' }, '1.0'],
  ])('writes the version of %o as %s', (statement, version) => {
    expect(toPackageRecord({ name: 'anchor', ...statement })).toEqual({ name: 'anchor', type: 'rpm', version });
  });

  it.each([
    ['anchors-1.0-2.src.rpm', undefined, { name: 'anchors', version: '1.0-2' }],
    ['anchors-1.0-2.src.rpm', 3, { name: 'anchors', version: '3:1.0-2' }],
    ['anchors-chain-0.9-7.nosrc.rpm', 3, { name: 'anchors-chain', version: '0.9-7' }],
    ['anchor-0.9-2.src.rpm', undefined, { name: 'anchor', version: '0.9-2' }],
    ['anchor-1.0-2.src.rpm', undefined, undefined],
    ['anchor-1.0-2.src.rpm', 3, undefined],
    ['anchor-1.0-2.x86_64.rpm', undefined, undefined],
    ['anchor-1.0.src.rpm', undefined, undefined],
    ['-1.0-2.src.rpm', undefined, undefined],
    ['anchor--2.src.rpm', undefined, undefined],
    ['anchor-1.0-.src.rpm', undefined, undefined],
    ['(none)', undefined, undefined],
    ['', undefined, undefined],
  ])('takes from %s with epoch %s the source %o', (sourceRpm, epoch, source) => {
    const statement = {
      name: 'anchor',
      version: '1.0',
      release: '2',
      sourceRpm,
      ...(epoch !== undefined && { epoch }),
    };

    expect(toPackageRecord(statement).source).toEqual(source);
  });
});

it('tells public keys from packages', () => {
  expect(isKey({ name: 'gpg-pubkey' })).toBe(true);
  expect(isKey({ name: 'gpg-pubkeys' })).toBe(false);
});
