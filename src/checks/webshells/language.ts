import { webEndings } from '../../contents/web-endings.ts';
import { fileEnding } from './file-ending.ts';
import { scriptText } from './script-text.ts';

/** A language of scripts that servers run; `aspx` is all of ASP.NET, `jsp` all of Jakarta Pages. */
export type ScriptLanguage = 'php' | 'asp' | 'aspx' | 'jsp' | 'cfm' | 'perl' | 'python' | 'sh' | 'js';

/** Bytes at each end of a file in which an open tag is looked for. */
const SEARCHED = 64 * 1024;

const endings: ReadonlyMap<string, ScriptLanguage> = new Map(
  Object.entries({
    ...webEndings,
    perl: 'pl pm cgi',
    python: 'py pyw',
    sh: 'sh bash',
    js: 'js mjs cjs',
  } satisfies Record<ScriptLanguage, string>).flatMap(([language, names]) =>
    names.split(' ').map((name) => [name, language as ScriptLanguage] as const),
  ),
);

/** Languages whose code stands between tags: a file without a tag of its language may be of another one. */
const tagged: ReadonlySet<ScriptLanguage> = new Set(['php', 'asp', 'aspx', 'jsp', 'cfm']);

/** Sources that no server runs, and texts about programs: tags stand in their strings and samples. `<?php` is no such tag. */
const quoting: ReadonlySet<string> = new Set(
  'java kt kts scala groovy c h cc cpp hpp cs vb go rs swift ts tsx d pas md mkd markdown rst adoc po pot'.split(' '),
);

const interpreters: readonly (readonly [RegExp, ScriptLanguage])[] = [
  [/^php/, 'php'],
  [/^perl/, 'perl'],
  [/^(?:python|pypy)/, 'python'],
  [/^(?:ba|da|z|k|a|c|tc)?sh$/, 'sh'],
  [/^(?:node|nodejs|bun|deno)$/, 'js'],
];

const magics: readonly (readonly number[])[] = [
  [0x47, 0x49, 0x46, 0x38],
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x42, 0x4d],
  [0x52, 0x49, 0x46, 0x46],
  [0x00, 0x00, 0x01, 0x00],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
  [0x25, 0x50, 0x44, 0x46],
];

/**
 * The language of a script, by the end of its name, its first line and its open tags; undefined where a file is none.
 * What a file's tags say outweighs a name that they do not fit. Reads the first and the last 64 kB only. A file with
 * NUL bytes that no name calls a script is one only if it begins as an image does and has `<?php` in it.
 *
 * @param name the file's name or path
 */
export function scriptLanguage(name: string, bytes: Uint8Array): ScriptLanguage | undefined {
  if (bytes.length === 0) return undefined;
  const ending = fileEnding(name);
  const named = endings.get(ending);
  const head = scriptText(bytes.subarray(0, SEARCHED));
  const shebang = interpreterOf(head);
  if (shebang !== undefined) return shebang;
  const tail = bytes.length > SEARCHED ? bytes.subarray(Math.max(SEARCHED, bytes.length - SEARCHED)) : undefined;
  if (named === undefined && head.subarray(0, 1024).includes(0)) {
    return isImage(head) && (hasPhpTag(head) || (tail !== undefined && hasPhpTag(tail))) ? 'php' : undefined;
  }
  if (named !== undefined && !tagged.has(named)) return hasPhpTag(head.subarray(0, 16)) ? 'php' : named;
  if (quoting.has(ending)) return hasPhpTag(head) || (tail !== undefined && hasPhpTag(tail)) ? 'php' : undefined;
  const seen = languageOfTags(head, named) ?? (tail && languageOfTags(tail, named));
  return seen ?? named;
}

/** Whether the file begins as an image or a PDF does. */
function isImage(bytes: Uint8Array): boolean {
  return magics.some((magic) => magic.every((byte, i) => bytes[i] === byte));
}

