import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FormatError, LimitError } from '../../../src/errors.ts';
import { MemorySource } from '../../../src/formats/byte-source.ts';
import { decompress } from '../../../src/formats/compression/decompress.ts';
import { TarParser } from '../../../src/formats/tar/push.ts';
import { TarStream } from '../../../src/formats/tar/stream.ts';
import type { TarVisitor } from '../../../src/formats/tar/visitor.ts';
import { walkTarSync } from '../../../src/formats/tar/walk.ts';
import { defaultLimits, type Limits } from '../../../src/limits.ts';
import { xzStored } from '../../hostile/xz.ts';
import { bzip2Zeros, xzZeros } from '../../hostile/zeros.ts';
import { layer } from '../../support/image.ts';
import { alpineFiles, debianFiles } from '../../support/root-file-systems.ts';
import { inside, tarMutations, xzHeaders } from './format-mutations.ts';
import type { FuzzReader } from './fuzz-reader.ts';
import type { Mutation } from './mutations.ts';
import type { Random } from './random.ts';

const MiB = 1024 * 1024;
/** Small, so that they are reached often. The bytes of a layer are not: each walk notices at another moment. */
const limits: Limits = { ...defaultLimits, entries: 5000, headerBytes: 64 * 1024, ratioFloorBytes: 256 * 1024 };
const anySize: Limits = { ...limits, layerBytes: Number.MAX_SAFE_INTEGER };

export const oddLayer: Buffer = layer([
  ...debianFiles(),
  { path: 'usr/bin/.wh.bash' },
  { path: 'long/'.repeat(40), type: 'directory' },
  { path: 'gnu/'.repeat(40), type: 'directory', longNames: 'gnu' },
  { path: 'link', type: 'symlink', linkTarget: 'usr/lib' },
  { path: 'hard', type: 'hardlink', linkTarget: 'link' },
  { path: 'sparse', typeFlag: 'S', format: 'gnu', content: 'x'.repeat(600) },
  { path: 'caps', capabilities: Buffer.from('0100000202', 'hex'), globalPax: [['comment', 'c']] },
  {
    path: 'pax',
    content: 'y',
    pax: [
      ['size', '1'],
      ['path', 'renamed'],
    ],
  },
  { path: 'dev', type: 'character', deviceMajor: 0, deviceMinor: 0 },
]);

function* pieces(bytes: Buffer, random: Random): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(random.pick([16, 700, 5000, 70_000]));
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

async function* later(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield chunk;
}

/** What a walk saw, as lines. */
interface Seen {
  readonly members: string[];
  readonly visitor: TarVisitor;
}

function watch(): Seen {
  const members: string[] = [];
  return {
    members,
    visitor: {
      member(header) {
        members.push(`${header.type} ${header.size} ${header.offset} ${header.path} ${header.linkTarget ?? ''}`);
        return 64;
      },
      content() {},
      problem: (code) => void members.push(code),
    },
  };
}

function same(a: readonly string[], b: readonly string[], who: string): void {
  if (a.length === b.length && a.every((line, i) => line === b[i])) return;
  const at = a.findIndex((line, i) => line !== b[i]);
  const where = at < 0 ? a.length : at;
  throw new Error(`${who} differ at ${where}: ${a[where] ?? 'nothing'} | ${b[where] ?? 'nothing'}`);
}

/** Three walks over the same bytes must see the same members. */
const tarReader: FuzzReader = {
  name: 'tar',
  seeds: () => [oddLayer, layer(alpineFiles())],
  mutations: tarMutations,
  async run(bytes, random) {
    const walked = watch();
    walkTarSync(new MemorySource(bytes), walked.visitor, { limits: anySize });
    const pushed = watch();
    const parser = new TarParser(pushed.visitor, { limits: anySize });
    for (const piece of pieces(bytes, random)) parser.push(piece);
    parser.end();
    same(walked.members, pushed.members, 'the walk and the parser');
    const streamed = watch();
    const stream = new TarStream(later(pieces(bytes, random)), { limits: anySize, problem: streamed.visitor.problem });
    for (let member = await stream.next(); member !== undefined; member = await stream.next()) {
      streamed.visitor.member(member.header);
    }
    same(walked.members, streamed.members, 'the walk and the stream');
  },
};

type Kind = 'gzip' | 'zstd' | 'xz' | 'bzip2';

interface Unpacked {
  readonly bytes: Buffer;
  readonly end: string;
}

async function unpack(input: Parameters<typeof decompress>[0], kind: Kind, engine?: 'stream'): Promise<Unpacked> {
  const chunks: Buffer[] = [];
  let end: string;
  try {
    const { trailing } = await decompress(input, kind, (chunk) => void chunks.push(Buffer.from(chunk)), {
      limits,
      ...(engine && { engine }),
    });
    end = `${trailing} bytes behind`;
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
    end = error.name;
  }
  return { bytes: Buffer.concat(chunks), end };
}

