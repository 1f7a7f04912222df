import { DeclaredList, type DeclaredPackages } from './declared.ts';
import { MAX_TOKENS, type PythonToken, pythonTokens } from './python-tokens.ts';
import { parseRequirement } from './requirement.ts';

/** Arguments of `setup()` that ask for packages, and the groups they are for. */
const wanted: ReadonlyMap<string, readonly string[]> = new Map([
  ['install_requires', []],
  ['tests_require', ['test']],
  ['extras_require', []],
]);

/** Lists that are read of one file: one that has no end is read to the end of the file. */
const MAX_LISTS = 20;

/**
 * Reads the requirements that stand in `setup.py` as texts: in the lists, tuples and dictionaries of `install_requires`,
 * `tests_require` and `extras_require`, or of the name that is given for them. Nothing is run, so what a program would put
 * together (`'%s==1.0' % name`) is left out.
 * Source: setuptools, "Keywords".
 */
export function parseSetupPy(text: string): DeclaredPackages {
  const tokens = pythonTokens(text);
  const list = new DeclaredList();
  let lists = 0;
  for (const [at, token] of tokens.entries()) {
    const groups = token.kind === 'mark' ? undefined : wanted.get(token.text);
    if (groups === undefined || !isMark(tokens[at + 1], token.kind === 'name' ? '=' : ':')) continue;
    const start = valueAt(tokens, at + 2);
    if (start === undefined) continue;
    if (++lists > MAX_LISTS) return list.result(`it has more than ${MAX_LISTS} lists`);
    for (const { text: requirement, group } of textsOf(tokens, start)) {
      const parsed = parseRequirement(requirement);
      if (parsed === undefined) continue;
      const own = group === undefined ? groups : [group];
      list.add(parsed.name, parsed.version, { groups: own });
    }
  }
  const isCut = tokens.length >= MAX_TOKENS;
  return list.result(
    isCut ? `it is longer than the ${MAX_TOKENS} names, texts and marks that are read of such a file` : undefined,
  );
}

/** Where the value begins: here, or where the name that stands here is assigned a list. */
function valueAt(tokens: readonly PythonToken[], at: number): number | undefined {
  const token = tokens[at];
  if (token?.kind !== 'name') return token === undefined ? undefined : at;
  const assigned = tokens.findIndex(
    (one, i) => one.kind === 'name' && one.text === token.text && isMark(tokens[i + 1], '=') && opens(tokens[i + 2]),
  );
  return assigned < 0 ? undefined : assigned + 2;
}

interface FoundText {
  readonly text: string;
  /** Key of the dictionary it stands under. */
  readonly group?: string;
}

/** Texts between an opening bracket and the one that closes it; a single text where no bracket stands. */
function* textsOf(tokens: readonly PythonToken[], start: number): Generator<FoundText> {
  const first = tokens[start];
  if (first?.kind === 'text' && !first.isOpen) {
    for (const text of first.text.split('\n')) yield { text };
  }
  if (!opens(first)) return;
  let depth = 0;
  let group: string | undefined;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (opens(token)) depth++;
    else if (closes(token)) {
      depth--;
      if (depth === 0) return;
    } else if (token.kind === 'text') {
      let { text, isOpen } = token;
      for (let more = tokens[at + 1]; more?.kind === 'text'; more = tokens[at + 1]) {
        text += more.text;
        isOpen ||= more.isOpen;
        at++;
      }
      const next = tokens[at + 1];
      if (isMark(next, ':')) group = text.split(':', 1)[0];
      else if (!isOpen && !isMark(next, '%') && !isMark(next, '.') && !isMark(next, '+')) {
        yield group === undefined || group === '' ? { text } : { text, group };
      }
    }
  }
}

function isMark(token: PythonToken | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

function opens(token: PythonToken | undefined): boolean {
  return token?.kind === 'mark' && (token.text === '[' || token.text === '(' || token.text === '{');
}

function closes(token: PythonToken): boolean {
  return token.kind === 'mark' && (token.text === ']' || token.text === ')' || token.text === '}');
}
