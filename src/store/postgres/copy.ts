import type { SqlRow, SqlValue } from '../sql/connection.ts';

/** Bytes that are sent at a time. */
const CHUNK = 64 * 1024;

const special = /[\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function encode(value: SqlValue): string {
  if (value === undefined || value === null) return '\\N';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.replaceAll(special, (character) => escapes[character]!);
  return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
}

/** Rows in the text format of COPY (PostgreSQL documentation, COPY, "Text Format"), in pieces. */
export async function* encodeCopy(rows: Iterable<SqlRow> | AsyncIterable<SqlRow>): AsyncGenerator<string> {
  let text = '';
  for await (const row of rows) {
    text += `${row.map(encode).join('\t')}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
