/** Programs that run what they are given as their first argument. */
const interpreter =
  /\/(?:sh|bash|dash|ash|zsh|ksh|mksh|python[\d.]{0,5}|perl[\d.]{0,6}|ruby[\d.]{0,5}|php[\d.]{0,5}|node|lua[\d.]{0,5})$/;

/** Dynamic linkers: they load a program, and run it (ld.so(8)). */
const loader = /\/ld-(?:linux[\w.-]{0,30}|musl-[\w.-]{1,30}|[\d.]{1,10})\.so(?:\.\d)?$|\/ld\.so$/;

/** Options whose value is the word behind them, by who has them: shells, Python, Perl, Ruby, Node, PHP, linkers. */
const withValue: ReadonlySet<string> = new Set([
  ...['-o', '+o', '-O', '+O', '--rcfile', '--init-file', '-W', '-X', '-r', '--require', '--import'],
  ...['--library-path', '--inhibit-rpath', '--preload', '--audit', '--argv0'],
]);

/** Options behind which there is no script: the program itself stands there, or its name as a module. */
const withoutScript: ReadonlySet<string> = new Set(['-c', '-m', '--eval', '-p']);

/** To shells `-e` is something else. */
const evaluates = /\/(?:perl[\d.]{0,6}|ruby[\d.]{0,5}|node|lua[\d.]{0,5})$/;

/** Words of a command line that are looked at. */
const MAX_WORDS = 40;

/**
 * The file that an interpreter, or a dynamic linker, was given to run.
 * @param program path of the interpreter
 * @param words its arguments, with its own name
 * @param directory what relative names begin at
 */
export function startedScript(program: string, words: readonly string[], directory = '/'): string | undefined {
  if (!interpreter.test(program) && !loader.test(program)) return undefined;
  for (let at = 1; at < Math.min(words.length, MAX_WORDS); at++) {
    const word = words[at]!;
    if (withoutScript.has(word) || (word === '-e' && evaluates.test(program))) return undefined;
    if (word === '--' || word === '-') continue;
    if (withValue.has(word)) at++;
    else if (word.includes('=') && !word.includes('/')) continue;
    else if (word !== '' && !word.startsWith('-') && !word.startsWith('+')) {
      return word.startsWith('/') ? word : `${directory.replace(/\/$/, '')}/${word.replace(/^\.\//, '')}`;
    }
  }
  return undefined;
}
