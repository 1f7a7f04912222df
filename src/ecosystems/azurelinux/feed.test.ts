import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { azureLinuxOval } from './feed.ts';

interface Definition {
  readonly number: number;
  readonly cve?: string;
  readonly name?: string;
  readonly tests?: readonly (readonly [operation: string, evr: string])[];
  readonly patchable?: string;
  readonly date?: string;
}

function document(...definitions: readonly Definition[]): string {
  const tests: string[] = [];
  const objects: string[] = [];
  const states: string[] = [];
  const told = definitions.map((definition) => {
    const { number, cve = 'CVE-2024-1000', name = 'zlib', patchable = 'true' } = definition;
    const { tests: wanted = [['less than', '0:1.2-3.azl3']], date } = definition;
    const criteria = wanted.map(([operation, evr], index) => {
      const id = `${number}00${index}`;
      tests.push(
        `<linux-def:rpminfo_test id="oval:x:tst:${id}"><linux-def:object object_ref="oval:x:obj:${id}"/><linux-def:state state_ref="oval:x:ste:${id}"/></linux-def:rpminfo_test>`,
      );
      objects.push(
        `<linux-def:rpminfo_object id="oval:x:obj:${id}"><linux-def:name>${name}</linux-def:name></linux-def:rpminfo_object>`,
      );
      states.push(
        `<linux-def:rpminfo_state id="oval:x:ste:${id}"><linux-def:evr datatype="evr_string" operation="${operation}">${evr}</linux-def:evr></linux-def:rpminfo_state>`,
      );
      return `<criterion test_ref="oval:x:tst:${id}"/>`;
    });
    return `<definition class="vulnerability" id="oval:x:def:${number}"><metadata><title>t</title><reference ref_id="${cve}" source="CVE"/><patchable>${patchable}</patchable>${date === undefined ? '' : `<advisory_date>${date}</advisory_date>`}<severity>High</severity><description>${cve} affecting package ${name}.</description></metadata><criteria operator="AND">${criteria.join('')}</criteria></definition>`;
  });
  return `<oval_definitions xmlns:linux-def="x"><definitions>${told.join('')}</definitions><tests>${tests.join('')}</tests><objects>${objects.join('')}</objects><states>${states.join('')}</states></oval_definitions>`;
}

const PATH = 'azurelinux-3.0-oval.xml';
const read = (...definitions: Definition[]) => readFiles(azureLinuxOval, { [PATH]: document(...definitions) });

