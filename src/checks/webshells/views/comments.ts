import type { ScriptLanguage } from '../language.ts';
import { scanC } from './c-code.ts';
import { scanPerl, scanPython, scanShell } from './hash-code.ts';
import { scanPhp } from './php-code.ts';
import { type Dialect, hasWordAt, indexOfWord, isSpace, isWord, type Spans } from './spans.ts';
import { scanVb } from './vb-code.ts';

/**
 * Finds the comments and the literals of a script.
 *
 * Outside of tags a text is HTML: a comment of HTML is one only if no tag with code stands in it, for servers run that.
 *
 * @param isCode the text is code without tags around it, as `eval` takes it
 */
export function findComments(text: Buffer, language: ScriptLanguage, isCode = false): Spans {
  const spans: Spans = { cuts: [], literals: [] };
  if (isCode || !pages.has(language)) {
    scanCode(text, 0, text.length, codeDialect(text, language), spans, false);
  } else {
    scanPage(text, language, spans);
  }
  return spans;
}

const pages: ReadonlySet<ScriptLanguage> = new Set(['php', 'asp', 'aspx', 'jsp', 'cfm']);

/** Scans code up to `end`; whether it ends in a block comment. PHP may end earlier, and HTML follow: that is not read. */
function scanCode(text: Buffer, at: number, end: number, dialect: Dialect, spans: Spans, inComment: boolean): boolean {
  switch (dialect) {
    case 'php': {
      let i = at;
      while (i < end) {
        i = scanPhp(text, i, end, spans);
        const open = text.indexOf('<?', i);
        if (open < 0) break;
        i = open + 2;
      }
      return false;
    }
    case 'vb':
      scanVb(text, at, end, spans);
      return false;
    case 'perl':
      scanPerl(text, at, end, spans);
      return false;
    case 'python':
      scanPython(text, at, end, spans);
      return false;
    case 'sh':
      scanShell(text, at, end, spans);
      return false;
    case 'java':
    case 'csharp':
    case 'js':
      return scanC(text, at, end, dialect, spans, inComment);
  }
}

function scanPage(text: Buffer, language: ScriptLanguage, spans: Spans): void {
  const end = text.length;
  const dialect = codeDialect(text, language);
  /** Where the next one stands, as far as it was looked for: what is not there is looked for once. */
  let opener = -1;
  let commentClose = -1;
  let inComment = false;
  let i = 0;
  for (;;) {
    i = text.indexOf(0x3c, i);
    if (i < 0) return;
    const next = text[i + 1];
    if (next === 0x21 && text[i + 2] === 0x2d && text[i + 3] === 0x2d) {
      if (language === 'cfm' && text[i + 4] === 0x2d) {
        const close = cfmCommentEnd(text, i);
        spans.cuts.push(i, close);
        i = close;
        continue;
      }
      if (commentClose < i + 4) commentClose = indexOrEnd(text.indexOf('-->', i + 4), end);
      if (opener < i + 4) opener = nextOpener(text, i + 4, language);
      const close = opener < commentClose || commentClose === end ? i + 4 : commentClose + 3;
      spans.cuts.push(i, close);
      i = close;
      continue;
    }
    if (!isOpener(text, i, language)) {
      i++;
      continue;
    }
    if (next === 0x3f) {
      i = scanPhp(text, i + 2, end, spans);
    } else if (next === 0x25) {
      if (text[i + 2] === 0x2d && text[i + 3] === 0x2d && language !== 'asp') {
        const close = indexOrEnd(text.indexOf('--%>', i + 4), end - 4) + 4;
        spans.cuts.push(i, Math.min(close, end));
        i = Math.min(close, end);
        continue;
      }
      const close = indexOrEnd(text.indexOf('%>', i + 2), end);
      inComment = scanCode(text, i + 2, close, dialect, spans, inComment);
      if (isHandler(text, i, close)) {
        scanCode(text, Math.min(close + 2, end), end, dialect, spans, false);
        return;
      }
      i = close + 2;
    } else {
      i = scanElement(text, i, language, dialect, spans);
    }
  }
}

/** An element whose content is code, or a tag of CFML, whose attributes are. Returns where the page goes on. */
function scanElement(text: Buffer, at: number, language: ScriptLanguage, dialect: Dialect, spans: Spans): number {
  const end = text.length;
  const tagEnd = indexOrEnd(text.indexOf(0x3e, at), end);
  if (hasWordAt(text, at, '<jsp:')) {
    const close = indexOrEnd(text.indexOf('</jsp:', tagEnd), end);
    scanC(text, tagEnd, close, 'java', spans);
    return close;
  }
  if (hasWordAt(text, at, '<cf')) {
    if (!hasWordAt(text, at, '<cfscript')) return scanCfmTag(text, at, spans);
    const close = indexOrEnd(indexOfWord(text, '</cfscript', tagEnd), end);
    scanC(text, tagEnd, close, 'js', spans);
    return close;
  }
  const close = indexOrEnd(indexOfWord(text, '</script', tagEnd), end);
  if (language === 'php') {
    scanPhp(text, tagEnd, close, spans);
  } else {
    scanCode(
      text,
      Math.min(tagEnd + 1, close),
      close,
      dialectOf(text, at, tagEnd, namedByTag) ?? dialect,
      spans,
      false,
    );
  }
  return close;
}

