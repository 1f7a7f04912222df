import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readResponse, wholeResponse } from './response.ts';

const settings = { method: 'GET', most: 10_000, isEnded: true, milliseconds: 1 };
const read = (text: string | Buffer, more: Partial<typeof settings> = {}) =>
  readResponse(Buffer.from(text), { ...settings, ...more });

describe('an answer of a web server', () => {
  it.each([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc', 200, 'ab', false],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n',
      200,
      'abc',
      false,
    ],
    ['in chunks that are cut', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', 200, 'ab', true],
    ['after what is only for the way', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\n\r\n', 404, '', false],
    ['with bare line ends', 'HTTP/1.0 302 Found\nLocation: /x\n\nabc', 302, 'abc', false],
    ['whose head the server itself ended', 'HTTP/1.0 500 Oops\r\nX: y', 500, '', false],
  ])('%s', (_, text, status, body, isCut) => {
    expect(read(text)).toMatchObject({ status, body, isCut });
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
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', false],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', true],
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n', true],
    ['GET', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n', false],
    ['GET', 'HTTP/1.1 200 OK\r\n\r\nabc', false],
    ['GET', 'SSH-2.0', true],
  ])('is whole to %s or not: %j', (method, text, whole) => {
    expect(wholeResponse(method)(Buffer.from(text))).toBe(whole);
  });
});
