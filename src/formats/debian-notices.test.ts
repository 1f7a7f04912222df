import { describe, expect, it } from 'vitest';
import { type DebianNoticeItem, readDebianNotices } from './debian-notices.ts';

async function read(text: string): Promise<readonly DebianNoticeItem[]> {
  const chunks = (async function* () {
    yield Buffer.from(text);
  })();
  const items: DebianNoticeItem[] = [];
  for await (const item of readDebianNotices(chunks)) items.push(item);
  return items;
}

describe('readDebianNotices', () => {
  it('reads notices of all years', async () => {
    const text = `[02 Nov 2023] DSA-5546-1 chromium - security update
\t{CVE-2023-5480 CVE-2023-5482}
\t[bullseye] - chromium 119.0.6045.105-1~deb11u1
\t[bookworm] - chromium 119.0.6045.105-1~deb12u1
[August 26th, 2005] DTSA-1-1 kismet - various
        {CVE-2005-2626 CVE-2005-2627 }
        [etch] - kismet 2005.08.R1-0.1etch1 (high)
[01 Aug 2002] DSA-141 mpack - buffer overflow
        {CVE-2002-1425}
        [woody] - mpack 1.5-7woody2
        [woody] - mpack <not-affected> (Vulnerable code not present)
        NOTE: end
[16 Dec 2013] DSA-2819-1 iceape - several
`;
    expect(await read(text)).toEqual([
      {
        id: 'DSA-5546-1',
        title: 'chromium - security update',
        cves: ['CVE-2023-5480', 'CVE-2023-5482'],
        fixes: [
          { codename: 'bullseye', package: 'chromium', version: '119.0.6045.105-1~deb11u1' },
          { codename: 'bookworm', package: 'chromium', version: '119.0.6045.105-1~deb12u1' },
        ],
      },
      {
        id: 'DTSA-1-1',
        title: 'kismet - various',
        cves: ['CVE-2005-2626', 'CVE-2005-2627'],
        fixes: [{ codename: 'etch', package: 'kismet', version: '2005.08.R1-0.1etch1' }],
      },
      {
        id: 'DSA-141',
        title: 'mpack - buffer overflow',
        cves: ['CVE-2002-1425'],
        fixes: [{ codename: 'woody', package: 'mpack', version: '1.5-7woody2' }],
      },
      { id: 'DSA-2819-1', title: 'iceape - several', cves: [], fixes: [] },
    ]);
  });

  it.each([
    ['[19 Jul 2021] MALFORMED HEADER', '"[19 Jul 2021] MALFORMED HEADER" is no notice'],
    ['DSA-1-1 p - t', '"DSA-1-1 p - t" is no notice'],
    [`[x] DSA-1-1 ${'p'.repeat(2000)}`, /is no notice$/],
  ])('says that it left %.40s out, with what belongs to it', async (line, skipped) => {
    expect(await read(`${line}\n\t{CVE-2020-0001}\n\t[sid] - p 1\n`)).toEqual([
      { skipped: typeof skipped === 'string' ? skipped : expect.stringMatching(skipped) },
    ]);
  });

  it('passes over ids that are none', async () => {
    expect(await read('[x] DSA-1-1 p - t\n\t{CVE-2020-XXXX cve-2020-0001 CVE-2020-0002}\n')).toMatchObject([
      { cves: ['CVE-2020-0002'] },
    ]);
  });
});
