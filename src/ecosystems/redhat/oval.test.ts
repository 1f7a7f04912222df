import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { redhatOval } from './oval-feed.ts';

const RHEL8 = 'RHEL8/rhel-8-including-unpatched.oval.xml';

interface TestDefinition {
  readonly id?: string;
  readonly class?: 'patch' | 'vulnerability';
  readonly reference?: string;
  readonly criteria: string;
  readonly cpes?: readonly string[];
  readonly advisory?: string;
}

/** Test ids are the comments themselves; builds are written `NAME EVR ARCH`. */
function oval(...definitions: readonly TestDefinition[]): string {
  const tests = new Map<string, string>();
  const bodies = definitions.map((one) => {
    const criteria = one.criteria.replace(/\{([^}]+)\}/g, (_, comment: string) => {
      const number = tests.size + 1;
      tests.set(`t:${number}`, comment);
      return `<criterion comment="${comment}" test_ref="t:${number}"/>`;
    });
    const { reference = 'RHSA-2024:1000', class: kind = 'patch', cpes = [] } = one;
    return `<definition class="${kind}" id="${one.id ?? 'oval:com.redhat.rhsa:def:1'}"><metadata><title>${reference}: a flaw (Important)</title>
      <reference source="RHSA" ref_id="${reference}" ref_url="https://access.redhat.com/${reference}"/><description>What it is.</description>
      <advisory from="x"><severity>Important</severity><issued date="2024-01-02"/><updated date="2024-01-03"/>${one.advisory ?? ''}
      <affected_cpe_list>${cpes.map((cpe) => `<cpe>${cpe}</cpe>`).join('')}</affected_cpe_list></advisory></metadata>${criteria}</definition>`;
  });
  const parts = [...tests].map(([id, comment]) => {
    const [name = '', rest] = comment.split(' is ');
    const existence = rest === 'not installed' ? ' check_existence="none_exist"' : '';
    const state = /^earlier than (\S+)(?: on (\S+))?$/.exec(rest ?? '');
    const arch = state?.[2] === undefined ? '' : `<arch operation="pattern match">${state[2]}</arch>`;
    return {
      test: `<rpminfo_test id="${id}" check="at least one"${existence}><object object_ref="o${id}"/>${state === null ? '' : `<state state_ref="s${id}"/>`}</rpminfo_test>`,
      object: `<rpminfo_object id="o${id}"><name>${name}</name></rpminfo_object>`,
      state:
        state === null
          ? ''
          : `<rpminfo_state id="s${id}"><evr datatype="evr_string" operation="less than">${state[1]}</evr>${arch}</rpminfo_state>`,
    };
  });
  return `<oval_definitions><definitions>${bodies.join('')}</definitions><tests>${parts.map(({ test }) => test).join('')}</tests><objects>${parts.map(({ object }) => object).join('')}</objects><states>${parts.map(({ state }) => state).join('')}</states></oval_definitions>`;
}

const all = (...parts: string[]): string => `<criteria operator="AND">${parts.join('')}</criteria>`;
const any = (...parts: string[]): string => `<criteria operator="OR">${parts.join('')}</criteria>`;
const release = (version: string): string => `{Red Hat Enterprise Linux ${version} is installed}`;
const plain = ['cpe:/o:redhat:enterprise_linux:8', 'cpe:/a:redhat:enterprise_linux:8::appstream'];

async function read(definition: TestDefinition, path = RHEL8) {
  const { upserts, notes } = await readFiles(redhatOval, { [path]: oval(definition) });
  return { advisory: upserts[0], rows: upserts.flatMap(({ affected }) => affected), notes };
}

