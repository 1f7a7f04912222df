import { type BundledLibrary, V } from './bundled-library.ts';

/** Characters in front of a version and behind it that tell whose it is. */
const BEFORE = 260;
const AFTER = 200;
/** Versions that one script gives a name; the largest bundles have some hundred. */
const MAX_MARKS = 5000;

/**
 * How a library is known by what stands around `version = "1.2.3"`, without blanks that have no meaning, and with `"` for every
 * quotation mark:
 * what is right in front of the word, what is somewhere before or after it (all of a list).
 */
interface Mark {
  readonly name: string;
  readonly before?: string;
  readonly near?: readonly string[];
  readonly after?: readonly string[];
}

/** Facts, taken from the libraries themselves as Debian and npm have them, minified and not. */
const marks: readonly Mark[] = [
  { name: 'angular', after: ['codeName:'] },
  { name: 'backbone', before: 'Backbone.' },
  { name: 'backbone', near: ['.Backbone,'], after: ['noConflict=function'] },
  { name: 'bootbox', after: ['OK:"OK",CANCEL:"Cancel"'] },
  { name: 'c3', before: 'c3={' },
  { name: 'ckeditor4', near: ['timestamp:"'], after: ['revision:"'] },
  { name: 'codemirror', before: 'CodeMirror.' },
  { name: 'core-js', after: ['Denis Pushkarev'] },
  { name: 'd3', before: 'd3={' },
  { name: 'datatables.net', before: 'DataTable.' },
  { name: 'dompurify', before: 'DOMPurify.' },
  { name: 'dompurify', after: ['.removed=[]'] },
  { name: 'dropzone', before: 'Dropzone.' },
  { name: 'dygraphs', before: 'Dygraph.' },
  { name: 'dygraphs', near: ['NAME="Dygraph"'] },
  { name: 'handlebars', after: ['COMPILER_REVISION='] },
  { name: 'htmx.org', near: ['allowNestedOobSwaps'] },
  { name: 'jquery', after: ['jQuery=function(selector,context)'] },
  { name: 'jquery-migrate', before: 'jQuery.migrate' },
  { name: 'jquery-mobile', before: '.mobile,{' },
  { name: 'jquery-ui', before: '.ui.' },
  { name: 'jquery-ui', before: '.ui,{' },
  { name: 'jquery-ui', before: '.ui={' },
  { name: 'jstree', before: '.jstree={' },
  { name: 'jszip', before: 'JSZip.' },
  { name: 'katex', after: ['renderToString:'] },
  { name: 'knockout', before: 'ko.' },
  { name: 'leaflet', before: 'L.' },
  { name: 'lodash', after: ['LARGE_ARRAY_SIZE=200'] },
  { name: 'luxon', near: ['SystemZone='] },
  { name: 'mathjax', before: 'MathJax.' },
  { name: 'mediaelement', before: 'mejs.' },
  { name: 'modernizr', before: 'ModernizrProto={_' },
  { name: 'moment', before: 'hooks.' },
  { name: 'moment', after: ['.fn=', '.min=function'] },
  { name: 'moment-timezone', after: ['zones={},links={}'] },
  { name: 'mootools', before: 'MooTools={' },
  { name: 'mustache', before: 'mustache.' },
  { name: 'mustache', near: ['"mustache.js"'] },
  { name: 'pdfjs-dist', before: 'pdfjs' },
  { name: 'prototypejs', before: 'Prototype={' },
  { name: 'qunit', before: 'QUnit.' },
  { name: 'raphael', after: ['.eve='] },
  { name: 'react', near: ['.useState='] },
  { name: 'react', near: ['.useTransition='] },
  { name: 'react-dom', after: ['rendererPackageName:"react-dom"'] },
  { name: 'requirejs', after: ['commentRegExp='] },
  { name: 'scriptaculous', before: 'Scriptaculous={' },
  { name: 'sortablejs', after: ['function userAgent('] },
  { name: 'swagger-ui', before: 'PACKAGE_', after: ['GIT_COMMIT'] },
  { name: 'toastr', near: ['optionsOverride:'] },
  { name: 'underscore', after: ['root=typeof self=="object"&&self.self===self'] },
  { name: 'underscore', after: ['"object"==typeof self&&self.self===self'] },
  { name: 'vue', near: ['FunctionalRenderContext'] },
];