/** `<?php` in any case. `<?` alone and `<?=` stand in too many binary files to mean anything there. */
function hasPhpTag(bytes: Uint8Array): boolean {
  const text = asBuffer(bytes);
  for (let at = text.indexOf('<?'); at >= 0; at = text.indexOf('<?', at + 2)) {
    if (
      (text[at + 2]! | 0x20) === 0x70 &&
      (text[at + 3]! | 0x20) === 0x68 &&
      (text[at + 4]! | 0x20) === 0x70 &&
      at + 4 < text.length
    ) {
      return true;
    }
  }
  return false;
}

function interpreterOf(head: Uint8Array): ScriptLanguage | undefined {
  if (head[0] !== 0x23 || head[1] !== 0x21) return undefined;
  const line = asBuffer(head.subarray(2, 130))
    .toString('latin1')
    .split(/[\r\n]/, 1)[0]!;
  const words = line.trim().split(/\s+/);
  const program = words[0]!.split('/').at(-1)!;
  const name =
    program === 'env' ? words.slice(1).find((word) => !word.startsWith('-') && !word.includes('=')) : program;
  return interpreters.find(([pattern]) => pattern.test(name?.split('/').at(-1) ?? ''))?.[1];
}

/** What the tags of a text say; `named` where they fit it. Undefined where there are none that say anything. */
function languageOfTags(bytes: Uint8Array, named: ScriptLanguage | undefined): ScriptLanguage | undefined {
  const text = asBuffer(bytes);
  const hasPercent = text.includes('<%');
  if (named === 'php' && hasShortTag(text)) return 'php';
  if (named !== undefined && named !== 'php' && named !== 'cfm' && hasPercent) return percentLanguage(text, named);
  if (hasPhpTag(text)) return 'php';
  const words = text.toString('latin1');
  if (/<jsp:(?:scriptlet|declaration|expression|directive|root)/.test(words)) return 'jsp';
  if (hasPercent && (named !== undefined || words.indexOf('%>', words.indexOf('<%')) >= 0)) {
    const found = percentLanguage(text, named);
    if (found !== undefined) return found;
  }
  if (/<cf(?:set|if|output|execute|file|script|param|query|component|function|include|http)\b/i.test(words))
    return 'cfm';
  if (/<script[^>]{0,200}\brunat\s*=\s*["']?server/i.test(words)) return named ?? 'aspx';
  return SHORT_ECHO.test(words) ? 'php' : undefined;
}

/** A whole tag in one line that gives out something: text of other files has `<?=` by chance. */
const SHORT_ECHO = /<\?=(?=[^\n<?]{0,200}?(?:\$\w|[\w\])]\(|`))[^\n<]{0,1000}?\?>/;

function hasShortTag(text: Buffer): boolean {
  for (let at = text.indexOf('<?'); at >= 0; at = text.indexOf('<?', at + 2)) {
    if ((text[at + 2]! | 0x20) !== 0x78) return true;
  }
  return false;
}

/** Which of the languages with `<% %>` a text is of. */
function percentLanguage(text: Buffer, named: ScriptLanguage | undefined): ScriptLanguage | undefined {
  const words = text.toString('latin1');
  if (named === 'jsp' || named === 'asp' || named === 'aspx') {
    if (named !== 'jsp' && isJavaPage(words)) return 'jsp';
    return named;
  }
  if (isJavaPage(words)) return 'jsp';
  if (/<%@\s*(?:page|control|master|webhandler|webservice|application)\b/i.test(words)) return 'aspx';
  if (/<%@\s*(?:language|codepage|enablesessionstate|lcid|transaction)\b/i.test(words)) return 'asp';
  if (/\bgetParameter\s*\(|\bgetRuntime\s*\(|\bjavax?\.(?:io|lang|util|servlet)\b/.test(words)) return 'jsp';
  return /\b(?:request|response|server|session|eval|execute)\s*[.(]/i.test(words) ? 'asp' : undefined;
}

function isJavaPage(words: string): boolean {
  return (
    /<%@\s*(?:page\s+[^%]{0,200}(?:import\s*=\s*["']java|contentType|pageEncoding)|taglib)/i.test(words) ||
    /<%@\s*page\s[^%]{0,100}language\s*=\s*["']java["']/i.test(words)
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
