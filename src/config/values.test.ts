import { describe, expect, it } from 'vitest';
import { processorTime } from '../../test/support/processor-time.ts';
import { UsageError } from '../errors.ts';
import type { OptionSpec } from './options.ts';
import { type Place, parseDuration, parseValue } from './values.ts';

const flag: Place = { name: '--x', origin: 'flag', folder: '/here' };
const variable: Place = { name: 'DRYDOCK_X', origin: 'environment', folder: '/here' };
const file: Place = { name: 'drydock.yaml:3: x', origin: 'file', folder: '/there' };

function spec(kind: OptionSpec['kind'], more: Partial<OptionSpec> = {}): OptionSpec {
  return { kind, description: '', ...more };
}
const choices = { choices: ['low', 'high'] };
const outputs = spec('outputs', { choices: ['table', 'json'] });

/** A list that is small in memory and endless when it is written out: each of its 40 levels names the next one twice. */
function bomb(): unknown {
  let list: unknown = ['boom'];
  for (let level = 0; level < 40; level++) list = [list, list];
  return list;
}

describe('parseDuration', () => {
  it.each([
    ['30', 30_000],
    ['1.5', 1500],
    ['250ms', 250],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['0.5h', 1_800_000],
    ['', undefined],
    ['5 m', undefined],
    ['5d', undefined],
    ['-5s', undefined],
    ['1e9', undefined],
    ['m', undefined],
  ])('%j', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('parseValue', () => {
  it.each<[string, OptionSpec, unknown, Place, unknown]>([
    ['a switch as a flag', spec('switch'), true, flag, true],
    ['a switch taken back', spec('switch'), false, flag, false],
    ['a switch as a variable', spec('switch'), '1', variable, true],
    ['a switch in words', spec('switch'), 'No', variable, false],
    ['a switch in a file', spec('switch'), true, file, true],
    ['a path from the current folder', spec('path'), 'a/b', flag, '/here/a/b'],
    ['a path from the folder of the file', spec('path'), 'a/b', file, '/there/a/b'],
    ['an absolute path', spec('path'), '/a', file, '/a'],
    ['an integer as text', spec('integer', { range: [0, 255] }), '17', flag, 17],
    ['an integer in a file', spec('integer', { range: [0, 255] }), 17, file, 17],
    ['a bare number of seconds in a file', spec('duration'), 90, file, 90_000],
    ['a choice in upper case', spec('choice', choices), 'HIGH', flag, 'high'],
    ['choices in one text', spec('choices', choices), 'low, HIGH', variable, ['low', 'high']],
    ['choices of a repeated flag', spec('choices', choices), ['low,high', 'low'], flag, ['low', 'high']],
    ['choices as a YAML list', spec('choices', choices), ['low'], file, ['low']],
    ['words', spec('words'), 'a,b', variable, ['a', 'b']],
    [
      'outputs',
      outputs,
      ['json=a.json', 'JSON=b=c'],
      flag,
      [
        { format: 'json', file: '/here/a.json' },
        { format: 'json', file: '/here/b=c' },
      ],
    ],
    [
      'outputs as a variable',
      outputs,
      'json=a,table=b',
      variable,
      [
        { format: 'json', file: '/here/a' },
        { format: 'table', file: '/here/b' },
      ],
    ],
    ['one output in a file', outputs, 'json=a', file, [{ format: 'json', file: '/there/a' }]],
    ['standard output as an output', outputs, ['json=-'], flag, [{ format: 'json', file: '-' }]],
    ['a format alone', outputs, ['JSON'], flag, [{ format: 'json', file: '-' }]],
    ['a file alone', outputs, ['out.json'], flag, [{ file: '/here/out.json' }]],
  ])('takes %s', (_, option, raw, place, expected) => {
    expect(parseValue(option, raw, place)).toEqual(expected);
  });

  it.each<[string, OptionSpec, unknown, Place, string]>([
    ['a switch', spec('switch'), 'perhaps', variable, 'DRYDOCK_X: true or false is expected, not "perhaps".'],
    ['an empty text', spec('text'), '', flag, '--x: the value is empty.'],
    ['a number for a text', spec('text'), 5, file, 'drydock.yaml:3: x: a text is expected, not 5.'],
    [
      'an integer too large',
      spec('integer', { range: [0, 255] }),
      '256',
      flag,
      '--x: a whole number from 0 to 255 is expected, not "256".',
    ],
    [
      'an integer with a fraction',
      spec('integer', { range: [0, 255] }),
      1.5,
      file,
      'drydock.yaml:3: x: a whole number from 0 to 255 is expected, not 1.5.',
    ],
    ['no duration', spec('duration'), 'soon', flag, '--x: a duration like 90s, 5m or 1h30m is expected, not "soon".'],
    ['more time than a timer has', spec('duration'), '501h', flag, '--x: at most 500h can be waited for, not "501h".'],
    ['no time at all', spec('duration'), '0', flag, '--x: a duration like 90s, 5m or 1h30m is expected, not "0".'],
    [
      'a misspelt choice',
      spec('choice', choices),
      'hihg',
      flag,
      '--x: "hihg" is not one of low, high. Did you mean "high"?',
    ],
    ['an unknown choice', spec('choices', choices), 'low,banana', flag, '--x: "banana" is not one of low, high.'],
    ['an empty list', spec('words'), ' , ', flag, '--x: the list is empty.'],
    ['a list within a list', spec('words'), [['a']], file, 'drydock.yaml:3: x: a text is expected, not a list.'],
    ['a mapping', spec('switch'), { a: 1 }, file, 'drydock.yaml:3: x: true or false is expected, not a mapping.'],
    ['nothing for a switch', spec('switch'), ' ', file, 'drydock.yaml:3: x: true or false is expected, not " ".'],
    [
      'a long value, and repeats its beginning alone',
      spec('choice', choices),
      'h'.repeat(100_000),
      flag,
      `--x: "${'h'.repeat(60)}..." is not one of low, high.`,
    ],
    [
      'two reports in one file',
      outputs,
      ['json=a', 'table=./a'],
      flag,
      '--x: "/here/a" is named twice; every report needs its own file.',
    ],
    [
      'an output without a format',
      outputs,
      ['out'],
      flag,
      '--x: FORMAT=FILE is expected, not "out". For example: json=out',
    ],
    [
      'an output without a file',
      outputs,
      ['jsn='],
      flag,
      '--x: FORMAT=FILE is expected, not "jsn=". For example: json=FILE',
    ],
    [
      'an output in an unknown format',
      outputs,
      ['jsn=a'],
      flag,
      '--x: "jsn" is not one of table, json. Did you mean "json"?',
    ],
  ])('refuses %s', (_, option, raw, place, message) => {
    const parse = () => parseValue(option, raw, place);
    expect(parse).toThrow(new UsageError(place.origin === 'flag' ? 'usage.option' : 'usage.configuration', message));
  });
});

describe('a list that is a bomb', () => {
  it.each<[OptionSpec]>([
    [spec('switch')],
    [spec('text')],
    [spec('path')],
    [spec('integer')],
    [spec('duration')],
    [spec('choice', choices)],
    [spec('choices', choices)],
    [spec('words')],
    [outputs],
  ])('is refused at once by $kind', (option) => {
    const spent = processorTime(() =>
      expect(() => parseValue(option, bomb(), file)).toThrow(/^drydock\.yaml:3: x: .* is expected, not a list\.$/),
    );
    expect(spent).toBeLessThan(5000);
  });
});
