import { describe, expect, it } from 'vitest';
import type { PackageRecord } from '../model/fact.ts';
import type { Changes, InstalledRecord } from './installed-record.ts';
import { replaceVersions } from './versions-replay.ts';

const of = (version: string): PackageRecord => ({ type: 'deb', name: 'a', version });
const at = (version: string, layer: number, introduced: number): InstalledRecord => ({
  record: of(version),
  layer,
  introduced,
  path: 'p',
});

/** Versions before and in layer 5, and what they come to: `version@layer/introduced`. */
const cases = [
  { title: 'a new package', before: [], now: ['1'], installed: ['1@5/5'], gone: [], added: ['1'] },
  { title: 'one that stays', before: [at('1', 2, 1)], now: ['1'], installed: ['1@2/1'], gone: [] },
  { title: 'a new version', before: [at('1', 2, 1)], now: ['2'], installed: ['2@5/1'], gone: [], changed: ['1>2'] },
  {
    title: 'a second version beside the first',
    before: [at('1', 2, 1)],
    now: ['1', '2'],
    installed: ['1@2/1', '2@5/5'],
    gone: [],
    added: ['2'],
  },
  {
    title: 'one of two that stays',
    before: [at('1', 2, 1), at('2', 3, 3)],
    now: ['2'],
    installed: ['2@3/3'],
    gone: ['1@2/1'],
    removed: ['1'],
  },
  {
    title: 'one in the place of two',
    before: [at('1', 2, 1), at('2', 3, 3)],
    now: ['3'],
    installed: ['3@5/1'],
    gone: ['2@3/3'],
    changed: ['1>3'],
    removed: ['2'],
  },
];

describe('versions of a package before and after a layer', () => {
  it.each(cases)('$title', ({ before, now, installed, gone, added = [], changed = [], removed = [] }) => {
    const change: Changes = { added: [], changed: [], removed: [] };
    const show = ({ record, layer, introduced }: InstalledRecord): string => `${record.version}@${layer}/${introduced}`;

    const replaced = replaceVersions(before, now.map(of), { layer: 5, path: 'p' }, change);

    expect(replaced.installed.map(show)).toEqual(installed);
    expect(replaced.gone.map(show)).toEqual(gone);
    expect(replaced.renewed.map(({ before: a, after }) => `${a.record.version}>${after.record.version}`)).toEqual(
      changed,
    );
    expect(change.added.map(({ version }) => version)).toEqual(added);
    expect(change.changed.map(({ before: a, after }) => `${a.version}>${after.version}`)).toEqual(changed);
    expect(change.removed.map(({ version }) => version)).toEqual(removed);
  });

  it('keeps the place in an archive', () => {
    const change: Changes = { added: [], changed: [], removed: [] };
    const place = { layer: 5, path: 'a.jar', location: 'a.jar!/b.jar' };

    expect(replaceVersions([], [of('1')], place, change).installed).toEqual([
      { record: of('1'), layer: 5, introduced: 5, path: 'a.jar', location: 'a.jar!/b.jar' },
    ]);
  });
});
