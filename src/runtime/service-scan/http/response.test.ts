import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readResponse, wholeResponse } from './response.ts';

const settings = { most: 10_000, isEnded: true };
const read = (text: string | Buffer, more: Partial<typeof settings> = {}) =>
  readResponse(Buffer.from(text), { ...settings, ...more });

describe('an answer of a web server', () => {
  it.each([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc', 200, 'ab'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n', 200, 'abc'],
    ['in chunks that are cut', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', 200, 'ab'],
    ['after what is only for the way', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\n\r\n', 404, ''],
    ['with bare line ends', 'HTTP/1.0 302 Found\nLocation: /x\n\nabc', 302, 'abc'],
    ['whose head the server itself ended', 'HTTP/1.0 500 Oops\r\nX: y', 500, ''],
  ])('%s', (_, text, status, body) => {
    expect(read(text)).toMatchObject({ status, body });
  });

  it('with a packed body is opened, up to a limit', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n';
    const packed = gzipSync('x'.repeat(5000));
    expect(read(Buffer.concat([Buffer.from(head), packed]))?.body).toHaveLength(5000);
    expect(read(Buffer.concat([Buffer.from(head), packed]), { most: 100 })?.body).toHaveLength(packed.length);
  });

  it.each([
    ['of another protocol', 'SSH-2.0-x\r\n\r\n', true],
    ['of half a head: what it does not have may be in the other half', 'HTTP/1.1 200 OK\r\nServer: x\r\n', false],
    ['of a head without end', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(300_000)}`, true],
    ['of a head that is too long', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(300_000)}\r\n\r\n`, true],
  ])('is none: %s', (_, text, isEnded) => {
    expect(read(text, { isEnded })).toBeUndefined();
  });

  it.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', false],
    ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', true],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n', false],
    ['HTTP/1.1 200 OK\r\n\r\nabc', false],
    ['SSH-2.0', true],
  ])('is whole or not: %j', (text, whole) => {
    expect(wholeResponse()(Buffer.from(text))).toBe(whole);
  });
});
