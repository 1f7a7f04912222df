import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyNoBusybox } from '../../../test/support/busybox-image.ts';
import { HEAD_BYTES, interpreterOf } from './interpreter.ts';

describe('what the kernel opens to start a program', () => {
  it.each([
    ['#!/bin/sh\necho', '/bin/sh'],
    ['#! \t/usr/bin/env python3\n', '/usr/bin/env'],
    ['#!/bin/sh', '/bin/sh'],
    ['#!/bin/sh\0\n', '/bin/sh'],
    ['#!bin/sh\n', undefined],
    ['#!\n/bin/sh\n', undefined],
    ['#!', undefined],
    ['/bin/sh', undefined],
    ['', undefined],
  ])('is the interpreter of %j', (script, path) => {
    expect(interpreterOf(Buffer.from(script))).toEqual(path && { path, use: 'executed' });
  });

  it('is the dynamic linker of a program', () => {
    // Node itself, as it is built everywhere, has one.
    const head = readFileSync(process.execPath).subarray(0, HEAD_BYTES);
    expect(interpreterOf(head)).toEqual({ path: expect.stringMatching(/^\/lib.*\/ld-.*\.so\.\d$/), use: 'loaded' });
  });

  it.skipIf(whyNoBusybox() !== undefined)('is nothing for one that needs none', () => {
    expect(interpreterOf(readFileSync('/bin/busybox').subarray(0, HEAD_BYTES))).toBeUndefined();
  });

  it('is nothing or a path, whatever the file has', () => {
    const node = readFileSync(process.execPath).subarray(0, 4096);
    const damaged = fc.tuple(fc.nat(4095), fc.nat(255), fc.nat(4096)).map(([at, byte, end]) => {
      const bytes = Buffer.from(node);
      bytes[at] = byte;
      return bytes.subarray(0, end);
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array()), (bytes) => {
        expect(interpreterOf(bytes)?.path ?? '/').toMatch(/^\//);
      }),
    );
  });
});