describe('redhatOval', () => {
  it('reads errata with the architectures, modules and releases of what they fix', async () => {
    const { advisory, notes } = await read({
      cpes: plain,
      advisory: '<cve cvss3="7.5/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H">CVE-2024-0001</cve>',
      criteria: any(
        '{Red Hat Enterprise Linux must be installed}',
        all(
          release('8'),
          any(
            all('{hull is earlier than 0:1-2.el8 on aarch64|x86_64}', '{hull is signed with Red Hat key}'),
            all(
              '{Module mast:4 is enabled}',
              all('{mast is earlier than 1:4-2.module+el8}', '{mast is signed with Red Hat key}'),
            ),
          ),
        ),
      ),
    });

    expect(notes).toEqual([]);
    expect(advisory).toEqual({
      key: 'RHEL8/rhel-8-including-unpatched/RHSA-2024:1000',
      id: 'RHSA-2024:1000',
      aliases: ['CVE-2024-0001'],
      severity: 'high',
      title: 'a flaw',
      description: 'What it is.',
      urls: ['https://access.redhat.com/RHSA-2024:1000'],
      published: '2024-01-02',
      modified: '2024-01-03',
      cvss: [
        { version: '3.1', score: 7.5, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', source: 'redhat-oval' },
      ],
      affected: [
        {
          namespace: 'rhel:8',
          package: 'mast',
          nameKind: 'binary',
          state: 'fixed',
          ranges: [{ fixed: '1:4-2.module+el8' }],
          only: { module: 'mast:4' },
        },
        {
          namespace: 'rhel:8',
          package: 'hull',
          nameKind: 'binary',
          state: 'fixed',
          ranges: [{ fixed: '0:1-2.el8' }],
          only: { architectures: ['aarch64', 'x86_64'] },
        },
      ],
    });
  });

  it.each([
    ['Affected', 'affected'],
    ['Will not fix', 'will-not-fix'],
    ['Out of support scope', 'end-of-life'],
    ['Fix deferred', 'deferred'],
    ['Under investigation', 'under-investigation'],
  ])('reads a CVE without a fix: %s', async (word, state) => {
    const { advisory, rows } = await read({
      class: 'vulnerability',
      reference: 'CVE-2024-0001',
      cpes: plain,
      advisory: `<affected><resolution state="Affected"><component>keel</component></resolution><resolution state="${word}"><component>hull</component></resolution></affected>`,
      criteria: all(release('8'), all('{hull-libs is installed}', '{hull-libs is signed with Red Hat key}')),
    });

    expect(advisory).toMatchObject({ id: 'CVE-2024-0001', aliases: [] });
    expect(rows).toEqual([{ namespace: 'rhel:8', package: 'hull-libs', nameKind: 'binary', state, ranges: [] }]);
  });

  it('takes what can never hold for a statement where the definition is one', async () => {
    const definition = {
      class: 'vulnerability',
      reference: 'CVE-2024-0001',
      cpes: plain,
      criteria: all(release('8'), all('{hull is installed}', '{hull is not installed}')),
    } as const;

    expect((await read({ ...definition, id: 'oval:com.redhat.unaffected:def:1' })).rows).toMatchObject([
      { package: 'hull', state: 'not-affected', ranges: [] },
    ]);
    expect((await read({ ...definition, id: 'oval:com.redhat.cve:def:1' })).rows).toEqual([]);
  });

  it.each<[string, string, readonly string[], readonly string[] | undefined | null]>([
    ['the release by its CPE', 'RHEL8/anything.oval.xml', plain, undefined],
    ['the release by the name of the document', RHEL8, [], undefined],
    ['the release of the first edition', 'com.redhat.rhsa-RHEL8.xml', [], undefined],
    ['another product', RHEL8, ['cpe:/a:redhat:openstack:16::el8'], ['cpe:/a:redhat:openstack:16::el8']],
    ['a support stream', 'RHEL8/rhel-8.4-eus.oval.xml', ['cpe:/o:redhat:rhel_eus:8.4'], ['cpe:/o:redhat:rhel_eus:8.4']],
    ['nobody knows what', 'RHEL8/ansible-2.oval.xml', [], null],
  ])('pitfall 4: is about %s', async (_, path, cpes, expected) => {
    const { rows, notes } = await read({ cpes, criteria: all(release('8'), '{hull is earlier than 0:1-2.el8}') }, path);

    if (expected === null) expect([rows, notes]).toEqual([[], [`${path}: RHSA-2024:1000 names no product`]]);
    else expect(rows.map((row) => row.only?.repositories)).toEqual([expected]);
  });

  it('pitfall 23: keeps to the release that stands beside a build', async () => {
    const { rows } = await read({
      criteria: any(
        all(release('8'), '{hull is earlier than 0:1-2.el8}'),
        all(any(release('9 Client'), release('9 Server')), '{hull is earlier than 0:1-2.el9}'),
        all('{Red Hat CoreOS 4 is installed}', '{hull is earlier than 0:1-3.el8}'),
      ),
    });

    expect(rows.map((row) => `${row.namespace} ${row.ranges[0]?.fixed}`)).toEqual([
      'rhel:8 0:1-2.el8',
      'rhel:9 0:1-2.el9',
    ]);
  });

  it.each([
    ['a definition without an id', { reference: 'X-1', criteria: release('8') }, 'is about no errata and no CVE'],
    ['a definition without criteria', { criteria: '' }, 'RHSA-2024:1000 has no criteria'],
    ['a definition of no package', { criteria: release('8') }, 'asks for no package of a release'],
  ])('notes %s', async (_, definition, message) => {
    expect((await read(definition)).notes).toEqual([expect.stringContaining(message)]);
  });

  it('is read from a server, as far as its documents are there', async () => {
    const mirror = await startFeedMirror();
    const text = oval({ criteria: all(release('8'), '{hull is earlier than 0:1-2.el8}') });
    mirror.set('redhat-oval/RHEL8/rhel-8-including-unpatched.oval.xml.bz2', text);
    const first = await updateFrom(mirror, redhatOval, {}, new Set(['rhel:8']));
    const second = await updateFrom(mirror, redhatOval, first.state, new Set(['rhel:8']));
    mirror.close();

    expect(first.upserts.map(({ key }) => key)).toEqual(['RHEL8/rhel-8-including-unpatched/RHSA-2024:1000']);
    expect(first.replaced).toEqual(['RHEL8/rhel-8-including-unpatched/']);
    expect(second.upserts).toEqual([]);
    expect(mirror.requests.map(({ status }) => status)).toEqual([200, 304]);
  });

  it.skipIf(!hasShared)('makes of errata of 2015 what Clair makes of them', async () => {
    const { cases } = JSON.parse(readShared('clair/cases/updaters.json').toString()) as {
      cases: {
        updater: string;
        testdata: string;
        count: number;
        vulnerabilities: {
          name: string;
          link: string;
          severity: string;
          description_prefix: string;
          fixed_in_contains: { namespace: string; feature: string; version: string }[];
        }[];
      }[];
    };
    const own = cases.filter(({ updater }) => updater === 'rhel');
    for (const { testdata, count, vulnerabilities } of own) {
      const { upserts } = await readFiles(redhatOval, {
        'com.redhat.rhsa-2015.xml': readShared(`clair/testdata/${testdata}`),
      });

      expect(upserts).toHaveLength(count);
      for (const expected of vulnerabilities) {
        const advisory = upserts.find(({ id }) => id === expected.name);
        const told = advisory?.affected.map((row) => `${row.namespace} ${row.package} ${row.ranges[0]?.fixed}`);
        const wanted = expected.fixed_in_contains.map(
          ({ namespace, feature, version }) => `${namespace.replace('centos', 'rhel')} ${feature} ${version}`,
        );
        expect(advisory).toMatchObject({
          severity: expected.severity.toLowerCase(),
          urls: [expected.link],
          description: expect.stringMatching(`^${expected.description_prefix}`),
        });
        expect(told).toEqual(expect.arrayContaining(wanted));
      }
    }
    expect(own).toHaveLength(2);
  });
});