/** Of damaged data, zlib gives a little more or less of what came before, as the pieces fall. */
function agree(a: Unpacked, b: Unpacked): boolean {
  const length = Math.min(a.bytes.length, b.bytes.length);
  const same = a.bytes.subarray(0, length).equals(b.bytes.subarray(0, length));
  return same && (a.end === 'FormatError' || a.bytes.length === b.bytes.length);
}

/** The same bytes in other pieces, and through the other engine, must give the same. */
function packedReader(kind: Kind, seeds: () => readonly Buffer[], mutations: readonly Mutation[]): FuzzReader {
  return {
    name: kind,
    seeds,
    mutations,
    async run(bytes, random) {
      const whole = await unpack(new MemorySource(bytes), kind);
      const cut = await unpack(later(pieces(bytes, random)), kind);
      // What a ratio is measured by is how much was read, and that comes in pieces.
      const limited = [whole.end, cut.end].includes('LimitError');
      if (!limited && whole.end !== cut.end) throw new Error(`in one piece: ${whole.end}; in many: ${cut.end}`);
      if (!limited && !agree(whole, cut)) throw new Error('other bytes in other pieces');
      if (kind !== 'gzip' && kind !== 'zstd') return;
      const other = await unpack(new MemorySource(bytes), kind, 'stream');
      if (whole.end !== other.end) throw new Error(`one engine: ${whole.end}; the other: ${other.end}`);
      if (whole.end.includes('behind') && !whole.bytes.equals(other.bytes))
        throw new Error('other bytes in the other engine');
    },
  };
}

const inner = oddLayer.subarray(0, 8192);
/** `bzip2` of a text, so that no program is needed. */
const bzip2Text = Buffer.from(
  '425a6839314159265359da53e19000002e5180001040003fffffb04001b1d90c86a9fa6890f54d1b51faa3ca186a7934898248f51b51ea0a68d0068000129a1203234d53d353d463f690a1af98b8f882bd19f694aef92d62339fa32dc354b83166b898968cd9eec51e38a377c4618d43b6e09b9a7ad61bb8b4a023592f96cdb85635ddc793bcf371689ba2b49667160bd56294807b01f59696db64cbe3cff5dac8cd82b4ea0bab67dccf6a02a520e8488a4870fdb2fa20c97a0d1b10ce6f6c39fd6c4c2961af9193de95f92db13ba3c16b9e6c1b4b53ac4e295409dc7ff79f1168281851acf17eb6f2e60c69e7c60585e61c3d43b6f2347bfa90d941ec03a169ca84727140237dfcceaf91d89a703d794d6d1d4b7bf03821e42734a0275a3a0991d09a0a3b4296b6c3cb4b1636e7560cbd3386a6ef7c3765cb70573c5076595cbcb96e5c120d1dba8a6876207151ca5065fefcc98a88ebada963dc456649be887b6a420ce922c49eaba84383ab500b8221decc25d5abe3c7f75d8ce744d6e41099b5845d1cb6ed86fa2ee48a70a121b4a7c320',
  'hex',
);

export const packedReaders: readonly FuzzReader[] = [
  tarReader,
  packedReader(
    'gzip',
    () => [gzipSync(inner), Buffer.concat([gzipSync(inner), gzipSync('x')]), gzipSync(Buffer.alloc(MiB))],
    [
      inside(
        (bytes) => gunzipSync(bytes, { maxOutputLength: 8 * MiB }),
        (bytes) => gzipSync(bytes),
      ),
    ],
  ),
  packedReader(
    'zstd',
    () => [
      zstdCompressSync(inner),
      zstdCompressSync(inner, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
      Buffer.concat([zstdCompressSync(inner), Buffer.from('502a4d1803000000010203', 'hex'), zstdCompressSync('x')]),
    ],
    [
      inside(
        (bytes) => zstdDecompressSync(bytes, { maxOutputLength: 8 * MiB }),
        (bytes) => zstdCompressSync(bytes),
      ),
    ],
  ),
  packedReader(
    'xz',
    () => [
      xzStored(inner),
      xzZeros.subarray(0, 3000),
      xzStored(inner, { filters: [[3, [0]]] }),
      Buffer.concat([xzStored(inner), xzStored(Buffer.alloc(0))]),
    ],
    [xzHeaders],
  ),
  packedReader('bzip2', () => [bzip2Text, Buffer.concat([bzip2Text, bzip2Text]), bzip2Zeros], []),
];
