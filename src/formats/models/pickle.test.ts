import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import { scanPickle } from './pickle.ts';

const scan = (bytes: Buffer | string) =>
  scanPickle(new MemorySource(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes));
const named = (bytes: Buffer | string): readonly string[] =>
  scan(bytes).imports.map(({ module, name }) => `${module}.${name}`);

/** Pickles of all protocols, and what pickletools of Python itself says that they import. */
const program = `
import base64, collections, datetime, fractions, json, os, pickle, pickletools, sys
class A:
    def __reduce__(self): return (os.system, ("id",))
class B:
    def __reduce__(self): return (eval, ("1",))
values = [A(), B(), [A(), "os", "system", B()], {"a": [1, 2.5, "x" * 600, b"y" * 300, 10 ** 300, None, True, (), (1,), (1, 2, 3)]},
    {1, 2}, frozenset([1]), bytearray(b"z"), collections.OrderedDict(a=A()), datetime.datetime(2024, 1, 1), fractions.Fraction(1, 3),
    [str(i) for i in range(2000)] * 2 + [datetime.date(2024, 1, 1)]]
out = []
for value in values:
    for protocol in range(6):
        data = pickle.dumps(value, protocol=protocol)
        strings, memo, imports = [], {}, []
        for op, arg, pos in pickletools.genops(data):
            if op.name in ("GLOBAL", "INST"): imports.append(arg.replace(" ", "."))
            elif op.name == "STACK_GLOBAL": imports.append(".".join(strings[-2:]))
            if op.name.endswith("UNICODE") or op.name.endswith("UNICODE8") or "STRING" in op.name: strings.append(arg)
            elif op.name == "MEMOIZE": memo[len(memo)] = strings[-1] if strings else None
            elif op.name in ("BINPUT", "LONG_BINPUT", "PUT"): memo[int(arg)] = strings[-1] if strings else None
            elif op.name in ("BINGET", "LONG_BINGET", "GET"): strings.append(memo.get(int(arg)))
        out.append([base64.b64encode(data).decode(), sorted(set(imports))])
json.dump(out, sys.stdout)
`;
const python = spawnSync('python3', ['-c', program], { maxBuffer: 64 * 1024 * 1024, timeout: 30_000 });
const made =
  python.status === 0
    ? (JSON.parse(python.stdout.toString()) as readonly (readonly [string, readonly string[]])[])
    : [];

/** What Python imports when it loads these, which nobody's pickle.dump writes. */
const judged = `
import io, json, pickle, sys
class Seen(pickle._Unpickler):
    def find_class(self, module, name):
        seen.append(module + "." + name)
        return object()
class SeenByC(pickle.Unpickler):
    find_class = Seen.find_class
out = []
for data in json.load(sys.stdin):
    both = []
    for kind in (Seen, SeenByC):
        seen = []
        try: kind(io.BytesIO(data.encode("latin1")), encoding="latin1").load()
        except Exception: pass
        both.append(seen)
    out.append(both)
json.dump(out, sys.stdout)
`;

