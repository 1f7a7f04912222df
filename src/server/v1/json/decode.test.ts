import { describe, expect, it } from 'vitest';
import { featureEnvelope, layerEnvelope, vulnerabilityEnvelope } from '../wire.ts';
import { decodeInteger, decodeJson } from './decode.ts';
import type { StructType } from './type.ts';

const depth = 100;

function messageOf(type: StructType<object>, body: string | Uint8Array): string {
  try {
    return `decoded ${JSON.stringify(decodeJson(type, Buffer.from(body), depth))}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('decodeJson', () => {
  it.each([
    ['nothing', '', 'EOF'],
    ['spaces', ' \t\r\n', 'EOF'],
    ['an object that ends early', '{', 'unexpected EOF'],
    ['a list that ends early', '[1,', 'unexpected EOF'],
    ['a text that ends early', '"a', 'unexpected EOF'],
    ['an escape that ends early', '"\\u12', 'unexpected EOF'],
    ['a literal that ends early', 'tru', 'unexpected EOF'],
    ['a number that ends early', '1.', 'unexpected EOF'],
    ['a minus sign', '-', 'unexpected EOF'],
    ['a word', 'hello', "invalid character 'h' looking for beginning of value"],
    ['a wrong literal', 'trap', "invalid character 'a' in literal true (expecting 'u')"],
    ['a wrong null', 'nil', "invalid character 'i' in literal null (expecting 'u')"],
    ['a name without quotes', '{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['a comma at the end of an object', '{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['a comma at the end of a list', '[1,]', "invalid character ']' looking for beginning of value"],
    ['no colon', '{"a" 1}', "invalid character '1' after object key"],
    ['no comma in an object', '{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['no comma in a list', '[1 2]', "invalid character '2' after array element"],
    ['a line feed in a text', '"a\nb"', "invalid character '\\n' in string literal"],
    ['a NUL in a text', '"\0"', "invalid character '\\x00' in string literal"],
    ['an unknown escape', '"\\x"', "invalid character 'x' in string escape code"],
    ['a bad \\u escape', '"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['a number that begins with a point', '.5', "invalid character '.' looking for beginning of value"],
    ['a number with a plus sign', '+1', "invalid character '+' looking for beginning of value"],
    ['a minus sign before a letter', '-a', "invalid character 'a' in numeric literal"],
    ['a point without digits', '[1.x]', "invalid character 'x' after decimal point in numeric literal"],
    ['an exponent without digits', '[1e+]', "invalid character ']' in exponent of numeric literal"],
    ['a zero before a digit', '[01]', "invalid character '1' after array element"],
    ['an apostrophe', "'", "invalid character '\\'' looking for beginning of value"],
    ['a backslash', '\\', "invalid character '\\\\' looking for beginning of value"],
  ])('says of %s what Go says', (_, body, message) => {
    expect(messageOf(layerEnvelope, body)).toBe(message);
  });

  it.each([
    ['a byte of Latin-1', 0xff, 'ÿ'],
    ['a byte that is not printable', 0x80, '\\u0080'],
    ['a soft hyphen', 0xad, '\\u00ad'],
    ['a bell', 0x07, '\\a'],
    ['an escape character', 0x1b, '\\x1b'],
    ['DEL', 0x7f, '\\x7f'],
  ])('names %s as Go does', (_, byte, shown) => {
    expect(messageOf(layerEnvelope, Uint8Array.of(byte))).toBe(
      `invalid character '${shown}' looking for beginning of value`,
    );
  });

  it.each([
    ['[]', 'array into Go value of type v1.LayerEnvelope'],
    ['5', 'number into Go value of type v1.LayerEnvelope'],
    ['"a"junk', 'string into Go value of type v1.LayerEnvelope'],
    ['true', 'bool into Go value of type v1.LayerEnvelope'],
    ['{"Layer":5}', 'number into Go struct field LayerEnvelope.Layer of type v1.Layer'],
    ['{"Layer":[]}', 'array into Go struct field LayerEnvelope.Layer of type v1.Layer'],
    ['{"Layer":{"Name":5}}', 'number into Go struct field Layer.Layer.Name of type string'],
    ['{"layer":{"NAME":{}}}', 'object into Go struct field Layer.Layer.Name of type string'],
    ['{"Layer":{"Headers":[]}}', 'array into Go struct field Layer.Layer.Headers of type map[string]string'],
    ['{"Layer":{"Headers":{"A":1}}}', 'number into Go struct field Layer.Layer.Headers of type string'],
    ['{"Layer":{"IndexedByVersion":"3"}}', 'string into Go struct field Layer.Layer.IndexedByVersion of type int'],
    ['{"Layer":{"IndexedByVersion":1.5}}', 'number 1.5 into Go struct field Layer.Layer.IndexedByVersion of type int'],
    ['{"Layer":{"Features":{}}}', 'object into Go struct field Layer.Layer.Features of type []v1.Feature'],
    ['{"Layer":{"Features":[1]}}', 'number into Go struct field Layer.Layer.Features of type v1.Feature'],
    ['{"Layer":{"Features":[{"Name":1}]}}', 'number into Go struct field Feature.Layer.Features.Name of type string'],
    ['{"Error":{"Message":1}}', 'number into Go struct field Error.Error.Message of type string'],
    ['{"Layer":{"Name":1,"Path":2}}', 'number into Go struct field Layer.Layer.Name of type string'],
    ['{"Layer":{"Name":"a"},"Error":1}', 'number into Go struct field LayerEnvelope.Error of type v1.Error'],
  ])('says of %s what Go says', (body, message) => {
    expect(messageOf(layerEnvelope, body)).toBe(`json: cannot unmarshal ${message}`);
  });

  it.each([
    [
      '{"Vulnerability":{"Metadata":5}}',
      'number into Go struct field Vulnerability.Vulnerability.Metadata of type map[string]interface {}',
    ],
    [
      '{"Vulnerability":{"Metadata":{"a":[1e999]}}}',
      'number 1e999 into Go struct field Vulnerability.Vulnerability.Metadata of type float64',
    ],
    [
      '{"Vulnerabilities":5}',
      'number into Go struct field VulnerabilityEnvelope.Vulnerabilities of type []v1.Vulnerability',
    ],
  ])('says of %s what Go says', (body, message) => {
    expect(messageOf(vulnerabilityEnvelope, body)).toBe(`json: cannot unmarshal ${message}`);
  });

  it('says first what is no JSON, then what is of the wrong type', () => {
    expect(messageOf(layerEnvelope, '{"Layer":{"Name":5},}')).toBe(
      "invalid character '}' looking for beginning of object key string",
    );
  });

  it('reads the first value alone', () => {
    expect(decodeJson(layerEnvelope, Buffer.from('{"Layer":{"Name":"a"}}}}{'), depth)).toEqual({
      Layer: { Name: 'a' },
    });
  });

  it('takes names in any case, also those that Unicode folds to ASCII', () => {
    const body = '{"LAYER":{"pareNtname":"b","Header\u017f":{"a":"1"}}}';
    expect(decodeJson(layerEnvelope, Buffer.from(body), depth)).toEqual({
      Layer: { ParentName: 'b', Headers: new Map([['a', '1']]) },
    });
  });

  it('merges members that come twice and lets null pass', () => {
    const body =
      '{"Layer":{"Name":"a","Path":"p","Headers":{"x":"1"}},"Layer":{"Name":null,"Path":"q","Headers":{"y":null}}}';
    expect(decodeJson(layerEnvelope, Buffer.from(body), depth)).toEqual({
      Layer: {
        Name: 'a',
        Path: 'q',
        Headers: new Map([
          ['x', '1'],
          ['y', ''],
        ]),
      },
    });
    expect(decodeJson(layerEnvelope, Buffer.from('{"Layer":{"Name":"a"},"Layer":null}'), depth)).toEqual({});
    expect(decodeJson(layerEnvelope, Buffer.from('null'), depth)).toEqual({});
  });

  it('reads escapes, and what is no UTF-8 as U+FFFD', () => {
    const text = (body: Buffer): string | undefined => decodeJson(featureEnvelope, body, depth).Feature?.Name;
    expect(text(Buffer.from('{"Feature":{"Name":"\\u00e9\\ud83d\\ude00\\n\\/\\"x"}}'))).toBe('é😀\n/"x');
    expect(text(Buffer.from('{"Feature":{"Name":"\\ud83dx\\ude00"}}'))).toBe('\ufffdx\ufffd');
    expect(text(Buffer.from('{"Feature":{"Name":"a\xff\ufeff"}}', 'latin1'))).toContain('a\ufffd');
    expect(text(Buffer.from('{"Feature":{"Name":"\ufeffa"}}'))).toBe('\ufeffa');
  });

  it('keeps the numbers and names of metadata as Go would write them again', () => {
    const body =
      '{"Vulnerability":{"Metadata":{"b":{"\ud83d\ude00":1,"\uffee":2,"a":1.50,"a":-0},"a":[1e21,1E-7,100e-2,true,null,"<"]}}}';
    const { Vulnerability } = decodeJson(vulnerabilityEnvelope, Buffer.from(body), depth);
    expect(Vulnerability?.Metadata).toEqual(
      new Map([
        ['b', '{"a":-0,"\uffee":2,"\ud83d\ude00":1}'],
        ['a', '[1e+21,1e-7,1,true,null,"<"]'],
      ]),
    );
  });

  it('does not let names reach prototypes', () => {
    const body = '{"__proto__":{"polluted":1},"Layer":{"Headers":{"__proto__":"x"},"constructor":{}}}';
    expect(decodeJson(layerEnvelope, Buffer.from(body), depth).Layer?.Headers?.get('__proto__')).toBe('x');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('stops at a depth', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(messageOf(layerEnvelope, nested(depth))).toContain('cannot unmarshal array');
    expect(messageOf(layerEnvelope, nested(depth + 1))).toBe("invalid character '[' exceeded max depth");
    expect(messageOf(layerEnvelope, '{"a":'.repeat(500_000))).toBe("invalid character '{' exceeded max depth");
  });

  it.each([
    ['an unfinished text', `"${'a'.repeat(1024 * 1024)}`],
    ['escapes', `"${'\\u0061'.repeat(170_000)}"`],
    ['a list of lists', `[${'[],'.repeat(340_000)}[]]`],
    ['a number', '1'.repeat(1024 * 1024)],
    ['unknown members', `{${'"a":1,'.repeat(170_000)}"a":1}`],
    ['fixes', `{"Vulnerability":{"FixedIn":[${'{},'.repeat(340_000)}{}]}}`],
    ['metadata', `{"Vulnerability":{"Metadata":{"a":[${'{"b":1},'.repeat(120_000)}1]}}}`],
  ])('takes time in proportion to 1 MiB of %s', (_, body) => {
    const started = performance.now();
    messageOf(vulnerabilityEnvelope, body);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('decodeInteger', () => {
  it('reads a number, and says what else it is', () => {
    expect(decodeInteger(Buffer.from('17\n'))).toBe(17);
    expect(() => decodeInteger(Buffer.from('{"OldVulnerability":0}'))).toThrow(
      'json: cannot unmarshal object into Go value of type int',
    );
  });
});

describe('the members of a type', () => {
  it('are gone through once, however many names nobody knows', () => {
    let reads = 0;
    const counted: StructType<unknown> = {
      kind: 'struct',
      name: 'Counted',
      get members() {
        reads++;
        return [{ name: 'Name', type: { kind: 'string' } }] as const;
      },
    };
    const body = `{${'"Nam2":"",'.repeat(1000)}"name":"x"}`;
    expect(decodeJson(counted, Buffer.from(body), depth)).toEqual({ Name: 'x' });
    expect(reads).toBeLessThan(5);
  });
});
