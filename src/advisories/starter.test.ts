import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { openStarter } from './starter.ts';

function folder(files: Readonly<Record<string, unknown>>): string {
  const made = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(made, name), JSON.stringify(content));
  return made;
}

const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }];
const record = (id: string, ecosystem: string, name: string) => ({
  id,
  affected: [{ package: { ecosystem, name }, ranges }],
});

describe('openStarter', () => {
  it('answers as the database does, and says what it is', async () => {
    const both = {
      id: 'GHSA-1',
      aliases: ['CVE-2024-1'],
      affected: [
        { package: { ecosystem: 'PyPI', name: 'flask' }, ranges },
        { package: { ecosystem: 'Debian:12', name: 'flask' }, ranges },
      ],
    };
    const starter = await openStarter(
      folder({ 'a.json': [both], 'b.json': [record('GHSA-1', 'Alpine:v3.20', 'busybox')], 'c.txt': [] }),
    );

    expect(starter.status()).toEqual({ feeds: [{ name: 'starter', records: 3 }], starter: true });
    const asked = [
      { namespace: 'pypi', package: 'flask' },
      { namespace: 'debian:12', package: 'flask' },
      { namespace: 'alpine:v3.20', package: 'busybox' },
    ];
    const kinds = starter.lookUp(asked).map((hits) => hits.map((hit) => `${hit.advisory.id} ${hit.affected.nameKind}`));
    expect(kinds).toEqual([['GHSA-1 binary'], ['GHSA-1 source'], ['GHSA-1 source']]);
    expect(starter.byId('CVE-2024-1')).toHaveLength(2);
    expect(starter.hasNamespace('npm')).toBe(false);
    starter.close();
  });

  it.each([
    ['a file that is no list', { 'a.json': {} }],
    ['a record without an id', { 'a.json': [{}] }],
  ])('refuses %s: the set is ours', async (_, files) => {
    await expect(openStarter(folder(files))).rejects.toThrow('starter set');
  });
});