describe('scanPickle', () => {
  const odd = [
    '\x8c\x0bcollectionsq\x01\x8c\x02os\x94h\x01\x8c\x06system\x93.',
    '\x80\x04]q\x05\x8c\x02os\x94h\x01\x8c\x06system\x93.',
    '\x80\x04]\x94\x8c\x02os\x94h\x01\x8c\x06system\x93.',
    '\x80\x04\x8c\x02osq\x00\x8c\x03sysq\x00h\x00\x8c\x04exit\x93.',
    "S'\\x6fs'\nS'sys\\164em'\n\x93.",
    'S"\\157\\163"\nS"\\a\\n\\\\\\q"\n\x93.',
    'V\\u006fs\nV\\U00000073ystem\n\x93.',
    'Vo\\x73\nVa\\\\u0062\n\x93.',
    '(S"id"\nios\nsystem\n.',
  ];

  it.skipIf(python.error !== undefined)('names what Python imports of pickles that nobody would write', () => {
    const { stdout } = spawnSync('python3', ['-c', judged], { input: JSON.stringify(odd), timeout: 30_000 });
    const theirs = JSON.parse(stdout.toString()) as readonly (readonly [readonly string[], readonly string[]])[];

    for (const [index, [pure, native]] of theirs.entries()) {
      expect([index, pure]).toEqual([index, native]);
      expect([index, named(odd[index]!)]).toEqual([index, native]);
    }
  });

  it.skipIf(python.error !== undefined)('names what Python says that its own pickles import, of every protocol', () => {
    expect(made).toHaveLength(66);
    for (const [data, imports] of made) {
      const found = scan(Buffer.from(data, 'base64'));

      expect(found.imports.map(({ module, name }) => `${module}.${name}`).sort()).toEqual(imports);
      expect(found).toMatchObject({ hasUnknownImports: false });
      expect(found.unfinished).toBeUndefined();
    }
  });

  it.skipIf(python.error !== undefined)('ends with a word where they are cut', () => {
    const whole = Buffer.from(made[5]![0], 'base64');

    for (let end = 1; end < whole.length; end++)
      expect(scan(whole.subarray(0, end)).unfinished).toMatch(/^(?:end|have)/);
  });

  it.each([
    ['GLOBAL', 'cos\nsystem\n.', 'os.system'],
    ['INST', '(S"id"\nios\nsystem\n.', 'os.system'],
    ['with a value put between and taken away', '\x80\x04\x8c\x02os\x8c\x01x0\x8c\x06system\x93.', 'os.system'],
    ['from the memo', '\x80\x04\x8c\x02os\x94\x8c\x06system\x94]h\x00h\x01\x93.', 'os.system'],
    ['from the memo of another opcode', '\x80\x04\x8c\x02osq\x07\x8c\x06system0h\x07\x8c\x06system\x93.', 'os.system'],
    ['behind a mark that is dropped', '\x80\x04\x8c\x02os(\x8c\x01a\x8c\x01b1\x8c\x06system\x93.', 'os.system'],
    ['twice the same text', '\x80\x04\x8c\x02os2\x93.', 'os.os'],
    [
      'after a value that is no text in the memo',
      '\x80\x04\x8c\x0bcollectionsq\x01\x8c\x02os\x94h\x01\x8c\x06system\x93.',
      'os.system',
    ],
    ['with escapes of Python 2', "\x80\x04S'\\x6fs'\nS'sys\\164em'\n\x93.", 'os.system'],
    ['with escapes of Unicode', 'V\\u006fs\nV\\U00000073ystem\n\x93.', 'os.system'],
    ['in a second pickle of protocol 0', 'N.cos\nsystem\n.', 'os.system'],
    ['in a second pickle', '\x80\x02N.\x80\x02cos\nsystem\n.', 'os.system'],
  ])('sees an import: %s', (_, bytes, name) => {
    expect(named(bytes)).toEqual([name]);
  });

  it('says that a name is computed', () => {
    expect(scan('\x80\x04]]\x93.')).toEqual({ imports: [], hasUnknownImports: true });
    expect(scan('\x80\x04\x93.')).toMatchObject({ hasUnknownImports: true });
  });

  it.each([
    '',
    '\x00',
    'x',
    'zzzz',
    '\x80',
    '\x8c\xff',
    `V${'a'.repeat(10_000)}`,
    '\x8d\xff\xff\xff\xff\xff\xff\xff\xffa',
    '1111',
    'R',
  ])('ends at %j', (bytes) => {
    expect(scan(bytes).imports).toEqual([]);
  });

  it('does not follow more opcodes than its budget, and keeps no more than its bounds', () => {
    expect(scan(Buffer.alloc(4_000_000, 'N')).unfinished).toMatch(/^(?:are|leave) more than/);
    expect(scan(Buffer.alloc(4_000_000, 'N0')).unfinished).toBe('are more than 3000000');
    expect(scan(Buffer.concat([Buffer.from('\x80\x04\x8e', 'latin1'), Buffer.alloc(8, 0x7f)])).unfinished).toBe(
      'end within a text',
    );
  });
});
