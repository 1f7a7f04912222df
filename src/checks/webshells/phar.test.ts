import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { withoutPacked } from './phar.ts';

const php = await runProgram('php', ['-r', 'echo extension_loaded("phar") ? "phar" : "";']).catch(() => undefined);
const hasPhar = php?.stdout === 'phar';

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const field = (text: string): Buffer => Buffer.concat([number(text.length), Buffer.from(text)]);

interface Member {
  readonly name: string;
  readonly content: Buffer;
  readonly flags: number;
}

function phar(members: readonly Member[], stub = '<?php f(); __HALT_COMPILER(); ?>\r\n'): Buffer {
  const entries = members.flatMap(({ name, content, flags }) => [
    field(name),
    ...[0, 0, content.length, 0, flags, 0].map(number),
  ]);
  const manifest = Buffer.concat([
    number(members.length),
    Buffer.from([0x11, 0]),
    number(0),
    field(''),
    field(''),
    ...entries,
  ]);
  return Buffer.concat([
    Buffer.from(stub),
    number(manifest.length),
    manifest,
    ...members.map(({ content }) => content),
    Buffer.from('signature'),
  ]);
}

const code = `<?php ${Array.from({ length: 300 }, (_, i) => `g(${i * i});`).join('\n')}`;
const packed: Member = { name: 'a.php', content: deflateRawSync(code), flags: 0x1000 | 0o644 };
const plain: Member = { name: 'b.php', content: Buffer.from('<?php plain();\n'), flags: 0o644 };

describe('withoutPacked', () => {
  it('blanks compressed members and leaves all else where it was', () => {
    const archive = phar([packed, plain, packed]);
    const seen = Buffer.from(withoutPacked(archive));

    expect(seen.length).toBe(archive.length);
    expect(seen.indexOf(packed.content)).toBe(-1);
    expect(seen.indexOf(plain.content)).toBe(archive.indexOf(plain.content));
    expect(seen.subarray(0, 100)).toEqual(archive.subarray(0, 100));
    expect(seen.toString('latin1').endsWith('signature')).toBe(true);
    expect(seen.filter((byte) => byte === 0x0a)).toEqual(archive.filter((byte) => byte === 0x0a));
  });

  it.each(['<?php __HALT_COMPILER();', '<?php __HALT_COMPILER();\n?>\n', '<?php __HALT_COMPILER();?>'])(
    'knows the end of a program: %j',
    (stub) => {
      expect(Buffer.from(withoutPacked(phar([packed], stub))).indexOf(packed.content)).toBe(-1);
    },
  );

  it('believes no member that is text', () => {
    const liar = { ...plain, flags: 0x1000 };
    const archive = phar([liar, packed]);
    expect(Buffer.from(withoutPacked(archive)).includes('plain();')).toBe(true);
  });

  it.each([
    '<?php f();',
    '<?php __HALT_COMPILER();',
    '<?php __HALT_COMPILER(); ?>\r\nsome data that is no manifest, but as long as one',
  ])('leaves what is no archive: %j', (text) => {
    const bytes = Buffer.from(text);
    expect(withoutPacked(bytes)).toBe(bytes);
  });

  it('reads any bytes', () => {
    const archive = phar([packed, plain]);
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.nat(255), fc.nat(archive.length), (at, value, length) => {
        const bytes = Buffer.from(archive.subarray(0, length));
        if (at < length) bytes[at] = value;
        expect(withoutPacked(bytes).length).toBe(length);
      }),
    );
  });

  it.skipIf(!hasPhar)(`reads what PHP writes${hasPhar ? '' : ' (skipped: no php with phar here)'}`, async () => {
    const file = path.join(temporaryFolder(), 'a.phar');
    const source = path.join(temporaryFolder(), 'make.php');
    writeFileSync(
      source,
      `<?php $p = new Phar($argv[1]); $p->setStub('<?php f(); __HALT_COMPILER();'); $p->setAlias('alias.phar');
      $p->setMetadata(['a' => 1]); $p['a.php'] = file_get_contents(__FILE__) . str_repeat('g(1); h(2);', 100) . $argv[1];
      $p['a.php']->compress(Phar::GZ); $p['b.php'] = '<?php plain();'; $p['c.php'] = str_repeat('k(3);', 300);
      $p['c.php']->compress(Phar::GZ); $p['a.php']->setMetadata('of a');`,
    );
    const { status, stderr } = await runProgram('php', ['-d', 'phar.readonly=0', source, file]);
    expect([status, stderr]).toEqual([0, '']);
    const archive = readFileSync(file);
    const seen = Buffer.from(withoutPacked(archive));

    expect(seen.includes('plain();')).toBe(true);
    const differs = [...archive].filter((byte, i) => byte !== seen[i]).length;
    expect(differs).toBeGreaterThan(100);
    // All behind the manifest, whose last entry is c.php, has gone, but the signature.
    const from = archive.lastIndexOf('c.php') + 'c.php'.length + 24;
    const left = seen.subarray(from, -40).toString('latin1').replaceAll('<?php plain();', '').trim();
    expect(left).toBe('');
  });
});
