import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { readUpdateinfo, type UpdateinfoItem } from './read.ts';

async function read(text: string | Uint8Array, piece = 7): Promise<UpdateinfoItem[]> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  const items: UpdateinfoItem[] = [];
  for await (const item of readUpdateinfo(chunks())) items.push(item);
  return items;
}

function updates(...parts: readonly string[]): string {
  return `<?xml version="1.0"?>\n<updates>${parts.join('')}</updates>`;
}

const collection = (packages: string): string =>
  `<pkglist><collection short="main"><name>Main</name>${packages}</collection></pkglist>`;

describe('readUpdateinfo', () => {
  it('reads a notice', async () => {
    const text = updates(
      `<update author="a" from="a" status="final" type="security" version="1.4">
        <id>ALAS2-2018-942</id><title>important: qemu</title>
        <issued date="2018-02-07 18:49" /><updated date="2018-02-08 21:46" />
        <severity>important</severity><description>Bounds &amp; more</description>
        <references><reference href="https://x.example/CVE-2017-5715" id="CVE-2017-5715" title="" type="cve" /></references>
        <pkglist><collection short="amazon-linux-2"><name>Amazon Linux 2</name>
          <package arch="x86_64" epoch="10" name="qemu-img" release="141.amzn2" version="1.5.3"><filename>x</filename></package>
        </collection></pkglist></update>`,
    );

    expect(await read(text)).toEqual([
      {
        id: 'ALAS2-2018-942',
        type: 'security',
        title: 'important: qemu',
        description: 'Bounds & more',
        severity: 'high',
        issued: '2018-02-07T18:49:00Z',
        updated: '2018-02-08T21:46:00Z',
        references: [{ type: 'cve', id: 'CVE-2017-5715', href: 'https://x.example/CVE-2017-5715' }],
        packages: [{ name: 'qemu-img', version: '10:1.5.3-141.amzn2', arch: 'x86_64' }],
      },
    ]);
  });

  it.each([
    ['none', 'version="1" release="2"', '1-2'],
    ['0', 'epoch="0" version="1" release="2"', '1-2'],
    ['3', 'epoch="3" version="1" release="2"', '3:1-2'],
    ['(none)', 'epoch="(none)" version="1" release="2"', '1-2'],
  ])('pitfall 3: an epoch of %s', async (_, attributes, version) => {
    const [notice] = await read(
      updates(`<update><id>A-1</id>${collection(`<package name="a" ${attributes}/>`)}</update>`),
    );

    expect(notice).toMatchObject({ packages: [{ name: 'a', version }] });
  });

  it.each([
    ['no name', '<package version="1" release="1"/>'],
    ['no version', '<package name="a" release="1"/>'],
    ['the version 0, before which there is nothing', '<package name="a" version="0" release="0"/>'],
    ['an epoch that is no number', '<package name="a" epoch="x" version="1" release="1"/>'],
    ['blanks in its version', '<package name="a" version="1 2" release="1"/>'],
  ])('leaves a package out that has %s, and says so', async (_, bad) => {
    const items = await read(
      updates(`<update><id>A-1</id>${collection(`${bad}<package name="b" version="1"/>`)}</update>`),
    );

    expect(items).toEqual([
      { skipped: expect.stringMatching(/^A-1: ".*" is no package with a version$/) },
      expect.objectContaining({ packages: [expect.objectContaining({ name: 'b' })] }),
    ]);
  });

  it.each(['<update><id></id></update>', '<update><id>a b</id></update>', '<update/>'])(
    'leaves a notice out whose id is no name: %s',
    async (notice) => {
      expect(await read(updates(notice))).toEqual([{ skipped: expect.stringContaining('a notice has the id') }]);
    },
  );

  it.each([
    ['another document', '<repomd/>', 'no updateinfo.xml'],
    ['tags that do not fit', '<updates>\n<update></broken>\n</updates>', 'is open where'],
    ['an end in the middle', '<updates><update>', 'ends in the middle'],
    ['nothing', '', /empty|no element/],
    ['no XML', 'invalid', 'cannot be read'],
    [
      'entities of its own',
      '<!DOCTYPE updates [<!ENTITY x SYSTEM "file:///etc/passwd">]><updates>&x;</updates>',
      'declarations',
    ],
  ])('refuses %s', async (_, text, message) => {
    await expect(read(text, 1024)).rejects.toThrow(message);
    await expect(read(text, 1024)).rejects.toThrow(FormatError);
  });

  it('refuses a notice with more packages than any real one', async () => {
    const packages = '<package name="a" version="1"/>'.repeat(200_001);
    await expect(read(updates(`<update><id>A-1</id>${collection(packages)}</update>`), 65_536)).rejects.toThrow(
      LimitError,
    );
  });

  it('keeps only the beginning of long texts', async () => {
    const [notice] = await read(
      updates(`<update><id>A-1</id><description>${'x'.repeat(100_000)}</description></update>`),
      999,
    );

    expect(notice).toMatchObject({ description: 'x'.repeat(4000) });
  });

  it('never ends otherwise than with items or words, whatever bytes come', async () => {
    const valid = updates(
      `<update type="security"><id>A-1</id>${collection('<package name="a" version="1"/>')}</update>`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(valid.length),
        fc.string({ maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (at, noise, piece) => {
          try {
            await read(valid.slice(0, at) + noise + valid.slice(at + noise.length), piece);
          } catch (error) {
            expect(error instanceof FormatError || error instanceof LimitError).toBe(true);
          }
        },
      ),
    );
  });
});
