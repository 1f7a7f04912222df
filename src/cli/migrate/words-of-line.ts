import { showValue } from '../../config/values.ts';
import { UsageError } from '../../errors.ts';

/** Nobody has a longer command line. */
const MOST = 100_000;

/**
 * Words of a command line that was given as one text, quotes as in a shell (POSIX.1-2024, 2.2), up to a comment. Nothing is
 * expanded: `$X` stays what it is. A backslash before a line's end joins it to the next.
 * @throws UsageError where a shell would do more with it than run one program
 */
export function wordsOfLine(line: string): readonly string[] {
  const text = line.trim();
  if (text.length > MOST) throw new UsageError('usage.option', `the line has more than ${MOST} characters.`);
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    const operator = quote === "'" ? undefined : operatorAt(text, i, quote !== '');
    if (operator !== undefined) throw notAlone(operator);
    if (quote === "'" ? character === "'" : character === quote && quote !== '') quote = '';
    else if (quote === "'") word = `${word ?? ''}${character}`;
    else if (character === '\\' && i + 1 < text.length) {
      const next = text[++i]!;
      if (next !== '\n') word = `${word ?? ''}${quote === '"' && !/["\\$`]/.test(next) ? '\\' : ''}${next}`;
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      word ??= '';
    } else if (quote === '' && character === '#' && word === undefined) {
      const end = text.indexOf('\n', i);
      if (end < 0) break;
      i = end - 1;
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${character}`;
  }
  if (quote !== '') throw new UsageError('usage.option', `the line ends within ${quote}.`);
  if (word !== undefined) words.push(word);
  return words;
}

/** What stands there that only a shell understands (POSIX.1-2024, 2.2 and 2.10): operators, a new command, a substitution. */
function operatorAt(text: string, index: number, inQuotes: boolean): string | undefined {
  const [found] = /^(?:`|\$\()/.exec(text.slice(index, index + 2)) ?? [];
  if (found !== undefined || inQuotes) return found === '$(' ? '$(...)' : found;
  return /^(?:&&|\|\||;;|&>|>>|>&|<<|<&|[;&|<>()\n])/.exec(text.slice(index, index + 2))?.[0];
}

/**
 * Words that a shell took apart already: an operator is one of them only where it was quoted.
 * @throws UsageError where one is there
 */
export function refuseOperators(words: readonly string[]): void {
  for (const word of words) {
    if (/^(?:&&?|\|\|?|;|\d?(?:>>?|<|>&)\S*|&>\S*)$/.test(word)) throw notAlone(word);
    const [substitution] = /\$\(|`/.exec(word) ?? [];
    if (substitution !== undefined) throw notAlone(substitution === '`' ? '`' : '$(...)');
    if (word.endsWith(';')) throw notAlone(';');
  }
}

function notAlone(operator: string): UsageError {
  const alone = 'give the one command that scans, alone';
  if (operator === '\n') {
    const advice = `${alone}. A backslash at its end joins a line to the next.`;
    return new UsageError('usage.option', `there are several lines: ${advice}`);
  }
  const advice = /[<>]/.test(operator) ? 'leave it out; it may stand behind our command, too' : alone;
  return new UsageError(
    'usage.option',
    `the line has ${showValue(operator)}, which only a shell understands: ${advice}.`,
  );
}

/** A word as a shell takes it for what it is; variables that stand in one are meant as such. */
export function quoted(word: string): string {
  if (/\$/.test(word) && /^(?:[\w@%+=:,./-]|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})+$/.test(word)) return `"${word}"`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
