import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { MOST_BYTES, MOST_OF_LARGE, OVERLAP } from '../../contents/content.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { base62Checksum } from '../../secrets/checksums.ts';
import { configureChecks } from '../configure.ts';
import { secrets } from './index.ts';

const configured = await configureChecks([secrets], { ruleSets: [], deep: false, unwanted: false });
const body = ['aZ09bY18cX27dW3', '6eV45fU54gT63hS'].join('');
const token = `gh${'p_'}${body}${base62Checksum(body)}`;
const random = seededRandom(8);
const noise = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, () => random.below(256)));
const text = (words: string): Buffer => Buffer.from(words, 'latin1');

/** A chunk of PNG, its checksum left out: no viewer of secrets asks for it. */
function chunk(kind: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, text(kind), data, Buffer.alloc(4)]);
}

const signature = text('\x89PNG\r\n\x1a\n');
const pixels = chunk('IDAT', deflateSync(noise(20_000)));
const header = chunk('IHDR', Buffer.alloc(13, 1));
const end = chunk('IEND', Buffer.alloc(0));

async function foundIn(name: string, content: Buffer): Promise<readonly unknown[]> {
  const image = dockerArchive({ layers: [layer([{ path: `srv/${name}`, content }])] });
  const { findings } = await scanOne(writeTemporary('image.tar', image), { checks: configured });
  return findings.map(({ id, location }) => [id, location?.path]);
}

it.each<[string, string, Buffer]>([
  ['the first bytes of PNG', 'a.png', Buffer.concat([signature, text(`token=${token}\n`)])],
  ['the first bytes of WOFF2', 'a.woff2', text(`wOF2\0\x01\0\0\0\0token=${token}\n`)],
  [
    'a comment of PNG',
    'a.png',
    Buffer.concat([signature, header, chunk('tEXt', text(`Comment\0${token}`)), pixels, end]),
  ],
  [
    'a comment of JPEG',
    'a.jpg',
    Buffer.concat([text('\xff\xd8\xff\xfe\0\x60'), text(`made with ${token}`), text('\xff\xda'), noise(9000)]),
  ],
  ['what stands behind PNG', 'a.png', Buffer.concat([signature, header, pixels, end, text(`\n${token}\n`)])],
])('finds a token in %s', async (_, name, content) => {
  expect(await foundIn(name, content)).toEqual([['github-token', `srv/${name}`]]);
});

it.each(['\x89PNG\r\n\x1a\n', 'wOF2', 'RIFF', '\xff\xd8\xff', 'OggS'])(
  'finds nothing in noise behind %j',
  async (magic) => {
    expect(await foundIn('a.bin', Buffer.concat([text(magic), noise(1_000_000)]))).toEqual([]);
  },
);

it('finds each token of a large file once, across the beginning of a window, too', async () => {
  const content = Buffer.alloc(MOST_BYTES + 4 * OVERLAP, 'a line of text\n');
  const places = [100, MOST_BYTES - OVERLAP / 2, MOST_BYTES - 30, MOST_BYTES + 3 * OVERLAP];
  for (const [at, place] of places.entries()) {
    const own = `${body.slice(0, -1)}${at}`;
    const written = `gh${'p_'}${own}${base62Checksum(own)}`;
    content.write(`\ntoken = "${written}"\n`, place);
  }
  const image = dockerArchive({ layers: [layer([{ path: 'srv/dump.sql', content }])] });
  const { findings, problems } = await scanOne(writeTemporary('image.tar', image), { checks: configured });

  expect(new Set(findings.map(({ id }) => id)).size).toBe(1);
  expect(findings).toHaveLength(places.length);
  // Of the first window lines are known.
  const offsets = findings.flatMap(({ location }) => location?.offset ?? []);
  expect(offsets.sort((a, b) => a - b)).toEqual(places.slice(2).map((place) => place + 10));
  expect(problems.filter(({ code }) => code === 'content.unjudged')).toEqual([]);
});

it('says of a large file that it was not looked at to its end', async () => {
  const [analyzer] = configured.flatMap(({ contents = [] }) => contents);
  const size = 3 * MOST_OF_LARGE;
  const blank: ByteSource = { size, read: (target) => target.fill(0).length, slice: () => blank };
  const named = { path: 'srv/a.sql', name: 'a.sql', type: 'file', size, mode: 0, uid: 0, gid: 0, offset: 0 } as const;
  const reader = analyzer!.open({ problem: () => undefined });
  reader.read({ header: named, path: named.path, content: Buffer.alloc(0), body: blank, truncated: false });
  for (const _ of reader.rest?.() ?? []);

  expect((await reader.close()).flatMap((fact) => (fact.kind === 'content-coverage' ? fact.unjudged : []))).toEqual([
    {
      reason: 'was not looked at to its end: the layer has more than 1 GiB in large files',
      count: 1,
      first: 'srv/a.sql',
    },
  ]);
});
