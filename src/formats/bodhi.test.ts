import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBodhiPage } from './bodhi.ts';

const libxml2 = {
  alias: 'FEDORA-2025-ccc3333333',
  display_name: '',
  title: 'libxml2-2.12.10-1.fc40',
  notes: 'Security fix, see CVE-2025-0001',
  severity: 'urgent',
  type: 'security',
  status: 'stable',
  date_submitted: '2025-03-20 10:00:00',
  date_pushed: '2025-03-29 12:00:00',
  date_modified: null,
  release: { name: 'F40', version: '40', id_prefix: 'FEDORA' },
  bugs: [
    { title: 'CVE-2024-56171 libxml2: x [fedora-40]' },
    { title: 'cve-2025-24928 and CVE-2024-56171' },
    { title: 'libxml2 is available' },
  ],
  builds: [{ nvr: 'libxml2-2.12.10-1.fc40', type: 'rpm', epoch: 0 }],
};

describe('readBodhiPage', () => {
  it('reads a page', () => {
    expect(readBodhiPage({ updates: [libxml2], page: 1, pages: 3, total: 250 })).toEqual({
      pages: 3,
      updates: [
        {
          id: 'FEDORA-2025-ccc3333333',
          status: 'stable',
          type: 'security',
          severity: 'critical',
          title: 'libxml2-2.12.10-1.fc40',
          notes: 'Security fix, see CVE-2025-0001',
          cves: ['CVE-2024-56171', 'CVE-2025-24928'],
          release: 'F40',
          version: '40',
          builds: [{ name: 'libxml2', version: '2.12.10-1.fc40' }],
          others: [],
          submitted: '2025-03-20T10:00:00Z',
          pushed: '2025-03-29T12:00:00Z',
        },
      ],
    });
  });

  it('takes CVEs from the words of an update whose bugs name none', () => {
    expect(readBodhiPage({ ...libxml2, bugs: [{ title: 'it is available' }] })?.updates).toMatchObject([
      { cves: ['CVE-2025-0001'] },
    ]);
  });

  it.each([
    ['pitfall 3: no epoch', { nvr: 'a-1-2.fc40', type: 'rpm', epoch: null }, { name: 'a', version: '1-2.fc40' }],
    [
      'an epoch',
      { nvr: 'java-17-openjdk-17.0.14-1.fc40', type: 'rpm', epoch: 1 },
      { name: 'java-17-openjdk', version: '1:17.0.14-1.fc40' },
    ],
    ['no type', { nvr: 'dokuwiki-0-0.24.fc21' }, { name: 'dokuwiki', version: '0-0.24.fc21' }],
  ])('reads a build with %s', (_, build, expected) => {
    expect(readBodhiPage({ ...libxml2, builds: [build] })?.updates).toMatchObject([{ builds: [expected], others: [] }]);
  });

  it.each([
    { nvr: 'mysql-8.0-3820230907003352.75741a8b', type: 'module' },
    { nvr: 'firefox-stable-38.1', type: 'flatpak' },
    { nvr: 'a-0-0', type: 'rpm' },
    { nvr: 'nothing', type: 'rpm' },
  ])('keeps %j apart, since it names no rpm', (build) => {
    expect(readBodhiPage({ ...libxml2, builds: [build] })?.updates).toMatchObject([
      { builds: [], others: [build.nvr] },
    ]);
  });

  it.each([{}, { alias: 7 }, { alias: 'a b', release: {} }, { ...libxml2, release: null }, null, 'x'])(
    'leaves %j out, with a word',
    (update) => {
      expect(readBodhiPage([update])?.updates).toEqual([{ skipped: expect.any(String) }]);
    },
  );

  it.each([undefined, null, 'x', 7, {}, { updates: 7 }])('finds no page in %j', (value) => {
    expect(readBodhiPage(value)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom('bugs', 'builds', 'release', 'notes', 'alias'), fc.jsonValue(), (key, value) => {
        readBodhiPage({ updates: [{ ...libxml2, [key]: value }] });
      }),
    );
  });
});
