import type { ShellAssignment, ShellWord } from '../../model/shell-script.ts';

/** How a program that starts another takes its own arguments. */
interface Wrapper {
  /** Letters of options that have a value, in the same word or the next one. */
  readonly valued?: string;
  /** Long options whose value is the next word. */
  readonly long?: readonly string[];
  /** Words before the program that are no options: the time of `timeout 10 program`. */
  readonly operands?: number;
  /** Takes `NAME=value` before the program. */
  readonly assigns?: boolean;
  /** Letters with which it starts nothing: `command -v program`. */
  readonly idle?: string;
}

const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['builtin', {}],
  ['busybox', {}],
  ['catatonit', {}],
  ['chpst', { valued: 'uUbe/nldmofpcrt' }],
  ['chroot', { operands: 1, long: ['userspec', 'groups'] }],
  ['command', { idle: 'vV' }],
  ['dbus-run-session', {}],
  ['doas', { valued: 'uCa', idle: 'C' }],
  ['dumb-init', { valued: 'r', long: ['rewrite'] }],
  ['eatmydata', {}],
  ['env', { valued: 'uC', long: ['unset', 'chdir'], assigns: true }],
  ['exec', { valued: 'a' }],
  ['faketime', { operands: 1 }],
  ['fakeroot', { valued: 'lsbi' }],
  ['flock', { valued: 'wE', long: ['timeout', 'wait', 'conflict-exit-code'], operands: 1 }],
  ['gosu', { operands: 1 }],
  ['ionice', { valued: 'cnPpu', long: ['class', 'classdata'] }],
  ['linux32', {}],
  ['linux64', {}],
  ['ltrace', { valued: 'oespuan' }],
  ['nice', { valued: 'n', long: ['adjustment'] }],
  ['nohup', {}],
  ['s6-setuidgid', { operands: 1 }],
  ['setarch', { operands: 1 }],
  ['setpriv', { long: ['reuid', 'regid', 'groups', 'inh-caps', 'bounding-set'] }],
  ['setsid', {}],
  ['setuidgid', { operands: 1 }],
  ['stdbuf', { valued: 'ioe', long: ['input', 'output', 'error'] }],
  ['strace', { valued: 'oepsuEaSPIbX' }],
  ['su-exec', { operands: 1 }],
  [
    'sudo',
    {
      valued: 'ughpCrtTUDRa',
      long: ['user', 'group', 'host', 'prompt', 'chdir', 'chroot'],
      assigns: true,
      idle: 'lvK',
    },
  ],
  ['taskset', { operands: 1 }],
  ['time', { valued: 'fo', long: ['format', 'output'] }],
  ['timeout', { valued: 'sk', long: ['signal', 'kill-after'], operands: 1 }],
  ['tini', { valued: 'pe' }],
  ['toybox', {}],
  ['unbuffer', {}],
  [
    'xargs',
    {
      valued: 'aEIdLnPs',
      long: ['arg-file', 'delimiter', 'max-lines', 'max-args', 'max-procs', 'max-chars', 'process-slot-var'],
    },
  ],
  ['xvfb-run', { valued: 'efnpsw' }],
]);

export interface Unwrapped {
  readonly name: string;
  /** Words that belong to the wrapper. */
  readonly count: number;
  readonly assignments: readonly ShellAssignment[];
  /** The program is `sh -c` with this word: `flock file -c 'text'`, `env -S 'text'`. */
  readonly script?: ShellWord;
}

/** The name of a program without its folder. */
export function nameOf(word: ShellWord | undefined): string {
  const text = word?.literal ?? '';
  return text.slice(text.lastIndexOf('/') + 1);
}

/** Takes one program that only starts another off the words; undefined where the first word is none, or starts nothing. */
export function takeWrapper(words: readonly ShellWord[]): Unwrapped | undefined {
  const name = nameOf(words[0]);
  const wrapper = wrappers.get(name);
  if (wrapper === undefined) return undefined;
  const assignments: ShellAssignment[] = [];
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at]!;
    const { text } = word;
    if (text === '--') {
      at++;
      break;
    }
    const split = name === 'env' ? /^(?:-[i0]*S|--split-string(?:=|$))/.exec(text) : null;
    if (split !== null) {
      const script = text.length > split[0].length ? cut(word, split[0].length) : words[at + 1];
      return script && { name, count: words.length, assignments, script };
    }
    if (text.startsWith('--')) {
      if (wrapper.long?.includes(text.slice(2)) === true) at++;
    } else if (text.startsWith('-') && text !== '-') {
      const letters = text.slice(1);
      if (wrapper.idle !== undefined && [...wrapper.idle].some((letter) => letters.includes(letter))) return undefined;
      if (takesNext(letters, wrapper.valued ?? '')) at++;
    } else if (text !== '-') {
      const equals = wrapper.assigns === true ? /^[A-Za-z_]\w*=/.exec(text) : null;
      if (equals === null) break;
      const length = equals[0].length;
      assignments.push({ name: text.slice(0, length - 1), value: cut(word, length), isAppended: false });
    }
  }
  at += wrapper.operands ?? 0;
  if (name === 'flock' && (words[at]?.text === '-c' || words[at]?.text === '--command')) {
    const script = words[at + 1];
    return script && { name, count: words.length, assignments, script };
  }
  return at < words.length ? { name, count: at, assignments } : undefined;
}

/** The value of a cluster of letters is in the next word where the letter that has one is the last. */
export function takesNext(letters: string, valued: string): boolean {
  for (let at = 0; at < letters.length; at++) if (valued.includes(letters[at]!)) return at === letters.length - 1;
  return false;
}

/** A word without its first characters, which are literal. */
function cut(word: ShellWord, length: number): ShellWord {
  const { literal, pieces } = word;
  const [first, ...rest] = pieces ?? [];
  return {
    ...word,
    text: word.text.slice(length),
    ...(literal !== undefined && { literal: literal.slice(length) }),
    ...(first !== undefined && {
      pieces:
        first.kind === 'literal' && first.text.length > length
          ? [{ ...first, text: first.text.slice(length) }, ...rest]
          : rest,
    }),
  };
}
