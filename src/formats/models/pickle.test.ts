import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import { type PickleImport, scanPickle } from './pickle.ts';

function scan(bytes: Buffer | string) {
  const imports = new Map<string, PickleImport>();
  const source = new MemorySource(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  const result = scanPickle(source, (one) => void imports.set(`${one.module} ${one.name}`, one));
  return { imports: [...imports.values()], ...result };
}
const named = (bytes: Buffer | string): readonly string[] =>
  scan(bytes).imports.map(({ module, name }) => `${module}.${name}`);

/** As they are seen, those that come twice too. */
function unmerged(bytes: string): readonly string[] {
  const names: string[] = [];
  scanPickle(
    new MemorySource(Buffer.from(bytes, 'latin1')),
    ({ module, name }) => void names.push(`${module}.${name}`),
  );
  return names;
}

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

/** What Python imports of opcodes in any order: whatever is imported takes any call. */
const followed = `
import io, json, pickle, sys
class Any:
    def __new__(cls, *args, **kwargs): return object.__new__(cls)
    def __init__(self, *args, **kwargs): pass
    def __call__(self, *args, **kwargs): return self
    def __getattr__(self, name):
        if name.startswith("__"): raise AttributeError(name)
        return self
    def __setitem__(self, key, value): pass
    def __setstate__(self, state): pass
class Seen(pickle.Unpickler):
    def find_class(self, module, name):
        seen.append(module + " " + name)
        return Any
    def persistent_load(self, pid): return None
out = []
for data in json.load(sys.stdin):
    seen, done = [], True
    try: Seen(io.BytesIO(data.encode("latin1")), encoding="latin1", buffers=[b""] * 100).load()
    except Exception: done = False
    out.append([seen, done])
json.dump(out, sys.stdout)
`;

/** Opcodes that leave, take and remember values, and texts and imports among them. */
const pieces = [
  ...[
    '(',
    '0',
    '1',
    '2',
    ']',
    '}',
    ')',
    'N',
    't',
    'l',
    'd',
    'a',
    'e',
    's',
    'u',
    'o',
    'b',
    'R',
    'Q',
    '\x81',
    '\x85',
    '\x86',
    '\x87',
  ],
  ...[
    '\x88',
    '\x8f',
    '\x90',
    '\x91',
    '\x92',
    '\x94',
    '\x94',
    '\x97',
    '\x98',
    'K\x01',
    'M\x01\x02',
    'J\x01\x02\x03\x04',
    'G12345678',
  ],
  ...['I1\n', 'F1.5\n', 'L7L\n', 'Pid\n', '\x8a\x01\x05', 'C\x01x', '\x80\x04'],
  ...[
    'q\x00',
    'q\x01',
    'r\x02\x00\x00\x00',
    'p1\n',
    'p 0_1 \n',
    'p+03\n',
    'h\x00',
    'h\x01',
    'j\x02\x00\x00\x00',
    'g01\n',
    'g3\n',
  ],
  ...[
    '\x8c\x01a',
    '\x8c\x01b',
    'X\x02\x00\x00\x00cd',
    "S'e'\n",
    'Vf\n',
    'U\x01g',
    '\x93',
    '\x93',
    'cm\nn\n',
    'ik\nl\n',
  ],
];
const numberOf = (state: number): number => Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;

function anyOrder(seed: number): string {
  let state = seed;
  // Something to take, and to remember.
  let bytes = `\x8c\x01Aq\x00p3\n${'(cx\ny\n)R2)'.repeat(2)}\x8c\x01aq\x01r\x02\x00\x00\x00`;
  for (let i = 0; i < 8; i++) {
    state = numberOf(state + 0x9e3779b9);
    bytes += pieces[state % pieces.length];
  }
  return `${bytes}.`;
}

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
    // Keys of the memo are what int() takes for numbers.
    ...['1_0', '010', ' 10', '+10', '10\t', '\v10\f', '0_0_1_0', '10\r'].map((key) => memoised('10', key)),
    ...['10', '1_0', '\t010 ', '+1_0'].map((key) => memoised(key, '10')),
    ...['1__0', '_10', '10_', '0x0a', '1e1', '', '10.0', '+ 10', '-10', ' ', '9'].map((key) => memoised('10', key)),
    memoised('0', '-0'),
  ];

  it.skipIf(python.error !== undefined)('names what Python imports of pickles that nobody would write', () => {
    const { stdout } = spawnSync('python3', ['-c', judged], { input: JSON.stringify(odd), timeout: 30_000 });
    const theirs = JSON.parse(stdout.toString()) as readonly (readonly [readonly string[], readonly string[]])[];

    for (const [index, [pure, native]] of theirs.entries()) {
      expect([index, pure]).toEqual([index, native]);
      expect([index, named(odd[index]!)]).toEqual([index, native]);
    }
  });

  it.skipIf(python.error !== undefined)('sees no less than Python of opcodes in any order, and no other end', () => {
    const made = Array.from({ length: 10_000 }, (_, seed) => anyOrder(seed));
    const { stdout } = spawnSync('python3', ['-c', followed], {
      input: JSON.stringify(made),
      maxBuffer: 64 * 1024 * 1024,
      timeout: 60_000,
    });
    const theirs = JSON.parse(stdout.toString()) as readonly (readonly [readonly string[], boolean])[];

    expect(theirs.filter(([seen, done]) => done || seen.length > 1).length).toBeGreaterThan(500);
    for (const [index, [seen, done]] of theirs.entries()) {
      const { imports, hasUnknownImports, unfinished } = scan(made[index]!);
      const ours = new Set(imports.map(({ module, name }) => `${module} ${name}`));
      const missed = hasUnknownImports ? [] : seen.filter((one) => !ours.has(one));
      expect([made[index], missed]).toEqual([made[index], []]);
      if (done) expect([made[index], unfinished]).toEqual([made[index], undefined]);
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
    [
      'behind lines longer than any name',
      `V${'a'.repeat(100_000)}\n0L${'1'.repeat(70_000)}L\n0cos\nsystem\n.`,
      'os.system',
    ],
    ['behind many pickles', `${'\x80\x02N.'.repeat(5000)}\x80\x02cos\nsystem\n.`, 'os.system'],
    ['behind many pickles of protocol 0', `${'N.'.repeat(5000)}cos\nsystem\n.`, 'os.system'],
    ['behind a NUL in a key', "S'os'\np1\x00a\n0g1\nS'system'\n\x93.", 'os.system'],
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
    ['an extension code', '\x82\x01.'],
    ['one of two bytes', '\x83\x01\x02.'],
    ['one of four bytes', '\x84\x01\x02\x03\x04.'],
    ['a line longer than any name', `c${'a'.repeat(10_000)}\nb\n.`],
    ['a text longer than any name', `V${'a'.repeat(10_000)}\nVb\n\x93.`],
  ])('says that a name is not known: %s', (_, bytes) => {
    expect(scan(bytes)).toEqual({ imports: [], hasUnknownImports: true });
  });

  it('follows pickles in pickles', () => {
    const inner = '\x80\x02cos\nsystem\n.';
    const bytes = (body: string): string => `B${String.fromCharCode(body.length)}\0\0\0${body}`;
    const outer = `\x80\x03ctorch.storage\n_load_from_bytes\n${bytes(inner)}\x85R.`;
    const text = Buffer.from(inner, 'latin1').toString('latin1');
    const utf8 = Buffer.from(text, 'utf8').toString('latin1');

    expect(named(outer)).toEqual(['torch.storage._load_from_bytes', 'os.system']);
    expect(named(`\x80\x03${bytes(outer)}.`)).toEqual(['torch.storage._load_from_bytes', 'os.system']);
    expect(named(`\x80\x02X${String.fromCharCode(utf8.length)}\0\0\0${utf8}.`)).toEqual(['os.system']);
    expect(scan(`\x80\x03${bytes('\x80\x02\xff and more')}.`)).toEqual({ imports: [], hasUnknownImports: false });
    expect(scan(`\x80\x03${bytes('\x80\x02ca b\n\x01\n\xff')}.`)).toEqual({ imports: [], hasUnknownImports: false });
    const wide = bytes(`\x80\x02${'N0'.repeat(60)}`).repeat(40_000);
    expect(scan(`\x80\x03${wide}.`)).toMatchObject({ unfinished: 'are more than 3000000' });
  });

  it.each([
    ['__globals__', true],
    ['__init__.__globals__', true],
    ['__class__.__base__.__subclasses__', true],
    ['__builtins__', true],
    ['__init__', false],
    ['__module__', false],
    ['the text __globals__ of a book', false],
    ['a__globals__', false],
  ])('names what leads to all of Python: %s is %s', (text, expected) => {
    expect(scan(`V${text}\n.`).reachesIn === true).toBe(expected);
    expect(scan(`X${String.fromCharCode(text.length)}\0\0\0${text}.`).reachesIn === true).toBe(expected);
  });

  const getter = 'cbuiltins\ngetattr\n';
  it.each([
    ['a class', `${getter}(cm\nC\nVmake\ntR.`, ['m.C', 'm.C.make']],
    [
      'a class, in protocol 4',
      '\x8c\x08builtins\x8c\x07getattr\x93\x94cm\nC\n\x8c\x04make\x86\x94R\x94.',
      ['m.C', 'm.C.make'],
    ],
    ['what another got', `${getter}(${getter}(cm\nC\nVa\ntRVb\ntR.`, ['m.C', 'm.C.a', 'm.C.a.b']],
    ['itself, out of the memo', `${getter}p0\n(cm\nC\nVa\ntR0g0\n(cm\nD\nVb\ntR.`, ['m.C', 'm.C.a', 'm.D', 'm.D.b']],
    ['a value', `${getter}(NVmake\ntR.`, ['builtins.getattr']],
    ['by a name that is computed', `${getter}(cm\nC\n]tR.`, ['m.C', 'builtins.getattr']],
    ['by a way', `${getter}(cm\nC\nVa.b\ntR.`, ['m.C', 'builtins.getattr']],
    ['with what is taken in its place', `${getter}(cm\nC\nVa\nNtR.`, ['m.C', 'builtins.getattr']],
    ['as an argument', `cm\nmap\n(${getter}NtR.`, ['m.map', 'builtins.getattr']],
    ['and is left', `${getter}.`, ['builtins.getattr']],
    ['and is left, cut', getter, ['builtins.getattr']],
    ['and is dropped', `${getter}0N.`, ['builtins.getattr']],
    ['doubled', `${getter}2(cm\nC\nVa\ntR0.`, ['m.C', 'm.C.a', 'builtins.getattr']],
    ['once more, from the memo', `${getter}p0\n(cm\nC\nVa\ntRg0\n(NNtR.`, ['m.C', 'm.C.a', 'builtins.getattr']],
    ['in a memo of the pickle before', `${getter}p0\n(cm\nC\nVa\ntR.g0\n(NNtR.`, ['m.C', 'm.C.a', 'builtins.getattr']],
    ['with INST', '(cm\nC\nVa\nibuiltins\ngetattr\n.', ['m.C', 'builtins.getattr']],
    ['what INST made', '(Vx\nVy\nibuiltins\ngetattr\n(cm\nC\nVa\ntR.', ['builtins.getattr', 'm.C']],
    ['with NEWOBJ', `${getter}(cm\nC\nVa\nt\x81.`, ['m.C', 'builtins.getattr']],
    ['of itself', `${getter}(${getter}V__self__\ntR.`, ['builtins.getattr', 'builtins.getattr']],
  ])('takes an attribute that is got of %s for an import, or tells how it is got', (_, bytes, names) => {
    expect(unmerged(bytes)).toEqual(names);
  });

  it('makes no long names of attributes of attributes', () => {
    const deep = `${`${getter}(`.repeat(20_000)}cm\nC\n${'Vattribute\ntR'.repeat(20_000)}.`;
    expect(Math.max(...named(deep).map((name) => name.length))).toBeLessThan(300);
    expect(named(deep)).toContain('builtins.getattr');
  });

  it('keeps getters in a memo that is full', () => {
    const full = Array.from({ length: 1_000_001 }, (_, at) => (at === 0 ? 'N\x94' : '\x94')).join('');
    expect(named(`${full}${getter}\x94(cm\nC\nVa\ntR.`)).toEqual(['builtins.getattr', 'm.C', 'm.C.a']);
  });

  it('tells of every import, however many there are', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `ccollections\nA${index}\n0`).join('');
    expect(named(`\x80\x02${many}cos\nsystem\n.`)).toHaveLength(5001);
  });

  it('takes arrays behind five pickles of PyTorch for no pickle, whatever they begin with', () => {
    const five = `\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.${'\x80\x02M\xe9\x03.'.repeat(4)}`;
    expect(scan(`${five}\x80\x02\x00\x00\x00`)).toEqual({ imports: [], hasUnknownImports: false });
    expect(scan(`${five}\x93\x00\x00\x00\x00`)).toEqual({ imports: [], hasUnknownImports: false });
    expect(scan(`${five}c\x00\n\x01\n\x00`)).toEqual({ imports: [], hasUnknownImports: false });
    expect(named(`${five}\x80\x02cos\nsystem\n.`)).toEqual(['os.system']);
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
    expect(scan(Buffer.alloc(4_000_000, 'N0'))).toMatchObject({ unfinished: 'are more than 3000000', gaveUp: true });
    expect(scan(Buffer.alloc(4_000_000, '.'))).toMatchObject({ unfinished: 'are more than 3000000', gaveUp: true });
    expect(scan(Buffer.concat([Buffer.from('\x80\x04\x8e', 'latin1'), Buffer.alloc(8, 0x7f)])).unfinished).toBe(
      'end within a text',
    );
  });
});

/** `os.system`, its first text taken out of the memo by another writing of the same key. */
function memoised(put: string, get: string): string {
  return `S'os'\np${put}\n0g${get}\nS'system'\n\x93.`;
}
