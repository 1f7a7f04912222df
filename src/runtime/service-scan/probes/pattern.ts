import vm from 'node:vm';

/** Milliseconds that one search may take. */
const DEADLINE = 500;

/** A search in an answer that takes too long. */
export class SlowPatternError extends Error {
  override readonly name = 'SlowPatternError';
}

/** A regular expression that ends: what it is put to may have been made to lead it astray. */
export interface Pattern {
  readonly source: string;
  /** The first match with its groups. @throws SlowPatternError */
  find(text: string): readonly (string | undefined)[] | undefined;
  /** The same of at most so many. @throws SlowPatternError */
  all(text: string, most: number): readonly (readonly (string | undefined)[])[];
}

/**
 * @param source of JavaScript; it may begin with the flags `(?i)`, `(?m)`, `(?im)`
 * @throws SyntaxError for what is none
 */
export function patternOf(source: string): Pattern {
  const [whole = '', flags = ''] = /^\(\?([im]+)\)/.exec(source) ?? [];
  const expression = new RegExp(source.slice(whole.length), `g${flags}`);
  let late = false;
  const search = <T>(run: () => T): T => {
    // What was too slow once is slow again.
    if (late) throw new SlowPatternError(`too slow a regular expression: ${source}`);
    try {
      return withDeadline(run);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      late = true;
      throw new SlowPatternError(`too slow a regular expression: ${source}`);
    }
  };
  return {
    source,
    find: (text) => search(() => text.matchAll(expression).next().value),
    all: (text, most) => search(() => text.matchAll(expression).take(most).toArray()),
  };
}

const room = vm.createContext(Object.create(null) as object);
const script = new vm.Script('run()');

/** The engine of regular expressions hears of the end of a script's time. */
function withDeadline<T>(run: () => T): T {
  room['run'] = run;
  try {
    return script.runInContext(room, { timeout: DEADLINE }) as T;
  } finally {
    room['run'] = undefined;
  }
}