describe('azureLinuxOval', () => {
  it('reads a definition', async () => {
    const { upserts, replaced, notes } = await read({ number: 42, date: '2024-05-31T18:55:08Z' });

    expect(upserts).toEqual([
      {
        key: 'azurelinux:3.0/42',
        id: 'CVE-2024-1000',
        aliases: [],
        severity: 'high',
        urls: ['https://nvd.nist.gov/vuln/detail/CVE-2024-1000'],
        published: '2024-05-31T18:55:08Z',
        affected: [
          {
            namespace: 'azurelinux:3.0',
            package: 'zlib',
            nameKind: 'source',
            state: 'fixed',
            ranges: [{ fixed: '0:1.2-3.azl3' }],
          },
        ],
      },
    ]);
    expect(replaced).toEqual(['azurelinux:3.0/']);
    expect(notes).toEqual([]);
  });

  it.each<[string, Partial<Definition>, unknown]>([
    [
      'less than or equal',
      { tests: [['less than or equal', '0:1-1']], patchable: 'false' },
      ['affected', [{ lastAffected: '0:1-1' }]],
    ],
    [
      'a range between two versions, without the lower one',
      {
        tests: [
          ['less than', '0:1.20.7-1.cm2'],
          ['greater than', '0:1.19.0.cm2'],
        ],
      },
      ['fixed', [{ fixed: '0:1.20.7-1.cm2', introduced: '0:1.19.0.cm2^' }]],
    ],
    ['a package to which the CVE does not apply', { patchable: 'Not Applicable' }, ['not-affected', []]],
  ])('reads %s', async (_, definition, expected) => {
    const { upserts } = await read({ number: 1, ...definition });

    expect(upserts[0]?.affected.map(({ state, ranges }) => [state, ranges])).toEqual([expected]);
  });

  it.each<[string, Partial<Definition>, string]>([
    ['an id that is no CVE', { cve: 'CVE-2024-0' }, 'oval:x:def:1 names no CVE'],
    ['a test that nobody knows', { tests: [['case insensitive equals', '1']] }, 'oval:x:def:1 asks for no package'],
  ])('pitfall 21: leaves out %s, and says so', async (_, definition, note) => {
    const { upserts, notes } = await read({ number: 1, ...definition });

    expect(upserts).toEqual([]);
    expect(notes).toEqual([`${PATH}: ${note}`]);
  });

  it('pitfall 26: drops a date that cannot be', async () => {
    expect((await read({ number: 1, date: '0001-01-01T00:00:00Z' })).upserts[0]?.published).toBeUndefined();
  });

  it('pitfall 27: reads again only what changed, and tolerates one document that is gone', async () => {
    const mirror = await startFeedMirror();
    const at = (name: string) => `azurelinux-oval/${name}`;
    const names = [PATH, 'cbl-mariner-2.0-oval.xml', 'cbl-mariner-1.0-oval.xml'];
    try {
      for (const [index, name] of names.entries()) mirror.set(at(name), document({ number: index + 1 }));
      const first = await updateFrom(mirror, azureLinuxOval);
      expect(first.upserts.map(({ key }) => key)).toEqual(['mariner:1.0/3', 'mariner:2.0/2', 'azurelinux:3.0/1']);

      mirror.set(at(PATH), document({ number: 1 }, { number: 9 }));
      mirror.fault(at('cbl-mariner-1.0-oval.xml'), 'missing');
      const second = await updateFrom(mirror, azureLinuxOval, first.state);
      expect(second.upserts.map(({ key }) => key)).toEqual(['azurelinux:3.0/1', 'azurelinux:3.0/9']);
      expect(second.replaced).toEqual(['azurelinux:3.0/']);
      expect(second.notes).toEqual(['cbl-mariner-1.0-oval.xml is not there; what it said before is kept']);

      mirror.fault(at(PATH), 'missing');
      await expect(updateFrom(mirror, azureLinuxOval, second.state)).rejects.toThrow('2 of 3 documents');
    } finally {
      mirror.close();
    }
  });

  it('asks for the documents of wanted namespaces only', async () => {
    const mirror = await startFeedMirror();
    try {
      mirror.set(`azurelinux-oval/${PATH}`, document({ number: 1 }));
      await updateFrom(mirror, azureLinuxOval, {}, new Set(['azurelinux:3.0', 'debian:12']));
      expect(mirror.requests.map(({ path }) => path)).toEqual([`azurelinux-oval/${PATH}`]);
    } finally {
      mirror.close();
    }
  });

  it.skipIf(!hasShared).each([
    ['azurelinux-3.0', 1222, 1],
    ['cbl-mariner-1.0', 2252, 78],
    ['cbl-mariner-2.0', 2379, 136],
  ])('reads all definitions of the real %s', async (name, count, notAffected) => {
    const file = `${name}-oval.xml`;
    const { upserts, notes } = await readFiles(azureLinuxOval, {
      [file]: readShared(`feeds/azurelinux-oval/${file}.zst`),
    });

    expect(upserts).toHaveLength(count);
    expect(notes).toEqual([]);
    expect(new Set(upserts.map(({ key }) => key)).size).toBe(count);
    expect(upserts.filter(({ affected }) => affected[0]?.state === 'not-affected')).toHaveLength(notAffected);
    expect(upserts.every(({ affected }) => affected.length === 1)).toBe(true);
  });
});
