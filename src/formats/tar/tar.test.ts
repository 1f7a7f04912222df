import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paxBody, type TarEntry, tar } from '../../../test/support/tar.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { defaultLimits } from '../../limits.ts';
import type { FileHeader } from '../../model/file.ts';
import { MemorySource } from '../byte-source.ts';
import { isTar } from './detect.ts';
import { TarParser } from './push.ts';
import type { TarVisitor, WalkOptions } from './visitor.ts';
import { walkTarSync } from './walk.ts';

interface Seen {
  readonly members: FileHeader[];
  readonly contents: Map<string, string>;
  readonly problems: string[];
}

function recorder(wanted: number): { visitor: TarVisitor; seen: Seen } {
  const seen: Seen = { members: [], contents: new Map(), problems: [] };
  const visitor: TarVisitor = {
    member: (header) => {
      seen.members.push(header);
      return wanted;
    },
    content: (header, content) => seen.contents.set(header.path, content.toString('latin1')),
    problem: (code, message) => seen.problems.push(`${code}: ${message}`),
  };
  return { visitor, seen };
}

const options: WalkOptions = { limits: defaultLimits };

function walk(bytes: Buffer, wanted = Number.POSITIVE_INFINITY, walkOptions = options): Seen {
  const { visitor, seen } = recorder(wanted);
  walkTarSync(new MemorySource(bytes), visitor, walkOptions);
  return seen;
}

/** A piece is valid during the call only: whoever pushes it uses its memory again. */
function push(
  bytes: Buffer,
  pieces: readonly number[],
  wanted = Number.POSITIVE_INFINITY,
  walkOptions = options,
): Seen {
  const { visitor, seen } = recorder(wanted);
  const parser = new TarParser(visitor, walkOptions);
  const memory = Buffer.alloc(bytes.length);
  let at = 0;
  for (const piece of [...pieces, bytes.length]) {
    if (at >= bytes.length) break;
    parser.push(memory.subarray(0, bytes.copy(memory, 0, at, at + piece)));
    memory.fill(0xff);
    at += piece;
  }
  parser.end();
  return seen;
}

