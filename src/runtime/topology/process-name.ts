import path from 'node:path';

const MOST = 64;
/** TASK_COMM_LEN of include/linux/sched.h, without the byte that ends it. */
const CUT = 15;

/** Threads of runtimes, which name the first one too: it says nothing of the program. */
const threads: ReadonlySet<string> = new Set(['MainThread', 'node-MainThread', 'main', 'Main', 'main-thread']);

/** Options of an interpreter that take the next word, and the one that names what it runs. */
interface Interpreter {
  readonly programs: RegExp;
  readonly values: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
  /** Code stands in the command line: there is no name. */
  readonly code: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const interpreters: readonly Interpreter[] = [
  {
    programs: /^(?:node|nodejs|bun|deno)$/,
    values: words('-r --require --import --loader --experimental-loader -C --conditions --env-file --title'),
    ...{ runs: words(''), code: words('-e --eval -p --print -pe') },
  },
  {
    programs: /^(?:python|pypy)\d?(?:\.\d{1,2})?$/,
    ...{ values: words('-W -X'), runs: words('-m'), code: words('-c') },
  },
  { programs: /^ruby\d?(?:\.\d)?$/, values: words('-r -I'), runs: words(''), code: words('-e') },
  { programs: /^perl$/, values: words('-I -M'), runs: words(''), code: words('-e -E') },
  { programs: /^php(?:\d(?:\.\d)?)?$/, values: words('-c -d'), runs: words('-f'), code: words('-r') },
  {
    programs: /^java$/,
    values: words('-cp -classpath --class-path -p --module-path --add-modules --add-opens --add-exports --add-reads'),
    ...{ runs: words('-jar -m --module'), code: words('') },
  },
];

/**
 * What a process is called. As a rule that is what the kernel keeps (`comm`: proc_pid_comm(5)), which a program that is many
 * programs, and one that renames itself, sets to what it is; cut at 15 bytes, and the name of a thread with some runtimes, where
 * the file or the first argument knows better. Of an interpreter it is told what it runs. Hostile as all that a process says of
 * itself: bounded, and for whoever shows it to escape.
 * @param words its arguments as they may be told; none where they may not
 */
export function processName(comm: string, executable: string | undefined, words: readonly string[]): string {
  const file = executable === undefined ? undefined : path.posix.basename(executable);
  const first = path.posix.basename(words[0] ?? '');
  const whole = [first, file].find((name) => name !== undefined && name.length > CUT && name.startsWith(comm));
  const isThread = threads.has(comm) && file !== comm && first !== comm;
  const name = isThread ? file || first || comm : comm.length === CUT && whole !== undefined ? whole : comm;
  const script = scriptOf(file ?? name, name, words);
  return (script === undefined ? name : `${name} ${script}`).slice(0, MOST);
}

function scriptOf(file: string, name: string, [, ...words]: readonly string[]): string | undefined {
  const found = interpreters.find(({ programs }) => programs.test(file) || programs.test(name));
  // The kernel calls it as the script already, where the script names its interpreter.
  if (found === undefined || !found.programs.test(name)) return undefined;
  let at = 0;
  if (/^(?:bun|deno)$/.test(name) && words[0] === 'run') at++;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (found.code.has(word)) return undefined;
    if (found.runs.has(word)) return baseOf(words[at + 1]);
    if (found.values.has(word)) at++;
    else if (!word.startsWith('-')) return baseOf(word);
  }
  return undefined;
}

function baseOf(word: string | undefined): string | undefined {
  // A class or a module of Java has no folder that a slash could end.
  const base = word === undefined ? '' : path.posix.basename(word);
  return base === '' || base === '…' ? undefined : base;
}