/**
 * Versions that minifiers left without a name: a text that only this library has, what stands in front of it, and where the
 * version is in that.
 */
const nameless: readonly (readonly [name: string, text: string, before: RegExp])[] = [
  [
    'jquery',
    '.fn.init(',
    new RegExp(`="${V}",(?:\\w{1,3}=/HTML\\$/i,)?\\w{1,3}=function\\(\\w,\\w\\)\\{return new \\w{1,3}$`),
  ],
  ['lodash', '"Unsupported core-js use. Try https', new RegExp(`="${V}",\\w{1,3}=200,\\w{1,3}=$`)],
  ['underscore', '="object"==typeof self&&self.self===self', new RegExp(`[ ,]\\w="${V}",\\w$`)],
];

/** three.js counts its releases, and npm has them as its middle number. */
const THREE = /REVISION[" ]{0,2}[=:] ?["'](\d{2,4})(?:dev)?["'](?=[;,][\s\S]{0,120}LEFT: ?0,\s{0,9}MIDDLE: ?1)/;
const TINYMCE = /majorVersion: ?["'](\d{1,3})["'],\s{0,20}minorVersion: ?["'](\d{1,3}(?:\.\d{1,4}){0,2})["']/;

const ASSIGNED = new RegExp(
  `(?:String)?["']?\\s{0,8}[=:]\\s{0,8}(?:\\{\\s{0,20}full:\\s{0,8})?["']${V}(?:\\+[\\w.~-]{1,30})?(?: \\([A-Z][a-z]{1,20}\\))?["']`,
  'iy',
);

/** Calls `found` with every library that a variable of a script tells. @returns whether some were not looked at */
export function findVersionMarks(text: string, found: (library: BundledLibrary) => void): boolean {
  let count = 0;
  for (const word of ['ersion', 'ERSION']) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 6)) {
      ASSIGNED.lastIndex = at + word.length;
      const match = ASSIGNED.exec(text);
      if (match === null) continue;
      if (++count > MAX_MARKS) return true;
      readMark(text, at, ASSIGNED.lastIndex, match, found);
    }
  }
  for (const [name, literal, before] of nameless) {
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + literal.length)) {
      if (++count > MAX_MARKS) return true;
      const version = before.exec(text.slice(Math.max(0, at - 120), at))?.[1];
      if (version !== undefined) found({ name, version });
    }
  }
  return (
    readNumbers(text, 'REVISION', THREE, (release) => found({ name: 'three', version: `0.${release}.0` })) ||
    readNumbers(text, 'majorVersion', TINYMCE, (major, minor) =>
      found({ name: 'tinymce', version: `${major}.${minor}` }),
    )
  );
}

function readMark(
  text: string,
  at: number,
  end: number,
  match: RegExpExecArray,
  found: (library: BundledLibrary) => void,
): void {
  const version = match[1]!;
  // `version` and `VERSION` begin one character before.
  const before = plain(text.slice(Math.max(0, at - 1 - BEFORE), at - 1));
  const after = plain(text.slice(end, end + AFTER));
  if (match[0].startsWith('String')) {
    found({ name: 'highlight.js', version });
    return;
  }
  for (const mark of marks) {
    if (mark.before !== undefined && !endsWithWord(before, mark.before)) continue;
    if (mark.near?.every((part) => before.includes(part)) === false) continue;
    if (mark.after?.every((part) => after.includes(part)) === false) continue;
    found({ name: mark.name, version });
    return;
  }
}

/** Whether a text ends with what is no end of a longer word: `ko.`, and not `Taiko.`. */
function endsWithWord(text: string, end: string): boolean {
  if (!text.endsWith(end)) return false;
  const first = text.charAt(text.length - end.length - 1);
  return !/\w/.test(end.charAt(0)) || !/[\w$]/.test(first);
}

function plain(text: string): string {
  return text
    .replaceAll("'", '"')
    .replaceAll(/\s{1,200}/g, ' ')
    .replaceAll(/ (?![\w$])/g, '')
    .replaceAll(/(?<![\w$]) /g, '');
}

function readNumbers(text: string, word: string, form: RegExp, found: (...numbers: string[]) => void): boolean {
  let count = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (++count > MAX_MARKS) return true;
    const match = form.exec(text.slice(at, at + 260));
    if (match?.index === 0) found(...match.slice(1));
  }
  return false;
}
