import { type BundledLibrary, V } from './bundled-library.ts';
import { findVersionMarks } from './version-marks.ts';

/** What a script brings along. */
export interface BundledLibraries {
  readonly libraries: readonly BundledLibrary[];
  /** More stood there than is looked at: there may be others. */
  readonly cut: boolean;
}

/** Characters of a comment that are looked at: libraries name themselves in the first lines. */
const COMMENT = 600;
/** Comments of one script; bundlers take out all but those of licences, of which the largest bundles have some hundred. */
const MAX_COMMENTS = 20_000;
const MAX_FOUND = 500;
/** Expressions that are held against lines of one script; real bundles need some thousand. */
const MAX_TRIES = 4_000_000;

/**
 * How libraries introduce themselves in their first comment: name at npm, and what stands in front of their version, which
 * begins with a letter or sign that is meant as such: by that they are asked for. Facts, taken from the comments of the
 * libraries themselves.
 */
const introductions: readonly (readonly [name: string, before: string])[] = [
  ['@popperjs/core', '@popperjs/core v'],
  ['alpinejs', 'Alpine\\.js v?'],
  ['angular', 'AngularJS v'],
  ['axios', 'axios v'],
  ['backbone', 'Backbone\\.js '],
  ['bootstrap', 'Bootstrap (?:\\[object Object\\] |Grid |Reboot |Utilities )?v'],
  [
    'bootstrap',
    'bootstrap(?:-(?:affix|alert|button|carousel|collapse|dropdown|modal|popover|scrollspy|tab|tooltip|transition|typeahead))?\\.js v',
  ],
  ['bootstrap-select', 'Bootstrap-select v'],
  ['chart.js', 'Chart\\.js(?:\\s{1,5}\\*? ?https?://\\S{1,40}\\s{1,5}\\*? ?Version:)? v?'],
  ['clipboard', 'clipboard\\.js v'],
  ['d3', 'https?://d3js\\.org v?'],
  ['datatables.net', 'DataTables (?=[\\d.]{1,20}\\s{0,3}\\n)'],
  ['dompurify', 'DOMPurify '],
  ['dygraphs', 'https://github\\.com/danvk/dygraphs/blob/v'],
  [
    'ember-source',
    '@overview  Ember - JavaScript Application Framework\\n[^@]{0,40}@copyright[^@]{0,200}@license[^@]{0,200}@version {1,5}',
  ],
  ['fullcalendar', 'FullCalendar (?:Core )?v'],
  ['hammerjs', 'Hammer\\.JS - v'],
  ['handlebars', 'handlebars v'],
  ['highcharts', 'Highcharts JS v'],
  ['highlight.js', 'Highlight\\.js v?'],
  ['jquery', 'jQuery (?:JavaScript Library )?v'],
  ['jquery-migrate', 'jQuery Migrate (?:- )?v'],
  ['jquery-mobile', 'jQuery Mobile v?'],
  ['jquery-ui', 'jQuery UI (?:- )?v?'],
  ['jquery-validation', 'jQuery Validation Plugin (?:- )?v'],
  ['jszip', 'JSZip v'],
  ['knockout', 'Knockout JavaScript library v'],
  ['leaflet', '@preserve\\s{1,5}\\* Leaflet (?=[\\d.]{3,20},)'],
  ['leaflet', 'Leaflet (?=[\\d.]{3,20},)'],
  ['less', 'Less - Leaner CSS v'],
  ['lodash', 'lodash (?:@license )?v?'],
  ['marked', 'marked v'],
  ['moment', 'moment\\.js\\s{1,5}//! version : '],
  ['pako', 'pako '],
  ['prototypejs', 'Prototype JavaScript framework, version '],
  ['quill', 'Quill Editor v'],
  ['raphael', 'Rapha(?:\u00eb|\u00c3\u00ab|e)l '],
  ['react', 'React v(?=\\S{1,40}\\s{1,5}\\*? ?react\\.)'],
  ['react-dom', 'React v(?=\\S{1,40}\\s{1,5}\\*? ?react-dom[.-])'],
  ['requirejs', 'RequireJS '],
  ['scriptaculous', 'script\\.aculo\\.us scriptaculous\\.js v'],
  ['select2', 'Select2 v?'],
  ['socket.io-client', 'Socket\\.IO v'],
  ['sortablejs', 'Sortable '],
  ['summernote', 'Summernote v'],
  ['sweetalert2', 'sweetalert2 v'],
  ['swfobject', 'SWFObject v'],
  ['swiper', 'Swiper '],
  ['tinymce', 'TinyMCE version '],
  ['ua-parser-js', 'UAParser\\.js v'],
  ['underscore', 'Underscore\\.js '],
  ['video.js', 'Video\\.js '],
  ['vue', 'Vue\\.js v'],
  ['vue', 'vue v'],
  ['vue-router', 'vue-router v'],
  ['vuex', 'vuex v'],
  ['zepto', 'Zepto v'],
];