/** The strings in a tag of CFML; a `>` in one does not end the tag. */
function scanCfmTag(text: Buffer, at: number, { literals }: Spans): number {
  const end = text.length;
  let i = at + 3;
  while (i < end) {
    const c = text[i]!;
    if (c === 0x3e) return i + 1;
    if (c === 0x22 || c === 0x27) {
      const close = text.indexOf(c, i + 1);
      if (close < 0) return i + 1;
      literals.push(i, close + 1);
      i = close + 1;
    } else {
      i++;
    }
  }
  return end;
}

/** Comments of CFML stand in each other. */
function cfmCommentEnd(text: Buffer, at: number): number {
  let depth = 0;
  let i = at;
  while (i < text.length) {
    if (text[i] === 0x3c && text.subarray(i, i + 5).equals(CFM_OPEN)) {
      depth++;
      i += 5;
    } else if (text[i] === 0x2d && text[i + 1] === 0x2d && text[i + 2] === 0x2d && text[i + 3] === 0x3e) {
      i += 4;
      if (--depth === 0) return i;
    } else {
      i++;
    }
  }
  return text.length;
}

const CFM_OPEN = Buffer.from('<!---');

/** Whether code of the language begins at a `<`. */
function isOpener(text: Buffer, at: number, language: ScriptLanguage): boolean {
  const next = text[at + 1];
  if (next === 0x3f) return language === 'php' && !(hasWordAt(text, at + 2, 'xml') && isWord[text[at + 5]!] === 0);
  if (next === 0x25) return language === 'asp' || language === 'aspx' || language === 'jsp';
  if (next === 0x6a || next === 0x4a) {
    return language === 'jsp' && hasWordAt(text, at, '<jsp:') && isJspElement(text, at + 5);
  }
  if (next === 0x63 || next === 0x43) return language === 'cfm' && hasWordAt(text, at, '<cf');
  if (next !== 0x73 && next !== 0x53) return false;
  return hasWordAt(text, at, '<script') && isServerScript(text, at, language);
}

function isJspElement(text: Buffer, at: number): boolean {
  return hasWordAt(text, at, 'scriptlet') || hasWordAt(text, at, 'declaration') || hasWordAt(text, at, 'expression');
}

/** Longest start tag of an element `script` that is looked at. */
const SCRIPT_TAG = 300;

function isServerScript(text: Buffer, at: number, language: ScriptLanguage): boolean {
  if (language === 'jsp' || language === 'cfm') return false;
  const tag = text.subarray(at, at + SCRIPT_TAG);
  const close = tag.indexOf(0x3e);
  const words = tag.toString('latin1', 0, close < 0 ? tag.length : close);
  return language === 'php' ? /language\s*=\s*["']?php/i.test(words) : /runat\s*=\s*["']?server/i.test(words);
}

function nextOpener(text: Buffer, at: number, language: ScriptLanguage): number {
  for (let i = text.indexOf(0x3c, at); i >= 0; i = text.indexOf(0x3c, i + 1)) {
    if (isOpener(text, i, language)) return i;
  }
  return text.length;
}

/** A handler or web service of ASP.NET: behind its directive the file is code. */
function isHandler(text: Buffer, at: number, end: number): boolean {
  if (text[at + 2] !== 0x40) return false;
  let i = at + 3;
  while (i < end && isSpace[text[i]!] === 1) i++;
  return hasWordAt(text, i, 'webhandler') || hasWordAt(text, i, 'webservice');
}

/** Bytes in which the directive that names the language of a page is looked for. */
const DIRECTIVES = 4096;

function codeDialect(text: Buffer, language: ScriptLanguage): Dialect {
  switch (language) {
    case 'asp':
      return dialectOf(text, 0, DIRECTIVES, namedByDirective) ?? 'vb';
    case 'aspx':
      return dialectOf(text, 0, DIRECTIVES, namedByDirective) ?? 'csharp';
    case 'jsp':
      return 'java';
    case 'cfm':
      return 'js';
    default:
      return language;
  }
}

/** The language that the first directive of a page names. */
const namedByDirective = /<%@[^%]{0,500}\blanguage\s*=\s*["']?\s*([a-z#.]+)/i;
/** The one that a start tag names. */
const namedByTag = /\blanguage\s*=\s*["']?\s*([a-z#.]+)/i;

/** The language that is named between two offsets; undefined where none is, or one that is not read. */
function dialectOf(text: Buffer, from: number, to: number, named: RegExp): Dialect | undefined {
  const words = text.toString('latin1', from, Math.min(to, from + DIRECTIVES));
  const name = named.exec(words)?.[1]?.toLowerCase() ?? '';
  if (name.startsWith('vb')) return 'vb';
  if (name.startsWith('js') || name.startsWith('javascript') || name.startsWith('jscript')) return 'js';
  if (name.startsWith('perl')) return 'perl';
  if (name.startsWith('python')) return 'python';
  return name === 'c#' || name === 'cs' || name === 'csharp' ? 'csharp' : undefined;
}

function indexOrEnd(index: number, end: number): number {
  return index < 0 ? end : index;
}
