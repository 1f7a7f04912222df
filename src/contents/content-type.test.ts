import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tar } from '../../test/support/tar.ts';
import { contentType, mayBeServed } from './content-type.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('contentType', () => {
  it.each([
    ['a', '\x7fELF\x02\x01', 'elf'],
    ['a.exe', 'MZ\x90\0\x03', 'pe'],
    ['MZ.txt', 'MZ is how some programs begin', 'text'],
    ['BMW', 'BMW and other cars\n', 'text'],
    ['a.bmp', 'BM\x36\0\0\0\0\0', 'picture'],
    ['a', '#!/bin/sh\n', 'script'],
    ['a', '\xef\xbb\xbf#!/bin/sh\n', 'script'],
    ['a.php', 'no tag', 'web'],
    ['a.PHTML', 'no tag', 'web'],
    ['a.jpg', '\xff\xd8\xff\xe0 picture', 'picture'],
    ['a.php', '\xff\xd8\xff\xe0 <?php', 'web'],
    ['a.txt', 'text, then <?php', 'web'],
    ['a.txt', 'text, then <?= $a ?>', 'web'],
    ['a', '<% if a %>', 'web'],
    ['a.xml', '<?xml version="1.0"?>', 'text'],
    ['a.html', '<p>', 'html'],
    ['a', '  <!DOCTYPE HTML><p>', 'html'],
    ['a.py', 'import os', 'script'],
    ['a.service', '[Unit]', 'script'],
    ['a', 'plain', 'text'],
    ['a', '\xff\xfep\0l\0', 'text'],
    ['a', '\0\x01\x02\x03', 'data'],
    ['a.jar', 'PK\x03\x04', 'archive'],
    ['a.deb', '!<arch>\n', 'archive'],
    [
      'a.tar',
      tar([{ path: 'b' }])
        .toString('latin1')
        .slice(0, 4096),
      'archive',
    ],
    ['a.rpm', '\xed\xab\xee\xdb\x03\0', 'archive'],
    ['a.rar', 'Rar!\x1a\x07\x01\0', 'archive'],
    ['a.gz', '\x1f\x8b\x08', 'packed'],
    ['a.pdf', '%PDF-1.4', 'document'],
    ['A.class', '\xca\xfe\xba\xbe\0\0\0\x34', 'class'],
    ['fat', '\xca\xfe\xba\xbe\0\0\0\x02', 'mach-o'],
    ['a.pyc', '\xcb\x0d\x0d\x0a\0\0\0\0\x12\x34\x56\x78\x12\x34\x56\x78', 'bytecode'],
    ['a', '', 'text'],
    ['a.install', 'no tag', 'web'],
    ['a.cshtml', 'no tag', 'web'],
    ['a', '\0\x01 <%eval request("a")%>', 'web'],
    ['a', '\0\x01 <%\x9c\x01', 'data'],
  ])('%s %j is %s', (name, text, type) => {
    expect(contentType({ name }, latin1(text))).toBe(type);
  });

  it('knows the programs of this machine', () => {
    const types = new Set<string>();
    for (const name of readdirSync('/usr/bin').slice(0, 300)) {
      let head: Buffer;
      try {
        head = readFileSync(`/usr/bin/${name}`).subarray(0, 4096);
      } catch {
        continue;
      }
      const type = contentType({ name }, head);
      if (head.subarray(0, 4).toString('latin1') === '\x7fELF') expect(type, name).toBe('elf');
      types.add(type);
    }
    expect([...types]).toContain('elf');
  });
});

describe('mayBeServed', () => {
  const magics = [
    '%PDF-1.4\n',
    '{\\rtf',
    'MZ\0',
    '\x7fELF',
    'ab\r\n\0\0\0\0\0\0\0\0\0\0\0\0',
    'PK\x03\x04',
    '\x1f\x8b\x08',
    '#!/bin/x\n',
  ];

  it.each(magics)('says so of a web name and of a tag behind %j, and of nothing else', (magic) => {
    const served = (name: string, text: string): boolean => {
      const head = latin1(text);
      return mayBeServed(contentType({ name }, head), { name }, head);
    };
    expect(served('a.php', magic)).toBe(true);
    expect(served('a.CSHTML', magic)).toBe(true);
    expect(served('a.dat', `${magic}\0<?php f();`)).toBe(true);
    expect(served('a.dat', `${magic}\0<?= f()`)).toBe(true);
    expect(served('a.dat', `${magic}\0<%f()%>`)).toBe(true);
    expect(served('a.dat', `${magic}\0<?xml version="1.0"?>`)).toBe(false);
    expect(served('a.dat', `${magic}\0<%\x90\x01`)).toBe(false);
    expect(served('a.dat', magic)).toBe(false);
  });
});
