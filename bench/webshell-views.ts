import { deflateRawSync } from 'node:zlib';
import {
  cnnInput,
  readTokens,
  type ScriptLanguage,
  scriptLanguage,
  scriptViews,
  tokenHashes,
  tokenRoom,
} from '../src/checks/webshells/script-views.ts';
import { randomNumbers } from './random.ts';

/**
 * Measures what stands before the models that look for webshells, over generated scripts of 10 kB on average: telling
 * the language, the views, their tokens with a sum over hashed n-grams as a linear model takes it, and the input of the
 * network. CPU time of the thread, so that other work on the machine does not count.
 * Run: `node bench/webshell-views.ts [files]`.
 */
const FILES = Number(process.argv[2] ?? 4000);
const BUCKET_BITS = 18;

interface Script {
  readonly name: string;
  readonly bytes: Buffer;
}

const words = 'get set list user page option query table render filter item value path name cache post theme'.split(
  ' ',
);

function generate(i: number, next: (below: number) => number): Script {
  const word = (): string => words[next(words.length)]!;
  const ending = (['php', 'php', 'php', 'php', 'php', 'php', 'jsp', 'asp', 'pl', 'py'] as const)[i % 10]!;
  const isPage = ending === 'php' || ending === 'jsp' || ending === 'asp';
  const lines = [ending === 'php' ? '<?php' : isPage ? '<%' : `#!/usr/bin/${ending === 'pl' ? 'perl' : 'python3'}`];
  const size = 500 + next(19_000);
  const mark = ending === 'asp' ? "'" : ending === 'jsp' ? '//' : '#';
  // One in ten has constant concatenations.
  const joins = i % 10 === 3;
  let held = 0;
  while (held < size) {
    const kind = next(20);
    const line =
      kind < 3
        ? `${mark} what the ${word()} of the ${word()} is, and why it is ${word()}`
        : kind < 4
          ? `    ${word()}("some text of the ${word()}", ${joins ? '"and " . "more"' : '"no more"'});`
          : `    $${word()}_${word()} = ${word()}_${word()}($this->${word()}, "${word()}", ${next(1000)});`;
    lines.push(line);
    held += line.length + 1;
  }
  // One script in twenty holds something encoded.
  if (i % 20 === 0) lines.push(`$x = "${deflateRawSync(lines.join('\n')).toString('base64')}";`);
  if (ending === 'jsp' || ending === 'asp') lines.push('%>');
  return { name: `file${i}.${ending}`, bytes: Buffer.from(lines.join('\n')) };
}

function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const next = randomNumbers(1);
const scripts = Array.from({ length: FILES }, (_, i) => generate(i, next));
const bytes = scripts.reduce((sum, script) => sum + script.bytes.length, 0);
const weights = new Float32Array(1 << BUCKET_BITS).fill(0.001);
const room = tokenRoom();
const spent = { language: 0, views: 0, tokens: 0, network: 0 };
let views = 0;
let sum = 0;
for (const { name, bytes: script } of scripts) {
  const begin = cpu();
  const language: ScriptLanguage = scriptLanguage(name, script)!;
  const told = cpu();
  const seen = scriptViews(script, language);
  const viewed = cpu();
  for (const view of seen.slice(1)) {
    readTokens(view.bytes, language, room);
    tokenHashes(room, 0, room.count, (gram) => {
      sum += weights[gram >>> (32 - BUCKET_BITS)]!;
    });
  }
  const scored = cpu();
  sum += cnnInput(seen)[0]!;
  spent.network += cpu() - scored;
  spent.language += told - begin;
  spent.views += viewed - told;
  spent.tokens += scored - viewed;
  views += seen.length;
}
const total = spent.language + spent.views + spent.tokens;
console.log(`${FILES} scripts, ${(bytes / FILES / 1000).toFixed(1)} kB each, ${views} views (${sum.toFixed(0)})`);
for (const [part, time] of Object.entries(spent)) console.log(`${part}: ${(time / FILES).toFixed(3)} ms a script`);
console.log(
  `all but the network: ${Math.round((1000 * FILES) / total)} scripts/s, ${(bytes / total / 1000).toFixed(1)} MB/s`,
);
