import type { ShellCommand } from '../model/shell-script.ts';

/** How a command gets at code from outside: over the network, or out of a text that nobody can read. */
export type SourceKind = 'fetches' | 'decodes';

/** Programs that print or save what is behind an address. */
const fetchers =
  /^(?:curl|wget|wget2|fetch|aria2c|axel|http|https|xh|lwp-download|lwp-request|GET|lynx|w3m|links|elinks|ftp|tftp|ncftpget)$/;
/** Programs that connect with a host, whatever it answers. */
const connectors = /^(?:nc|ncat|netcat|telnet|socat)$/;

/** The name of the program without its folder; '' where a variable decides it. */
export function programOf({ words }: ShellCommand): string {
  const name = words[0]?.literal ?? '';
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Whether a program fetches what is behind an address. */
export function isFetcher(program: string): boolean {
  return fetchers.test(program);
}

/** What a command brings from outside; undefined where it brings nothing. */
export function sourceKindOf(command: ShellCommand): SourceKind | undefined {
  const program = programOf(command);
  const words = command.words.slice(1).map(({ text }) => text);
  if (fetchers.test(program)) return words.some((word) => !word.startsWith('-')) ? 'fetches' : undefined;
  if (connectors.test(program)) return words.some((word) => /^\d{2,5}$|:\d{2,5}$/.test(word)) ? 'fetches' : undefined;
  if (program === 'openssl' && words[0] === 's_client') return 'fetches';
  if (/^(?:dig|host|nslookup|drill)$/.test(program)) {
    return words.some((word) => /^(?:-t=?|-type=|-q=)?txt$/i.test(word)) ? 'fetches' : undefined;
  }
  if (/^(?:aws|gsutil|gcloud|az|s3cmd|rclone)$/.test(program)) {
    return words.some((word) => word === 'cp' || word === 'cat' || word === 'get') ? 'fetches' : undefined;
  }
  return isDecoder(program, words) ? 'decodes' : undefined;
}

function isDecoder(program: string, words: readonly string[]): boolean {
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  switch (program) {
    case 'base64':
    case 'base32':
    case 'basenc':
      return has(/^-[a-zA-Z]*[dD]|^--d(?:e(?:c(?:o(?:de?)?)?)?)?$/);
    case 'xxd':
      return has(/^-[a-z]*r/);
    case 'openssl':
      return (words[0] === 'enc' || words[0] === 'base64' || words[0]?.startsWith('aes-') === true) && has(/^-d$/);
    case 'rev':
    case 'uudecode':
      return true;
    case 'gpg':
      return has(/^(?:-d|--decrypt)$/);
    default:
      return false;
  }
}

/** Files that a command itself writes what it brings into. */
export function outputsOf(command: ShellCommand): readonly string[] {
  const program = programOf(command);
  const words = command.words.slice(1).map(({ text }) => text);
  const files = [...redirectedTo(command)];
  let directory = '';
  let isNamed = program === 'wget' || program === 'wget2' || program === 'aria2c' || program === 'axel';
  for (const [at, word] of words.entries()) {
    const next = words[at + 1] ?? '';
    const long = /^--(?:output|output-document|out|directory-prefix|output-dir|dir)=(.+)$/s.exec(word);
    if (long !== null) {
      if (word.startsWith('--dir') || word.startsWith('--output-dir')) directory = `${long[1]}/`;
      else files.push(long[1]!);
    } else if (/^--(?:output|output-document|out)$|^-out$/.test(word)) files.push(next);
    else if (/^--(?:directory-prefix|output-dir|dir)$/.test(word) || (program.startsWith('wget') && word === '-P')) {
      directory = `${next}/`;
    } else if (/^--remote-name(?:-all)?$/.test(word)) isNamed = true;
    else if (/^-[A-Za-z#]+$/.test(word)) {
      const letter = program.startsWith('wget') ? 'O' : 'o';
      if (word.endsWith(letter)) files.push(next);
      else if (program === 'curl' && word.includes('O')) isNamed = true;
    } else {
      // `-Ofile`, `-ofile`
      const joined = program.startsWith('wget') ? /^-[a-zA-Z]{0,3}O([^-].*)$/s.exec(word) : /^-o([^-].*)$/s.exec(word);
      if (joined !== null) files.push(joined[1]!);
    }
  }
  if (isNamed || program === 'lwp-download' || program === 'fetch') {
    for (const word of words) {
      const place = /^[a-z]+:\/\//i.test(word) ? word.split(/[?#]/, 1)[0]! : '';
      const name = place.slice(place.lastIndexOf('/') + 1);
      if (name !== '') files.push(`${directory}${name}`);
    }
  }
  if (program === 'xxd') files.push(...words.filter((word) => !word.startsWith('-')).slice(1));
  return files.filter((file) => file !== '' && file !== '-' && !file.startsWith('/dev/'));
}

/** Files that a command behind a source in a pipe writes: `> file`, `tee file`. */
export function passedTo(command: ShellCommand): readonly string[] {
  const files = [...redirectedTo(command)];
  if (programOf(command) === 'tee') {
    for (const { text } of command.words.slice(1)) if (!text.startsWith('-')) files.push(text);
  }
  return files.filter((file) => !file.startsWith('/dev/'));
}

function redirectedTo({ redirections }: ShellCommand): readonly string[] {
  return redirections.flatMap(({ operator, target }) =>
    target !== undefined && /^(?:>>?|>\||&>>?)$/.test(operator) ? [target.text] : [],
  );
}