const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(90)}`;

describe('members', () => {
  it.each<{ title: string; entry: TarEntry; expected: Partial<FileHeader> }>([
    {
      title: 'a plain file',
      entry: { path: 'a/b', content: 'x', mode: 0o4755 },
      expected: { path: 'a/b', name: 'b', type: 'file', size: 1, mode: 0o4755 },
    },
    { title: 'a leading ./', entry: { path: './etc/passwd' }, expected: { path: 'etc/passwd' } },
    { title: 'a leading slash', entry: { path: '/etc/passwd' }, expected: { path: 'etc/passwd', absolute: true } },
    { title: 'a slash behind ./', entry: { path: './/etc/passwd' }, expected: { path: 'etc/passwd', absolute: true } },
    { title: 'dots and double slashes inside', entry: { path: 'a/./b//c/../d' }, expected: { path: 'a/b/d' } },
    { title: 'a name that starts with a dot', entry: { path: '.config/.x' }, expected: { path: '.config/.x' } },
    { title: 'the root', entry: { path: './', type: 'directory' }, expected: { path: '', type: 'directory' } },
    {
      title: 'a version 7 directory',
      entry: { path: 'old/', type: 'file', format: 'v7', typeFlag: '\0' },
      expected: { path: 'old', type: 'directory' },
    },
    { title: 'a PAX name', entry: { path: long, longNames: 'always-pax' }, expected: { path: long } },
    { title: 'a GNU name', entry: { path: long, longNames: 'gnu' }, expected: { path: long } },
    {
      title: 'a ustar prefix',
      entry: { path: `${'p'.repeat(120)}/name`, longNames: 'ustar-prefix' },
      expected: { path: `${'p'.repeat(120)}/name` },
    },
    {
      title: 'a GNU link target',
      entry: { path: 'l', type: 'symlink', linkTarget: `/${long}`, longNames: 'always-gnu' },
      expected: { type: 'symlink', linkTarget: `/${long}` },
    },
    {
      title: 'a PAX link target',
      entry: { path: 'l', type: 'hardlink', linkTarget: long, longNames: 'pax' },
      expected: { type: 'hardlink', linkTarget: long, size: 0 },
    },
    {
      title: 'base-256 numbers',
      entry: { path: 'b', content: 'abc', uid: 70_000, base256: true },
      expected: { size: 3, uid: 70_000 },
    },
    {
      title: 'a PAX size above the header',
      entry: { path: 'b', content: 'abcdef', declaredSize: 0, pax: [['size', '6']] },
      expected: { size: 6 },
    },
    { title: 'UTF-8', entry: { path: 'é/ü' }, expected: { path: 'é/ü', name: 'ü' } },
    {
      title: 'bytes that are no UTF-8',
      entry: { path: Buffer.from([0x61, 0xff, 0x2f, 0x62]) },
      expected: { path: 'a\\xff/b', name: 'b' },
    },
    {
      title: 'a capability',
      entry: { path: 'ping', capabilities: Buffer.from('0100', 'hex') },
      expected: { capabilities: '0100' },
    },
    { title: 'an overlay whiteout', entry: { path: 'gone', type: 'character' }, expected: { type: 'whiteout' } },
    {
      title: 'a device',
      entry: { path: 'null', type: 'character', deviceMajor: 1, deviceMinor: 3 },
      expected: { type: 'character' },
    },
    {
      title: 'a GNU sparse file',
      entry: { path: 's', typeFlag: 'S', format: 'gnu', patch: [[483, '00000100000\0']] },
      expected: { path: 's', size: 0o100000, sparse: true },
    },
    {
      title: 'a PAX sparse file',
      entry: {
        path: 'GNUSparseFile.0/s',
        content: 'x',
        pax: [
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.name', 's'],
          ['GNU.sparse.realsize', '99'],
        ],
      },
      expected: { path: 's', size: 99, sparse: true },
    },
  ])('reads $title', ({ entry, expected }) => {
    const bytes = tar([entry, { path: 'after', content: 'still here' }]);

    const seen = walk(bytes);

    expect(seen.problems).toEqual([]);
    expect(seen.members[0]).toMatchObject(expected);
    expect(seen.contents.get('after')).toBe('still here');
    expect(push(bytes, [])).toEqual(seen);
  });

  it('passes a global header over, and what stands before it, as runtimes do', () => {
    const global = tar([{ path: 'g', typeFlag: 'g', content: paxBody([['path', 'moved']]) }], { endBlocks: 0 });
    const pax = tar([{ path: 'x', typeFlag: 'x', content: paxBody([['path', 'lost']]) }], { endBlocks: 0 });

    const seen = walk(tar([global, { path: 'a' }, pax, global, { path: 'b' }]));

    expect(seen.members.map((m) => m.path)).toEqual(['a', 'b']);
  });

  it('notes a name that climbs out of the root, and keeps it inside', () => {
    const seen = walk(tar([{ path: '../../etc/shadow' }]));

    expect(seen.members[0]?.path).toBe('etc/shadow');
    expect(seen.problems[0]).toMatch(/^file\.path-escapes/);
  });

  it('lists what the tar program lists', () => {
    const entries: TarEntry[] = [
      { path: 'dir', type: 'directory' },
      { path: long, content: 'x'.repeat(1000) },
      { path: 'link', type: 'symlink', linkTarget: 'dir' },
      { path: 'hard', type: 'hardlink', linkTarget: long },
      { path: 'gnu', content: '', longNames: 'always-gnu' },
    ];
    const bytes = tar(entries);
    const listed = execFileSync('tar', ['-tf', writeTemporary('list.tar', bytes)], { encoding: 'utf8' });

    const seen = walk(bytes);

    expect(seen.members.map((m) => (m.type === 'directory' ? `${m.path}/` : m.path))).toEqual(
      listed.trimEnd().split('\n'),
    );
  });
});

describe('the window of headers', () => {
  const files = (count: number, size: number, folder: string): TarEntry[] =>
    Array.from({ length: count }, (_, i) => ({ path: `${folder}/${i}`, content: String(i).padEnd(size, '.') }));

  function counted(bytes: Buffer): { readonly seen: Seen; readonly reads: number; readonly read: number } {
    const { visitor, seen } = recorder(0);
    const source = new MemorySource(bytes);
    const told = { reads: 0, read: 0 };
    const counting = {
      size: source.size,
      slice: (start: number, length: number) => source.slice(start, length),
      read: (target: Uint8Array, position: number) => {
        const got = source.read(target, position);
        told.reads++;
        told.read += got;
        return got;
      },
    };
    walkTarSync(counting, visitor, options);
    return { seen, ...told };
  }

  it('grows where files are small, so that one read brings many headers', () => {
    const { seen, reads } = counted(tar(files(1000, 100, 'small')));

    expect(seen.members).toHaveLength(1000);
    // A MiB: 250 reads of 4 KiB.
    expect(reads).toBeLessThan(50);
  });

  it('shrinks where they are large, so that little is read that nobody wants', () => {
    const { seen, read } = counted(tar([...files(100, 100, 'small'), ...files(100, 100_000, 'large')]));

    expect(seen.members).toHaveLength(200);
    expect(read).toBeLessThan(100 * 1024 + 100 * 8192);
  });

  it('shows the same members whatever the files before them were', () => {
    const bytes = tar([1, 3000, 20_000, 700, 60_000, 1].flatMap((size, i) => files(60, size, String(i))));
    const { visitor, seen } = recorder(100);
    const parser = new TarParser(visitor, options);
    parser.push(bytes);
    parser.end();

    expect(walk(bytes, 100)).toEqual(seen);
    expect(seen.members).toHaveLength(360);
  });
});

describe('damage', () => {
  const good = tar([
    { path: 'first', content: 'one' },
    { path: 'second', content: 'x'.repeat(2000) },
  ]);

  it.each<{ title: string; bytes: Buffer; problem: RegExp; members: number }>([
    {
      title: 'a wrong checksum',
      bytes: tar([{ path: 'a' }, { path: 'b', checksum: 1 }]),
      problem: /^layer\.damaged.*checksum/,
      members: 1,
    },
    {
      title: 'a negative size',
      bytes: tar([{ path: 'a' }, { path: 'b', declaredSize: -1 }]),
      problem: /^layer\.damaged.*negative/,
      members: 1,
    },
    {
      title: 'a size beyond the end',
      bytes: tar([{ path: 'a', declaredSize: 10_000_000 }]),
      problem: /^layer\.truncated/,
      members: 1,
    },
    {
      title: 'a size beyond counting',
      bytes: tar([{ path: 'a', declaredSize: 2n ** 80n }]),
      problem: /^layer\.damaged.*too large/,
      members: 0,
    },
    { title: 'a cut header', bytes: good.subarray(0, 1300), problem: /^layer\.truncated/, members: 1 },
    { title: 'a cut body', bytes: good.subarray(0, 2048 + 100), problem: /^layer\.truncated/, members: 2 },
    {
      title: 'PAX records with a wrong length',
      bytes: tar([{ path: 'x', typeFlag: 'x', content: '99 path=a\n' }, { path: 'b' }]),
      problem: /^layer\.damaged.*PAX/,
      members: 0,
    },
    {
      title: 'PAX records without a number',
      bytes: tar([{ path: 'x', typeFlag: 'x', content: 'garbage' }, { path: 'b' }]),
      problem: /^layer\.damaged.*PAX/,
      members: 0,
    },
    {
      title: 'an unknown type',
      bytes: tar([{ path: 'x', typeFlag: 'Q' }, { path: 'b' }]),
      problem: /^file\.format.*"Q"/,
      members: 1,
    },
    {
      title: 'a single zero block inside',
      bytes: tar([{ path: 'a' }, Buffer.alloc(512), { path: 'b' }]),
      problem: /^layer\.damaged.*zero block/,
      members: 2,
    },
  ])('names $title and keeps what came before', ({ bytes, problem, members }) => {
    const seen = walk(bytes);

    expect(seen.problems[0]).toMatch(problem);
    expect(seen.members).toHaveLength(members);
    const pushed = push(bytes, [700]);
    expect(pushed.problems[0]).toMatch(problem);
    expect(pushed.members).toEqual(seen.members);
  });

  it('reads an archive without end blocks', () => {
    expect(walk(tar([{ path: 'a', content: 'x' }], { endBlocks: 0 })).problems).toEqual([]);
  });

  it('hands on the readable part of a body that is cut', () => {
    const cut = good.subarray(0, 2048 - 512 + 100);

    expect(walk(cut).contents.get('second')).toBe(push(cut, [600, 30]).contents.get('second'));
    expect(walk(cut).contents.get('second')?.length).toBeGreaterThan(0);
  });

  it('does not read attributes beyond their limit', () => {
    const bytes = tar([{ path: 'x', typeFlag: 'x', content: '0'.repeat(2 << 20) }, { path: 'b' }]);

    for (const seen of [walk(bytes), push(bytes, [1000])]) {
      expect(seen.problems[0]).toMatch(/^layer\.limit/);
      expect(seen.members.map((m) => m.path)).toEqual(['b']);
    }
  });

  it('stops at the limit of members', () => {
    const bytes = tar(Array.from({ length: 20 }, (_, i) => ({ path: `f${i}` })));
    const limited = { limits: { ...defaultLimits, entries: 10 } };

    for (const seen of [walk(bytes, 0, limited), push(bytes, [], 0, limited)]) {
      expect(seen.members).toHaveLength(10);
      expect(seen.problems[0]).toMatch(/^layer\.limit/);
    }
  });
});

describe('properties', () => {
  const entries = fc.array(
    fc.record({
      path: fc.string({ minLength: 1, maxLength: 150 }).filter((s) => !s.includes('\0')),
      content: fc.uint8Array({ maxLength: 3000 }),
      longNames: fc.constantFrom('pax' as const, 'gnu' as const),
    }),
    { maxLength: 8 },
  );

  it('gives the same, walked or in pieces of any size', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.integer({ min: 1, max: 2000 })), fc.nat(4000), (list, pieces, wanted) => {
        const bytes = tar(list);
        expect(push(bytes, pieces, wanted)).toEqual(walk(bytes, wanted));
      }),
    );
  });

  it('gives the same wherever a body, its beginning or its padding is cut', () => {
    const bytes = tar([
      { path: 'a', content: 'x'.repeat(700) },
      { path: 'b', content: 'y' },
    ]);
    for (const wanted of [100, Number.POSITIVE_INFINITY]) {
      for (let cut = 512; cut <= 2048; cut++) expect(push(bytes, [cut], wanted), `${cut}`).toEqual(walk(bytes, wanted));
    }
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        entries,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
        fc.nat(),
        (list, flips, cut) => {
          const bytes = Buffer.from(tar(list));
          for (const [at, value] of flips) bytes[at % bytes.length] = value;
          const damaged = bytes.subarray(0, bytes.length - (cut % bytes.length));
          walk(damaged);
          push(damaged, [100, 1000]);
          isTar(new MemorySource(damaged));
        },
      ),
    );
  });
});
