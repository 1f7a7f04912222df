import { readFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Compiler, initSync, type Scanner } from '@virustotal/yara-x';
// Types alone: in the bundle it would load half the program with anything else.
import type { BackendMatch, Variables } from './backend.ts';
import type { WasmAnswer, WasmOrder, WasmThreadData } from './wasm-backend.ts';

/** A rule as the library tells of it, whether it matched with patterns or without. */
interface LibraryMatch {
  readonly identifier: string;
  readonly isPrivate: boolean;
  readonly tags: readonly string[];
  readonly metadata: readonly { readonly identifier: string; readonly value: unknown }[];
  readonly patterns: readonly {
    readonly identifier: string;
    readonly isPrivate: boolean;
    readonly matches: readonly { readonly offset: number; readonly length: number }[];
  }[];
}

const { port, answered } = workerData as WasmThreadData;
const program = new URL('./yara_x_js_bg.wasm', import.meta.resolve('@virustotal/yara-x'));
let scanner: Scanner | undefined;
let isReady = false;
/** Variables that the text speaks of, and what they are: a change of one takes as long as a scan. */
let asked: readonly (keyof Variables)[] = [];
let given: Record<string, string> = {};

port.on('message', (order: WasmOrder) => {
  let answer: WasmAnswer;
  try {
    answer = order.kind === 'compile' ? compile(order) : scan(order.bytes, order.variables);
  } catch (error) {
    answer = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
  port.postMessage(answer);
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
});

function compile({ text, maxMatches, variables }: WasmOrder & { kind: 'compile' }): WasmAnswer {
  if (!isReady) initSync({ module: readFileSync(program) });
  isReady = true;
  const compiler = new Compiler();
  for (const [name, value] of Object.entries(variables)) compiler.defineGlobal(name, value);
  try {
    compiler.addSource(text);
  } catch {
    return { kind: 'refused', errors: compiler.errors };
  }
  scanner = compiler.build().scanner();
  scanner.setMaxMatchesPerPattern(maxMatches);
  asked = (Object.keys(variables) as (keyof Variables)[]).filter((name) => text.includes(name));
  given = { ...variables };
  return { kind: 'compiled' };
}

function scan(bytes: Uint8Array, variables: Variables): WasmAnswer {
  if (scanner === undefined) throw new Error('nothing is compiled');
  for (const name of asked) {
    if (given[name] === variables[name]) continue;
    scanner.setGlobal(name, variables[name]);
    given[name] = variables[name];
  }
  const { matches } = scanner.scan(bytes) as { matches: readonly LibraryMatch[] };
  return { kind: 'scanned', matches: matches.filter(({ isPrivate }) => !isPrivate).map(told) };
}

function told({ identifier: name, tags, metadata, patterns }: LibraryMatch): BackendMatch {
  const isPlain = (value: unknown): boolean => typeof value !== 'object' && typeof value !== 'bigint';
  return {
    name,
    tags,
    // The native library has no more to say of what is not UTF-8.
    meta: Object.fromEntries(
      metadata.map(({ identifier, value }) => [
        identifier,
        isPlain(value) ? (value as string | number | boolean) : typeof value === 'bigint' ? Number(value) : 'unknown',
      ]),
    ),
    patterns: patterns
      .filter(({ isPrivate }) => !isPrivate)
      .flatMap((pattern) =>
        pattern.matches.map(({ offset, length }) => ({ identifier: pattern.identifier, offset, length })),
      ),
  };
}
