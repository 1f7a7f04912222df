import { createHash, createHmac } from 'node:crypto';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import type { Callable } from './callable.ts';
import { murmur3 } from './murmur3.ts';
import { bytesOf, ExpressionError, MOST_TEXT, numberOf, textOf, type Value } from './value.ts';

function ofText(call: (text: string, ...more: readonly string[]) => Value, most = 1, least = 1): Callable {
  return { least, most, call: (...values) => call(textOf(values[0]!), ...values.slice(1).map(textOf)) };
}

const hash = (name: string): Callable => ofText((text) => createHash(name).update(bytesOf(text)).digest('hex'));

/** As Python's base64.encodebytes breaks its lines. */
function base64OfPython(text: string): string {
  const lines =
    bytesOf(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return lines.map((line) => `${line}\n`).join('');
}

function urlEncoded(text: string): string {
  return text.replace(/[^A-Za-z0-9_.~-]/g, (one) =>
    one === ' ' ? '+' : `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function urlDecoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&#34;',
  "'": '&#39;',
};
const characters = new Map([...Object.entries(entities).map(([a, b]) => [b, a] as const), ['&quot;', '"']]);

function number(base: number): Callable {
  return ofText((text) => {
    const value = Number.parseInt(text.replace(/^0[xob]/i, ''), base);
    if (Number.isNaN(value)) throw new ExpressionError(`${text.slice(0, 20)} is no number`);
    return value;
  });
}

function hmac(name: string, text: string, key: string): string {
  const known: Readonly<Record<string, string>> = {
    md5: 'md5',
    sha1: 'sha1',
    sha256: 'sha256',
    'sha-1': 'sha1',
    'sha-256': 'sha256',
    sha512: 'sha512',
    'sha-512': 'sha512',
  };
  const algorithm = known[name.toLowerCase()];
  if (algorithm === undefined) throw new ExpressionError(`${name} is no hash`);
  return createHmac(algorithm, bytesOf(key)).update(bytesOf(text)).digest('hex');
}

const limit = { maxOutputLength: MOST_TEXT };

/** Hashes, encodings, numbers and times, as the documentation of nuclei's template language lists them. */
export const codeFunctions: Readonly<Record<string, Callable>> = {
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
  sha512: hash('sha512'),
  mmh3: ofText((text) => String(murmur3(bytesOf(text)))),
  hmac: { least: 3, most: 3, call: (name, text, key) => hmac(textOf(name!), textOf(text!), textOf(key!)) },
  base64: ofText((text) => bytesOf(text).toString('base64')),
  base64_py: ofText(base64OfPython),
  base64_decode: ofText((text) => Buffer.from(text, 'base64').toString('latin1')),
  hex_encode: ofText((text) => bytesOf(text).toString('hex')),
  hex: ofText((text) => bytesOf(text).toString('hex')),
  hex_decode: ofText((text) => {
    if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new ExpressionError('it is no hexadecimal text');
    return Buffer.from(text, 'hex').toString('latin1');
  }),
  url_encode: ofText((text) => urlEncoded(text), 2),
  url_decode: ofText(urlDecoded),
  html_escape: ofText((text) => text.replace(/[<>&"']/g, (one) => entities[one]!)),
  html_unescape: ofText((text) => text.replace(/&(?:lt|gt|amp|quot|#34|#39);/g, (one) => characters.get(one) ?? one)),
  gzip: ofText((text) => gzipSync(bytesOf(text)).toString('latin1')),
  gzip_decode: ofText((text) => gunzipSync(bytesOf(text), limit).toString('latin1')),
  zlib: ofText((text) => deflateSync(bytesOf(text)).toString('latin1')),
  zlib_decode: ofText((text) => inflateSync(bytesOf(text), limit).toString('latin1')),
  bin_to_dec: number(2),
  oct_to_dec: number(8),
  hex_to_dec: number(16),
  dec_to_hex: { least: 1, most: 1, call: (of) => numberOf(of!).toString(16) },
  unix_time: { least: 0, most: 1, call: (of) => Math.floor(Date.now() / 1000) + (of === undefined ? 0 : numberOf(of)) },
  to_unix_time: ofText((text) => Math.floor(Date.parse(text) / 1000), 2),
  date_time: {
    least: 1,
    most: 2,
    call: (form, at) => dateOf(textOf(form!), at === undefined ? Date.now() : numberOf(at) * 1000),
  },
  json_minify: ofText((text) => JSON.stringify(JSON.parse(text))),
  json_prettify: ofText((text) => JSON.stringify(JSON.parse(text), undefined, 4)),
};

/** strftime's letters, which templates use. */
function dateOf(form: string, milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  const parts: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    M: iso.slice(14, 16),
    D: iso.slice(8, 10),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    S: iso.slice(17, 19),
  };
  return form.replace(/%([A-Za-z])/g, (whole, letter: string) => parts[letter] ?? whole);
}
