import { hasWebEnding } from '../../contents/content-type.ts';
import { fileEnding } from './file-ending.ts';
import type { ScriptLanguage, ScriptView } from './script-views.ts';

/**
 * Whether a script can be what only models take it for: they know what webshells look like, not what a script does. One
 * in PHP that calls and includes nothing does nothing. One in a language of programs, too, is a webshell only if a server
 * hands it requests, and one in JavaScript only if it has what a server's programs have and a browser's do not.
 * In doubt it can. What rules and known webshells say does not depend on it.
 *
 * @param path where the script lies, as far as that is known
 * @param bytes the script
 * @param views of the script
 */
export function isCapable(
  path: string,
  bytes: Uint8Array,
  language: ScriptLanguage,
  views: readonly ScriptView[],
): boolean {
  switch (language) {
    case 'php':
      // By another name it may be a script of another language, which writes one in PHP.
      return !hasWebEnding(path) || !views.some(({ name, bytes: text }) => name === 'stripped' && callsNothing(text));
    case 'js':
      return bytes[0] === HASH || views.some(({ bytes: text }) => serverOnly.test(asText(text)));
    case 'perl':
    case 'python':
    case 'sh':
      return isRun(path, bytes) || views.some(({ bytes: text }) => requestWords.test(asText(text)));
    default:
      return true;
  }
}

const HASH = 0x23;

/** What a program under Node.js reaches others by; packed code has these words, too, but not so. */
const serverOnly =
  /\brequire\s{0,40}\(|\bprocess\s{0,40}(?:\.|\[|\?\.)|\bimport\s{0,40}(?:\(|["']|[\w${},*\s]{1,400}?\bfrom\b)|\b(?:Deno|Bun)\s{0,40}\./;

/** How requests reach programs in Perl, Python and shell, by CGI and by frameworks. */
const requestWords =
  /\b(?:CGI|FCGI|psgi|Plack|Mojolicious|Dancer2?|Catalyst|cgi|wsgi\w*|flask|Flask|django|bottle|tornado|aiohttp|fastapi|FastAPI|HTTPServer|BaseHTTPRequestHandler|SimpleHTTPRequestHandler|http\.server|mod_perl|mod_python|Apache2?::\w+)\b|\bparam\s*\(|QUERY_STRING|REQUEST_METHOD|CONTENT_LENGTH|PATH_INFO|HTTP_[A-Z]/;

const webFolder =
  /(?:^|\/)(?:cgi(?:-bin|-sys)?|fcgi-bin|htdocs|html|httpd|nginx|public|public_html|www|wwwroot|webapps|webroot|web)\//i;

/** Whether a server may run the file as a program, by its first line, its name or its place. */
function isRun(path: string, bytes: Uint8Array): boolean {
  return (bytes[0] === HASH && bytes[1] === 0x21) || fileEnding(path) === 'cgi' || webFolder.test(path);
}

/** Longer scripts call something. */
const LONGEST_IDLE = 64 * 1024;

/** Words before a parenthesis that are no functions. */
const constructs: ReadonlySet<string> = new Set(
  `if elseif else while for foreach switch match catch declare array list isset empty unset function fn use return echo
  print exit die and or xor not instanceof case yield throw static`.split(/\s+/),
);

/** Literals, ends of tags, and whatever runs something. */
const telling =
  /(?:'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*")(\s*\()?|(\?>)|(`|<<<|\b(?:include|require)(?:_once)?\b|\bnew\b)|(?:(->|::|\$|\\)\s*|(\bfunction\s+&?\s*))?([\w\x80-\xff]+)\s*\(|([\])}]\s*\()/giy;

/** Whether code of PHP, without comments, has no call, no inclusion and no command. */
function callsNothing(code: Uint8Array): boolean {
  if (code.length > LONGEST_IDLE) return false;
  const text = asText(code);
  // Tags that old versions know.
  if (/<%|\blanguage\s*=\s*["']?php/i.test(text)) return false;
  for (let at = text.indexOf('<?'); at >= 0; ) {
    at += /^<\?(?:php\b|=)?/i.exec(text.slice(at, at + 6))![0].length;
    const end = endOfIdleCode(text, at);
    if (end === undefined) return false;
    at = text.indexOf('<?', end);
  }
  return true;
}

/** Where the tag ends in which `at` stands; undefined: something is run before. */
function endOfIdleCode(text: string, at: number): number | undefined {
  for (let i = at; i < text.length; ) {
    telling.lastIndex = i;
    const match = telling.exec(text);
    if (match === null) {
      // Without an end: from here on nobody knows what is code.
      if (text[i] === '"' || text[i] === "'") return undefined;
      i += /^[\w\x80-\xff]+/.exec(text.slice(i, i + 256))?.[0].length ?? 1;
      continue;
    }
    const [whole, literalCall, end, runs, member, definition, word, call] = match;
    i += whole.length;
    if (end !== undefined) return i;
    if (literalCall !== undefined || runs !== undefined || call !== undefined) return undefined;
    if (whole.startsWith('"') && /[{$][{$]/.test(whole)) return undefined;
    if (word === undefined || definition !== undefined) continue;
    if (member !== undefined || !constructs.has(word.toLowerCase())) return undefined;
  }
  return text.length;
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
