import { closing } from './condition-operands.ts';

/** What files begin with of which a module has anything to tell. */
export const moduleStarts: Readonly<Record<string, readonly string[]>> = { pe: ['MZ'], dotnet: ['MZ'] };

/** Modules that do not look at a file before a rule calls one of their functions. */
export const idleModules: ReadonlySet<string> = new Set(['math', 'string', 'time', 'hash', 'console']);

/** Whether `not` of an operand is true of no file but those that the module knows: it is undefined of all others. */
export function isUndefinedElsewhere(words: readonly string[], from: number, to: number, module: string): boolean {
  return words[from] !== 'for' && hasField(words, from, to, module);
}

/**
 * Whether an operand (see `operandsOf`) that speaks of a module is true of no file but those that the module knows: it is
 * false of all others, or undefined, which is the same there.
 */
export function isTrueOfKindOnly(words: readonly string[], from: number, to: number, module: string): boolean {
  return (
    (words[from] === module && isAnswerOfModule(words, from, to)) ||
    (words[from] === 'for' ? isLoopOverField(words, from, to, module) : hasField(words, from, to, module))
  );
}

const comparisons = new Set(
  'contains icontains startswith istartswith endswith iendswith iequals matches true'.split(' '),
);

/**
 * `pe.is_pe`, `pe.imports("a")`, `pe.imphash() == "..."`: of other files fields are undefined, and functions that tell yes
 * or no or count tell no or 0. So what is compared with 0, denied or computed may be true of them.
 */
function isAnswerOfModule(words: readonly string[], from: number, to: number): boolean {
  for (let at = from + 1; at < to; at++) {
    const word = words[at] as string;
    if (isName(word) ? words[at - 1] !== '.' && !comparisons.has(word) : /^[-+*%&|^~<!#@$\\:]|^0[x0]*$/.test(word)) {
      return false;
    }
  }
  return true;
}

/** Words that make something of what is undefined, or judge nothing of what they bind. */
const deciders = new Set('and or not defined for of with'.split(' '));

/**
 * `pe.sections[0].name == "x"`, `$a at pe.entry_point`, `pe.number_of_signatures == 0`: whatever is made of a field that is
 * undefined is undefined.
 */
function hasField(words: readonly string[], from: number, to: number, module: string): boolean {
  let isThere = false;
  for (let at = from; at < to; at++) {
    const word = words[at] as string;
    if (isMember(words, at)) continue;
    if (deciders.has(word)) return false;
    isThere ||= word === module && isField(words, at, to);
  }
  return isThere;
}

/**
 * A field, no constant (`pe.DLL`), no function but the one that is as undefined, and none of those that are always there
 * (`pe.is_pe`).
 */
function isField(words: readonly string[], module: number, to: number): boolean {
  let at = module + 1;
  const name = words[at + 1];
  if (words[at] !== '.' || name === undefined || /^is_|^[A-Z\d_]+$/.test(name)) return false;
  for (; at < to; ) {
    if (words[at] === '.') at += 2;
    else if (words[at] === '[') {
      for (let depth = 0; at < to; ) {
        if (words[at] === '[') depth++;
        else if (words[at] === ']') depth--;
        at++;
        if (depth === 0) break;
      }
    } else return words[at] !== '(' || (name === 'imphash' && at === module + 3);
  }
  return true;
}

/** `for any i in (0 .. pe.number_of_sections) : ( ... )`, `for any s in pe.sections : ( ... )`: there is nothing to go over. */
function isLoopOverField(words: readonly string[], from: number, to: number, module: string): boolean {
  const start = words.indexOf('in', from) + 1;
  const colon = words.indexOf(':', start);
  if (start === 0 || colon < 0 || colon >= to || words[colon + 1] !== '(' || closing(words, colon + 1, to) !== to - 1) {
    return false;
  }
  if (words[start] !== '(') {
    return words[from + 1] === 'any' && words[start] === module && isField(words, start, colon);
  }
  const isRange = words.some((word, at) => at > start && at < colon && word === '.' && words[at + 1] === '.');
  return isRange && closing(words, start, colon) === colon - 1 && hasField(words, start, colon, module);
}

/** Behind a dot that is not the second of a range. */
export function isMember(words: readonly string[], at: number): boolean {
  return words[at - 1] === '.' && words[at - 2] !== '.';
}

function isName(word: string): boolean {
  return /^[A-Za-z_]/.test(word);
}
