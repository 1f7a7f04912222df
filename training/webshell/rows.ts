import { openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import type { ScriptLanguage } from '../../src/checks/webshells/script-views.ts';
import { type Change, changes, legallyEncoded, mangled, sealed, spliced } from './changes.ts';
import { type Random, randomOf } from './random.ts';

/** A line of corpus.ndjson, as far as it is read here. */
interface Line {
  readonly path: string;
  readonly sha256: string;
  readonly language: ScriptLanguage;
  readonly label: 'webshell' | 'benign';
  readonly split: 'train' | 'validation';
  readonly noisy?: boolean;
  readonly offset: number;
  readonly length: number;
}

/** A file of the corpus, or a change of one. */
export interface Row {
  /** Its line. */
  readonly index: number;
  /** What was done to it; empty: nothing. */
  readonly variant: string;
  readonly name: string;
  readonly content: Buffer;
  /** As the index says. */
  readonly language: ScriptLanguage;
  readonly train: boolean;
}

/** Shells of validation that are changed to see whether they are still found. */
const CHANGED = 200;
/** Files as encoders write them that have nothing of a file in them. */
const MANGLED = 500;
const SEALED = 600;
/** Honest files of train that are encoded. */
const ENCODED = 1200;

/** All rows of a corpus, in an order that depends on nothing else: files first. */
export function* rowsOf(corpus: string): Iterable<Row> {
  const lines = readFileSync(path.join(corpus, 'corpus.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const bin = openSync(path.join(corpus, 'corpus.bin'), 'r');

  function read({ offset, length }: Line): Buffer {
    const content = Buffer.alloc(length);
    readSync(bin, content, 0, length, offset);
    return content;
  }

  function row(index: number, variant: string, name: string, content: Buffer): Row {
    return { index, variant, name, content, language: lines[index]!.language, train: lines[index]!.split === 'train' };
  }

  const benign = (split: Line['split'], language: ScriptLanguage): number[] =>
    lines.flatMap((line, i) =>
      line.split === split && line.label === 'benign' && line.language === language && line.length > 1000 ? [i] : [],
    );
  const honest = new Map<string, number[]>();
  function honestFile(split: Line['split'], language: ScriptLanguage, random: Random): Buffer {
    const key = `${split} ${language}`;
    if (!honest.has(key)) honest.set(key, benign(split, language));
    const choices = honest.get(key)!;
    return choices.length === 0 ? Buffer.alloc(0) : read(lines[random.pick(choices)]!);
  }

  /** At least `size` bytes of honest code, of as many files as it takes. */
  function honestBytes(split: Line['split'], language: ScriptLanguage, size: number, random: Random): Buffer {
    const parts: Buffer[] = [];
    for (let left = size; left > 0 && parts.length < 40; ) {
      const part = honestFile(split, language, random);
      parts.push(part, Buffer.from(part.lastIndexOf('<?') > part.lastIndexOf('?>') ? '\n?>\n' : '\n'));
      left -= part.length + 1;
    }
    return Buffer.concat(parts);
  }

  const names = Object.keys(changes) as Change[];

  for (const [i, line] of lines.entries()) {
    const content = read(line);
    yield row(i, '', line.path, content);
    if (line.split !== 'train' || line.label !== 'webshell' || line.noisy) continue;
    const random = randomOf(`train ${line.sha256}`);
    const { language } = line;
    const front = random.below(3) > 0 ? random.below(30_000) : 0;
    const back = front === 0 || random.below(2) === 0 ? random.below(15_000) : 0;
    const first = honestBytes('train', language, front, random);
    const second = honestBytes('train', language, back, random);
    yield row(i, 'spliced', `a.${language}`, spliced(content, first, front, second, back));
    if (language === 'php' && random.below(2) === 0) {
      const change = random.pick(names);
      yield row(i, change, 'a.php', changes[change](content, random));
    }
  }

  const encoded = randomOf('encoded');
  const choices = benign('train', 'php');
  for (let i = 0; i < ENCODED && choices.length > 0; i++) {
    const index = encoded.pick(choices);
    yield row(index, 'encoded', 'a.php', legallyEncoded(read(lines[index]!), encoded));
  }

  const shells = lines.flatMap((line, i) =>
    line.split === 'validation' && line.label === 'webshell' && line.language === 'php' && !line.noisy ? [i] : [],
  );
  const drawn = randomOf('changed');
  for (let i = 0; i < CHANGED && shells.length > 0; i++) {
    const [index] = shells.splice(drawn.below(shells.length), 1);
    const line = lines[index!]!;
    const content = read(line);
    const random = randomOf(`validation ${line.sha256}`);
    yield row(index!, 'same', 'a.php', content);
    for (const change of names) yield row(index!, change, 'a.php', changes[change](content, random));
    const first = honestBytes('validation', 'php', 20_000, random);
    const second = honestBytes('validation', 'php', 10_000, random);
    yield row(index!, 'front-20k', 'a.php', spliced(content, first, 20_000, second, 0));
    yield row(index!, 'around-20k', 'a.php', spliced(content, first, 10_000, second, 10_000));
    yield row(index!, 'back-20k', 'a.php', spliced(content, second, 0, first, 20_000));
  }
  const drawnNames = randomOf('mangled');
  for (let i = 0; i < MANGLED && choices.length > 0; i++) {
    // Whose file it is does not matter: nothing of it is in it.
    yield row(drawnNames.pick(choices), 'encoded', 'a.php', mangled(drawnNames));
  }
  const drawnStubs = randomOf('sealed');
  for (let i = 0; i < SEALED && choices.length > 0; i++) {
    yield row(drawnStubs.pick(choices), 'encoded', 'a.php', sealed(drawnStubs));
  }
}
