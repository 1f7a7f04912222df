import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.ts';
import { readDebianTracker } from './debian-tracker.ts';

function read(document: unknown) {
  return [...readDebianTracker(Buffer.from(JSON.stringify(document)))];
}

describe('readDebianTracker', () => {
  it('reads every field that decides a state', () => {
    const releases = {
      bookworm: { status: 'resolved', fixed_version: '1-1', urgency: 'low**', repositories: { bookworm: '1-1' } },
      sid: { status: 'open', urgency: 'unimportant', nodsa: 'Minor issue', nodsa_reason: 'ignored' },
      bullseye: { status: 'undetermined', nodsa_reason: '' },
    };

    expect(read({ a: { 'CVE-2020-0001': { description: 'text', scope: 'remote', releases } } })).toEqual([
      {
        package: 'a',
        id: 'CVE-2020-0001',
        description: 'text',
        releases: [
          { codename: 'bookworm', status: 'resolved', fixedVersion: '1-1', urgency: 'low**' },
          { codename: 'sid', status: 'open', urgency: 'unimportant', nodsa: 'Minor issue', nodsaReason: 'ignored' },
          { codename: 'bullseye', status: 'undetermined', nodsaReason: '' },
        ],
      },
    ]);
  });

  it('knows ids that are not assigned yet', () => {
    expect(read({ a: { 'TEMP-0000000-AB12CD': { releases: {} } } })).toEqual([
      { package: 'a', id: 'TEMP-0000000-AB12CD', releases: [] },
    ]);
  });

  it.each([
    ['a package that is no object', { a: [] }, 'a: no list of issues'],
    ['an id that is none', { a: { 'x y': { releases: {} } } }, 'a: "x y" is no id'],
    ['an issue without releases', { a: { 'CVE-2020-0001': {} } }, 'a CVE-2020-0001: no releases'],
    [
      'a new status',
      { a: { 'CVE-2020-0001': { releases: { sid: { status: 'new' } } } } },
      'a CVE-2020-0001: unknown status in sid',
    ],
  ])('says that it left out %s', (_, document, skipped) => {
    expect(read(document)).toEqual([{ skipped }]);
  });

  it.each([
    ['a page', '<html>'],
    ['a list', '[]'],
    ['half a document', '{"a":{"CVE-2020-0001":{"releases":{}}}'],
    ['a damaged package', '{"a":{"CVE-2020-0001":{releases}}}'],
  ])('refuses %s', (_, text) => {
    expect(() => [...readDebianTracker(Buffer.from(text))]).toThrow(FormatError);
  });
});
