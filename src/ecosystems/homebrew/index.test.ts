import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { named, readFixture } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { parseHomebrewReceipt } from '../../formats/homebrew-receipt.ts';
import { homebrew } from './index.ts';
import { homebrewVersions } from './versions.ts';

/** In the form of the documentation of receipts. */
const receipt = (tap: string): string =>
  JSON.stringify({
    homebrew_version: '4.4.0',
    built_as_bottle: true,
    runtime_dependencies: [
      { full_name: 'ca-certificates', version: '2024-09-24', revision: 0, declared_directly: true },
      { full_name: 'hull/tools/keel', version: '1.0' },
      { version: '1' },
    ],
    source: { spec: 'stable', versions: { stable: '3.4.0' }, tap },
  });

describe('what Homebrew has installed', () => {
  it('is told by the place and the receipt of each formula', async () => {
    const prefix = 'home/linuxbrew/.linuxbrew/Cellar';
    const { packages, problems } = await readFixture(
      homebrew.analyzers,
      new Map([
        [`${prefix}/openssl@3/3.4.0_1/INSTALL_RECEIPT.json`, Buffer.from(receipt('homebrew/core'))],
        [`${prefix}/rope/2.0/INSTALL_RECEIPT.json`, Buffer.from(receipt('hull/tools'))],
        [`${prefix}/old/1.0/INSTALL_RECEIPT.json`, Buffer.from('{}')],
        [`${prefix}/broken/1.0/INSTALL_RECEIPT.json`, Buffer.from('{')],
        [`${prefix}/rope/2.0/share/INSTALL_RECEIPT.json`, Buffer.from('{')],
        ['opt/INSTALL_RECEIPT.json', Buffer.from('{')],
      ]),
    );

    expect(named(packages)).toEqual(['broken@1.0', 'hull/tools/rope@2.0', 'old@1.0', 'openssl@3@3.4.0_1']);
    expect(packages.find(({ name }) => name === 'openssl@3')?.requires).toEqual(['ca-certificates', 'hull/tools/keel']);
    expect(problems).toMatchObject([{ code: 'file.format', path: `${prefix}/broken/1.0/INSTALL_RECEIPT.json` }]);
  });
});

it('judges a formula by its version and how often it was rebuilt', async () => {
  const record = {
    id: 'BREW-rope-CVE-2025-1000',
    affected: [
      {
        package: { ecosystem: 'Homebrew', name: 'rope' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.14.1_2' }] }],
      },
    ],
  };
  const { upserts } = await readFiles(homebrew.osv, { 'all.ndjson': JSON.stringify(record) });
  const source = advisoriesOf({ [homebrew.osv.name]: upserts });
  const files = ['rope/1.14.1_1', 'rope/1.14.1_2'].map((place) => ({
    path: `home/linuxbrew/.linuxbrew/Cellar/${place}/INSTALL_RECEIPT.json`,
    content: receipt('homebrew/core'),
  }));
  const image = writeTemporary('homebrew.tar', dockerArchive({ layers: [layer(files)] }));

  const { findings } = await scanOne(image, { advisories: { supply: async () => ({ source, problems: [] }) } });

  expect(findings.filter(({ kind }) => kind === 'vulnerability').map((one) => one.package?.purl)).toEqual([
    'pkg:brew/rope@1.14.1_1',
  ]);
});

it.each(['', '[]', 'null', '1', '{"source":'])('finds no receipt in %j', (text) => {
  expect(() => parseHomebrewReceipt(text)).toThrow(expect.objectContaining({ name: 'FormatError' }));
});

it.each([
  '{"source":[]}',
  '{"source":{"tap":1}}',
  '{"runtime_dependencies":{"full_name":1}}',
  '{"__proto__":{"source":1}}',
])('passes over what has another form in %j', (text) => {
  expect(parseHomebrewReceipt(text)).toEqual({ requires: [] });
});

it.each([
  ['1.14.1', '1.14.1_1', -1],
  ['1.14.1_2', '1.14.1_10', -1],
  ['1.14.1_9', '1.14.2', -1],
  ['1.0', '1.0.0', 0],
  ['1.0_1', '1.0.0_1', 0],
  ['1.1.1', '1.1.1w', -1],
  ['2.0-rc1', '2.0', -1],
  ['2.0.beta2', '2.0-rc1', -1],
  ['2.0alpha1', '2.0beta1', -1],
  ['9.9', '10.0', -1],
  ['2024-09-24', '2024-11-26', -1],
  ['99', 'HEAD-abc1234', -1],
])('%s and %s: %i', (a, b, expected) => {
  expect(homebrewVersions.compare(a, b)).toBe(expected);
  expect(homebrewVersions.compare(b, a)).toBe(expected === 0 ? 0 : -expected);
});
