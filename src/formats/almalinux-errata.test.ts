import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.ts';
import { readAlmalinuxErrata } from './almalinux-errata.ts';
import type { UpdateinfoItem } from './updateinfo/read.ts';

async function read(text: string): Promise<UpdateinfoItem[]> {
  const items: UpdateinfoItem[] = [];
  async function* once(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  for await (const item of readAlmalinuxErrata(once())) items.push(item);
  return items;
}

const judy = { name: 'Judy', epoch: '0', version: '1.0.5', release: '18.module_el8.5.0+1', arch: 'x86_64' };
const full = {
  id: 'ALSA-2019:3708',
  type: 'security',
  severity: 'Moderate',
  title: 'Moderate: mariadb:10.3 security update',
  issued_date: 1572983623,
  updated_date: 1651142818,
  references: [{ id: 'CVE-2019-2510', type: 'cve', href: 'https://x.example' }],
  packages: [{ ...judy, module: 'mariadb:10.3:8050020220427075058:c5368500:x86_64' }],
};

describe('readAlmalinuxErrata', () => {
  it('reads the full form', async () => {
    expect(await read(JSON.stringify({ schema_version: '1.0', data: [full] }))).toEqual([
      {
        id: 'ALSA-2019:3708',
        type: 'security',
        severity: 'medium',
        title: 'Moderate: mariadb:10.3 security update',
        issued: '2019-11-05T19:53:43Z',
        updated: '2022-04-28T10:46:58Z',
        references: [{ id: 'CVE-2019-2510', type: 'cve', href: 'https://x.example', title: '' }],
        packages: [{ name: 'Judy', version: '1.0.5-18.module_el8.5.0+1', arch: 'x86_64', module: 'mariadb:10.3' }],
      },
    ]);
  });

  it('pitfall 2: reads the older form, whose packages share a module', async () => {
    const old = {
      updateinfo_id: 'ALSA-2020:0279',
      issued_date: { $date: 1580305374000 },
      pkglist: { module: { name: 'virt', stream: 'rhel' }, packages: [judy] },
    };

    expect(await read(JSON.stringify([old]))).toMatchObject([
      { id: 'ALSA-2020:0279', issued: '2020-01-29T13:42:54Z', packages: [{ name: 'Judy', module: 'virt:rhel' }] },
    ]);
  });

  it('says what it leaves out', async () => {
    const broken = { ...full, packages: [{ name: 'a' }, judy] };

    expect(await read(JSON.stringify([{}, broken]))).toEqual([
      { skipped: 'a notice has no id' },
      { skipped: expect.stringContaining('is no package with a version') },
      expect.objectContaining({ packages: [expect.objectContaining({ name: 'Judy' })] }),
    ]);
  });

  it.each(['', 'invalid json', '{}', '7', '{"data":7}'])('refuses %j', async (text) => {
    await expect(read(text)).rejects.toThrow(FormatError);
  });

  it('never ends otherwise than with items or words', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(full)), fc.jsonValue(), async (key, value) => {
        await read(JSON.stringify([{ ...full, [key]: value }]));
      }),
    );
  });
});
