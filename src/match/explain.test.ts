import { describe, expect, it } from 'vitest';
import {
  advisoriesOf,
  debian12,
  debianLike,
  makeAdvisory,
  makePackage,
  makeView,
  nodeLike,
} from '../../test/support/view.ts';
import type { Advisory } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';
import { explainVulnerability } from './explain.ts';

function explain(
  id: string,
  packages: readonly Package[],
  records: readonly Advisory[],
  statements: readonly Advisory[] = [],
) {
  const view = makeView({ distribution: debian12, packages });
  return explainVulnerability(
    id,
    view,
    [debianLike, nodeLike],
    advisoriesOf({ tracker: records, ...(statements.length > 0 && { vendor: statements }) }),
  );
}

const bash = makePackage('bash', '5.2');
const id = 'CVE-2024-0001';

describe('explainVulnerability', () => {
  it('tells everything of a record that holds', () => {
    const pkg = makePackage('libssl3', '3.0.11.1', { source: { name: 'openssl', version: '3.0.11' } });
    const record = makeAdvisory(id, [{ package: 'openssl', ranges: [{ fixed: '3.0.12' }], note: 'minor' }], {
      title: 'A hole',
    });

    expect(explain(id, [pkg], [record])).toEqual({
      id,
      ids: [id],
      title: 'A hole',
      verdict: 'affected',
      reason: 'openssl 3.0.11 < 3.0.12 (dotted order, source package openssl, debian:12).',
      sources: [],
      weaknesses: [],
      packages: [
        {
          package: { name: 'libssl3', version: '3.0.11.1', purl: pkg.purl },
          source: { name: 'openssl', version: '3.0.11' },
          layer: 0,
          verdict: 'affected',
          reason: 'openssl 3.0.11 < 3.0.12 (dotted order, source package openssl, debian:12).',
          records: [
            {
              feed: 'tracker',
              id,
              url: `https://advisories.example/${id}`,
              namespace: 'debian:12',
              state: 'fixed',
              note: 'minor',
              ranges: [{ fixed: '3.0.12' }],
              listed: 0,
              compared: { kind: 'source', name: 'openssl', version: '3.0.11' },
              steps: [{ part: 'number 3', left: '11', right: '12', result: -1, why: 'numbers' }],
              verdict: 'affected',
              reason: 'openssl 3.0.11 < 3.0.12 (dotted order, source package openssl, debian:12)',
            },
          ],
        },
      ],
      elsewhere: [],
    });
  });

  it.each<[string, readonly Package[], readonly Advisory[], string, RegExp]>([
    [
      'the fix is reached',
      [bash],
      [makeAdvisory(id, [{ package: 'bash', ranges: [{ fixed: '5.2' }] }])],
      'not-affected',
      /^bash 5\.2 >= 5\.2, the fix/,
    ],
    [
      'past the last affected version',
      [bash],
      [makeAdvisory(id, [{ package: 'bash', ranges: [{ lastAffected: '5.1' }] }])],
      'not-affected',
      /^bash 5\.2 > 5\.1, the last affected version/,
    ],
    [
      'older than the first affected version',
      [bash],
      [makeAdvisory(id, [{ package: 'bash', ranges: [{ introduced: '5.3' }] }])],
      'not-affected',
      /^bash 5\.2 < 5\.3, the first affected version/,
    ],
    [
      'the version cannot be compared',
      [makePackage('bash', 'nightly')],
      [makeAdvisory(id, [{ package: 'bash', ranges: [{ fixed: '5.3' }] }])],
      'unjudged',
      /not a dotted version: "nightly"/,
    ],
    [
      'the package is not installed',
      [bash],
      [makeAdvisory(id, [{ package: 'zsh' }])],
      'not-affected',
      /^The image has no package zsh, which the records name/,
    ],
    [
      'the record is for other releases',
      [bash],
      [
        makeAdvisory(id, [{ package: 'bash', namespace: 'debian:11' }]),
        makeAdvisory('CVE-2020-0001', [{ package: 'x' }]),
      ],
      'not-affected',
      /^The records speak of bash in other releases only: debian:11/,
    ],
    [
      'nothing is known of the release of the image',
      [bash],
      [makeAdvisory(id, [{ package: 'bash', namespace: 'debian:11' }])],
      'unjudged',
      /holds nothing for debian:12/,
    ],
    [
      'nobody watches the package that the record names',
      [makePackage('bash', '5.2', { distribution: 'raspbian:12' })],
      [makeAdvisory(id, [{ package: 'bash' }])],
      'unjudged',
      /^bash 5\.2 is in the image, but Drydock knows of no advisories for it/,
    ],
    [
      'the record is about something else altogether',
      [bash],
      [makeAdvisory(id, [{ package: 'rack', namespace: 'gem' }])],
      'not-affected',
      /^The records name only rack in gem/,
    ],
    [
      'no record has the id',
      [bash],
      [makeAdvisory('CVE-2020-0001', [{ package: 'bash' }])],
      'unknown',
      /has the id CVE-2024-0001\. Asked: tracker/,
    ],
    [
      'the package belongs to a distribution package',
      [makePackage('requests', '1', { type: 'npm', ownedBy: 'python3-requests' })],
      [makeAdvisory(id, [{ package: 'requests', namespace: 'npm' }])],
      'not-affected',
      /belongs to the distribution package python3-requests and is judged only through it/,
    ],
  ])('%s', (_, packages, records, verdict, reason) => {
    const explanation = explain(id, packages, records);

    expect(explanation.verdict).toBe(verdict);
    expect(explanation.reason).toMatch(reason);
  });

  it('tells who states that the package is not affected, whatever others say', () => {
    const statement = makeAdvisory(id, [{ package: 'bash', state: 'not-affected' }]);

    expect(explain(id, [bash], [makeAdvisory(id, [{ package: 'bash' }])], [statement])).toMatchObject({
      verdict: 'not-affected',
      reason: 'bash 5.2: vendor states that it is not affected (debian:12).',
    });
  });

  it('follows aliases in both directions, but not through a bundle', () => {
    const records = [
      makeAdvisory('GHSA-1', [{ package: 'p', namespace: 'npm' }], { aliases: [id] }),
      makeAdvisory('NPM-1', [{ package: 'p', namespace: 'npm' }], { aliases: ['GHSA-1'] }),
      makeAdvisory('BUNDLE', [{ package: 'p', namespace: 'npm' }], { aliases: [id, 'CVE-2024-0002'] }),
      makeAdvisory('CVE-2024-0002', [{ package: 'q', namespace: 'npm' }]),
    ];

    const explanation = explain('NPM-1', [makePackage('p', '1', { type: 'npm' })], records);

    expect(explanation.ids).toEqual([id, 'GHSA-1', 'NPM-1']);
    expect(explanation.packages[0]?.records.map((record) => record.id)).toEqual(['BUNDLE', 'GHSA-1', 'NPM-1']);
    expect(explanation.elsewhere).toEqual([]);
  });

  it('is not misled by the other vulnerabilities of a bundle', () => {
    const pkg = makePackage('p', '1', { type: 'npm' });
    const records = [makeAdvisory('GO-1', [{ package: 'p', namespace: 'npm' }], { aliases: [id, 'CVE-2024-0002'] })];
    const statement = makeAdvisory(id, [{ package: 'p', namespace: 'npm', state: 'not-affected' }]);

    expect(explain(id, [pkg], records, [statement]).verdict).toBe('not-affected');
    expect(explain('CVE-2024-0002', [pkg], records, [statement]).verdict).toBe('affected');
  });

  it('tells of a collective notice that names the vulnerability', () => {
    const notice = makeAdvisory('RLSA-1', [{ package: 'bash', ranges: [{ fixed: '6' }] }], { related: [id] });

    expect(explain(id, [bash], [notice])).toMatchObject({
      verdict: 'affected',
      packages: [{ records: [{ id: 'RLSA-1' }] }],
    });
  });

  it('agrees with matching when one package is concerned and another is not', () => {
    const packages = [makePackage('a', '1'), makePackage('b', '1')];
    const records = [
      makeAdvisory(id, [
        { package: 'a', ranges: [{ fixed: '1' }] },
        { package: 'b', ranges: [{ fixed: '2' }] },
      ]),
    ];

    const explanation = explain(id, packages, records);

    expect(explanation.packages.map(({ package: p, verdict }) => [p.name, verdict])).toEqual([
      ['a', 'not-affected'],
      ['b', 'affected'],
    ]);
    expect(explanation).toMatchObject({ verdict: 'affected', reason: expect.stringMatching(/^b 1 < 2/) });
  });

  it('keeps all rows of a record that names a package twice', () => {
    const records = [
      makeAdvisory(id, [
        { package: 'bash', ranges: [{ fixed: '1' }] },
        { package: 'bash', ranges: [{ introduced: '5', fixed: '6' }] },
      ]),
    ];

    expect(explain(id, [bash], records)).toMatchObject({ verdict: 'affected', packages: [{ records: [{}, {}] }] });
  });
});
