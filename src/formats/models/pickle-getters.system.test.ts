import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { MemorySource } from '../byte-source.ts';
import { scanPickle } from './pickle.ts';

/** What `getattr` is called with, where Python follows opcodes in any order. */
const followed = `
import io, json, pickle, sys
class Made:
    def __init__(self, path=None): self.path = path
    def __call__(self, *args, **kwargs): return Made()
    def __setitem__(self, key, value): pass
    def __setstate__(self, state): pass
    def append(self, value): pass
def getter(*args, **kwargs):
    if len(args) == 2 and isinstance(args[0], Made) and args[0].path and isinstance(args[1], str):
        reached.append(args[0].path + "." + args[1])
        return Made(reached[-1])
    reached.append("builtins getattr")
    return Made()
class Seen(pickle.Unpickler):
    def find_class(self, module, name):
        return getter if name == "getattr" else Made(module + " " + name)
    def persistent_load(self, pid): return pid
out = []
for data in json.load(sys.stdin):
    reached = []
    try: Seen(io.BytesIO(data.encode("latin1")), encoding="latin1").load()
    except Exception: pass
    out.append(reached)
json.dump(out, sys.stdout)
`;

const getter = 'cbuiltins\ngetattr\n';
const pieces = [
  ...[getter, getter, 'cm\nC\n', 'cm\nD\n', '\x8c\x01a', '\x8c\x01b', 'Va.b\n', 'N', ']', ')'],
  ...['(', '(', '0', '1', '2', 't', 't', 'l', 'o', 'R', 'R', 'R', '\x81', '\x85', '\x86', '\x86', '\x86', '\x87', 'Q'],
  ...[
    '\x94',
    '\x94',
    'q\x00',
    'q\x01',
    'p3\n',
    'h\x00',
    'h\x00',
    'h\x01',
    'g3\n',
    'h\x02',
    'a',
    'b',
    'ibuiltins\ngetattr\n',
  ],
  // What Python writes, in parts and whole, and out of the memo.
  ...Array.from({ length: 12 }, () => `${getter}q\x00cm\nC\n\x8c\x01a\x86R`),
  ...Array.from({ length: 6 }, () => 'h\x00cm\nD\n\x8c\x01b\x86R'),
  ...[`${getter}q\x00`, 'cm\nC\n\x8c\x01a\x86', 'cm\nC\n\x8c\x01a\x86R', '(cm\nC\nVb\nt', 'h\x00cm\nD\n\x8c\x01b\x86R'],
];

function anyOrder(seed: number): string {
  let state = seed + 1;
  const next = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
  const chosen = Array.from({ length: 4 + (next() % 9) }, () => pieces[next() % pieces.length]!);
  return `\x8c\x01ap3\n${chosen.join('')}.`;
}

const hasPython = spawnSync('python3', ['--version']).error === undefined;

it.skipIf(!hasPython)('sees whatever Python gets by getattr, or that it does', () => {
  const made = Array.from({ length: 20_000 }, (_, seed) => anyOrder(seed));
  const { stdout } = spawnSync('python3', ['-c', followed], {
    input: JSON.stringify(made),
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  });
  const theirs = JSON.parse(stdout.toString()) as readonly (readonly string[])[];
  let exact = 0;

  for (const [index, reached] of theirs.entries()) {
    const ours = new Set<string>();
    const source = new MemorySource(Buffer.from(made[index]!, 'latin1'));
    scanPickle(source, ({ module, name }) => void ours.add(`${module} ${name}`));
    if (ours.has('builtins getattr')) continue;
    expect([made[index], reached.filter((one) => !ours.has(one))]).toEqual([made[index], []]);
    if (reached.length > 0) exact++;
  }
  expect(exact).toBeGreaterThan(200);
  expect(theirs.filter((reached) => reached.includes('builtins getattr')).length).toBeGreaterThan(50);
});
