import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInnerPath, isSetName, parseRecord, type SetRecord } from './set-record.ts';

const part = {
  kind: 'yara',
  files: ['yara/a.yar'],
  bytes: 6,
  digest: `sha256:${'0'.repeat(64)}`,
  counts: { loaded: 1, lost: 0, reasons: [] },
} as const;
const record: SetRecord = {
  version: 1,
  name: 'own',
  checkedAt: '2026-01-02T00:00:00.000Z',
  url: 'https://rules.example/own.zip',
  validators: { 'https://rules.example/own.zip': '{}' },
  current: { folder: 'g2', updatedAt: '2026-01-01T00:00:00.000Z', parts: [part] },
  previous: { folder: 'g1', updatedAt: '2025-01-01T00:00:00.000Z', parts: [part] },
};

function changed(change: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...record, ...change });
}

const withPart = (replacement: object): string =>
  changed({ current: { ...record.current, parts: [{ ...part, ...replacement }] } });

describe('parseRecord', () => {
  it('reads what was written', () => {
    expect(parseRecord(JSON.stringify(record), 'own')).toEqual(record);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['of another set', changed({ name: 'other' })],
    ['of another version', changed({ version: 2 })],
    ['without a generation', changed({ current: undefined })],
    ['whose folder leads elsewhere', changed({ current: { ...record.current, folder: '../g1' } })],
    ['whose files lead elsewhere', withPart({ files: ['../../secret.yar'] })],
    ['whose files are absolute', withPart({ files: ['/etc/passwd'] })],
    ['of no kind', withPart({ kind: 'sigma' })],
    ['without a digest', withPart({ digest: 'sha256:0' })],
    ['without counts', withPart({ counts: undefined })],
    ['whose previous generation is wrong', changed({ previous: { folder: 'g1' } })],
    ['whose validators are no texts', changed({ validators: { a: 1 } })],
  ])('refuses one %s', (_, text) => {
    expect(parseRecord(text, 'own')).toBeUndefined();
  });
});

describe('isSetName', () => {
  it.each<[string, boolean]>([
    ['signature-base', true],
    ['a', true],
    ['yara.forge_1', true],
    ['', false],
    ['.hidden', false],
    ['..', false],
    ['A', false],
    ['a/b', false],
    ['a:b', false],
    ['starter', false],
    ['none', false],
    ['all', false],
    ['lock', false],
    ['x'.repeat(65), false],
  ])('%s: %s', (name, answer) => {
    expect(isSetName(name)).toBe(answer);
  });
});

describe('isInnerPath', () => {
  it('lets no path out of a folder', () => {
    const parts = fc.constantFrom('a', '..', '.', '', 'b.yar', '\\', '\u0000', '\n', 'é', '\ud800', '...');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (some) => {
        const inner = some.join('/');
        if (!isInnerPath(inner)) return;
        const whole = path.resolve('/root/of/all', inner);
        expect(whole).toBe(`/root/of/all/${inner}`);
      }),
    );
  });

  it.each(['a.yar', 'a/b/c.yar', 'mit Leerzeichen/x (1).yar', 'é.yar'])('takes %s', (inner) => {
    expect(isInnerPath(inner)).toBe(true);
  });
});