/** Characters in front of the first word of a line: in the middle of one, others are named (`Based on Underscore.js 1.8.3`). */
const MARGIN = 24;
const LICENCE = /@(?:license|preserve) /iy;

type Introduction = readonly [name: string, expression: RegExp];

/** By their first letter, small. Made at the first script: most images have none. */
let compiled: ReadonlyMap<string, readonly Introduction[]> | undefined;

/**
 * Names the libraries in a script, which may be one library or a bundle of many, by the comments that licences want to be kept
 * (`/*! jQuery v3.7.1 | (c) ...`) and by the variables in which they have their version. What begins within a comment may be one too, since a text of the script may look like the
 * beginning; of pieces that overlap no more is looked at than twice the script has.
 * @param text the script, or the file of licences that a bundler took out of it
 */
export function findBundledLibraries(text: string): BundledLibraries {
  const found = new Map<string, BundledLibrary>();
  let cut = false;
  function add({ name, version }: BundledLibrary): void {
    if (found.size < MAX_FOUND) found.set(`${name}@${version}`, { name, version });
    else cut ||= !found.has(`${name}@${version}`);
  }
  let count = 0;
  let tries = 0;
  let left = 2 * text.length + COMMENT;
  for (let at = nextComment(text, 0); at >= 0; at = nextComment(text, at + 2), count++) {
    if (count >= MAX_COMMENTS) {
      cut = true;
      break;
    }
    const end = text.startsWith('/*', at) ? text.indexOf('*/', at + 2) : -1;
    const comment = text.slice(at, Math.min(end < 0 ? text.length : end, at + COMMENT));
    left -= comment.length;
    if (left < 0) {
      cut = true;
      break;
    }
    // What names no number names no version.
    if (/\d\.\d/.test(comment)) tries += readComment(comment, add);
    if (tries > MAX_TRIES) {
      cut = true;
      break;
    }
  }
  const more = findVersionMarks(text, add);
  return { libraries: [...found.values()], cut: cut || more };
}

/**
 * Each expression is held against the beginning of each line alone, so that the time is linear in the comment.
 * @returns how many were held against one
 */
function readComment(comment: string, add: (library: BundledLibrary) => void): number {
  compiled ??= compile();
  let tries = 0;
  for (let line = 0; line >= 0 && line < comment.length; line = comment.indexOf('\n', line) + 1 || -1) {
    let at = line;
    while (at < line + MARGIN && '/*! \t\r'.includes(comment[at] ?? '.')) at++;
    LICENCE.lastIndex = at;
    if (LICENCE.test(comment)) at = LICENCE.lastIndex;
    const mayBegin = compiled.get(comment[at]?.toLowerCase() ?? '') ?? [];
    tries += mayBegin.length;
    for (const [name, expression] of mayBegin) {
      expression.lastIndex = at;
      const version = expression.exec(comment)?.[1]?.replace(/[.-]+$/, '');
      if (version !== undefined) add({ name, version });
    }
  }
  return tries;
}

function compile(): ReadonlyMap<string, readonly Introduction[]> {
  const all = introductions.map(([name, before]): Introduction => [name, new RegExp(`${before}${V}`, 'iy')]);
  return Map.groupBy(all, ([, { source }]) => source.charAt(0).toLowerCase());
}

/** The next comment of several lines, or of one that is to be kept, is indented as a title, or opens the script. */
function nextComment(text: string, from: number): number {
  for (let at = text.indexOf('/', from); at >= 0; at = text.indexOf('/', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === 0x2a) return at;
    if (next !== 0x2f) continue;
    // Docco's way to begin a script: `//     Underscore.js 1.13.4`.
    if (at === 0 || text.charCodeAt(at + 2) === 0x21 || text.startsWith('     ', at + 2)) return at;
  }
  return -1;
}
