import type { BackendMatch, BackendRules, Variables } from './backend.ts';
import { noVariables, variableNames } from './backend.ts';
import type { RuleOrigin } from './compile-rules.ts';
import { PROGRAM } from './rule-units.ts';
import type { FileVariables, YaraMatch, YaraRules, YaraScan } from './yara-rules.ts';

/** Rules that are shown the same files, ready or to be made so when the first such file comes. */
export interface SetUnit {
  readonly starts?: readonly string[];
  readonly notPrograms?: readonly string[];
  load(): BackendRules;
}

export interface SetParts {
  readonly engine: YaraRules['engine'];
  readonly units: readonly SetUnit[];
  readonly origins: ReadonlyMap<string, RuleOrigin>;
  readonly maxMatches: number;
}

/** What was compiled of a set, as one thing. */
export function compiledSet({ engine, units, origins, maxMatches }: SetParts): YaraRules {
  const ready: (BackendRules | undefined)[] = [];
  const longest = Math.max(PROGRAM.length, ...units.flatMap(({ starts = [] }) => starts.map(({ length }) => length)));
  const notPrograms = units.map((unit) => new Set(unit.notPrograms));
  return {
    engine,
    scan: (bytes, variables) => {
      if (bytes.length === 0) return { matches: [], timedOut: false };
      const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(longest, bytes.length)).toString('latin1');
      const isProgram = start.startsWith(PROGRAM);
      const given = variables === undefined ? noVariables : variablesOf(variables);
      const matches = new Map<string, BackendMatch>();
      let timedOut = false;
      let failure: string | undefined;
      for (const [at, { starts, load }] of units.entries()) {
        if (starts !== undefined && !starts.some((one) => start.startsWith(one))) continue;
        try {
          const rules = ready[at] ?? load();
          ready[at] = rules;
          const found = rules.scan(bytes, given);
          if (found === undefined) timedOut = true;
          for (const match of found ?? [])
            if (!isProgram || !notPrograms[at]?.has(match.name)) matches.set(match.name, match);
        } catch (error) {
          failure = (error as Error).message;
        }
      }
      return finish(matches, { timedOut, ...(failure === undefined ? {} : { failure }) });
    },
    close: () => {
      for (const rules of ready) rules?.close();
      ready.length = 0;
    },
  };

  function finish(found: ReadonlyMap<string, BackendMatch>, end: Omit<YaraScan, 'matches'>): YaraScan {
    const matches: YaraMatch[] = [];
    for (const { name, tags, meta, patterns } of found.values()) {
      const { rule, file } = origins.get(name) ?? { rule: name, file: '' };
      matches.push({ rule, namespace: file, tags, meta, patterns, flooded: floodedOf(patterns, maxMatches) });
    }
    return { matches, ...end };
  }
}

function floodedOf(patterns: BackendMatch['patterns'], maxMatches: number): string[] {
  const flooded: string[] = [];
  let count = 0;
  for (const [at, { identifier }] of patterns.entries()) {
    count = identifier === patterns[at - 1]?.identifier ? count + 1 : 1;
    if (count === maxMatches) flooded.push(identifier);
  }
  return flooded;
}

function variablesOf(variables: FileVariables): Variables {
  const all: Record<string, string> = {};
  for (const name of variableNames) all[name] = stringOf(variables[name]);
  return all as Variables;
}

/** The native library takes such words for numbers and truth values, and there is no way to tell it otherwise. */
const NO_STRING = /^(?:[+-]?\d+|true|false)$/i;

function stringOf(value: string | undefined): string {
  return value === undefined || NO_STRING.test(value) ? '' : value.toWellFormed();
}
