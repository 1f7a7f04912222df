import type { BundledLibrary } from './bundled-library.ts';

/** A name at npm, or the one that a library had until a major version, and the one that it has from then on. */
type NpmName = string | readonly [before: string, major: number, from: string];

const ckeditor: NpmName = ['ckeditor4', 5, 'ckeditor5'];
const popper: NpmName = ['popper.js', 2, '@popperjs/core'];

/**
 * How publishers call the files of their libraries, and the names that npm has for them where they differ. Facts, taken from
 * what they publish and from the expressions for file names of RetireJS (`extractors.filename`).
 */
const libraries: Readonly<Record<string, NpmName>> = {
  'backbone-min': 'backbone',
  'chart.js': 'chart.js',
  'ember.prod': 'ember-source',
  'ember.debug': 'ember-source',
  'highlight.pack': 'highlight.js',
  'jquery.datatables': 'datatables.net',
  'jquery.fancybox': '@fancyapps/fancybox',
  'jquery.mobile': 'jquery-mobile',
  'jquery.validate': 'jquery-validation',
  'jquery.validation': 'jquery-validation',
  'markdown-it': 'markdown-it',
  'moment-with-locales': 'moment',
  'popper.js': popper,
  'swagger-ui-bundle': 'swagger-ui',
  'underscore-min': 'underscore',
  'video.js': 'video.js',
  alasql: 'alasql',
  alpine: 'alpinejs',
  alpinejs: 'alpinejs',
  angular: 'angular',
  angularjs: 'angular',
  axios: 'axios',
  backbone: 'backbone',
  backbonejs: 'backbone',
  bootbox: 'bootbox',
  bootstrap: 'bootstrap',
  chart: 'chart.js',
  ckeditor,
  ckeditor5: 'ckeditor5',
  clipboard: 'clipboard',
  codemirror: 'codemirror',
  d3: 'd3',
  dojo: 'dojo',
  dropzone: 'dropzone',
  easyxdm: 'easyxdm',
  echarts: 'echarts',
  ember: 'ember-source',
  flowplayer: 'flowplayer',
  handlebars: 'handlebars',
  handlebarsjs: 'handlebars',
  highcharts: 'highcharts',
  highlight: 'highlight.js',
  htmx: 'htmx.org',
  jquery: 'jquery',
  'jquery-migrate': 'jquery-migrate',
  'jquery-ui': 'jquery-ui',
  jszip: 'jszip',
  knockout: 'knockout',
  'knockout-latest': 'knockout',
  leaflet: 'leaflet',
  less: 'less',
  lodash: 'lodash',
  marked: 'marked',
  mathjax: 'mathjax',
  modernizr: 'modernizr',
  moment: 'moment',
  'moment-timezone': 'moment-timezone',
  mootools: 'mootools',
  mustache: 'mustache',
  mustachejs: 'mustache',
  pdf: 'pdfjs-dist',
  plupload: 'plupload',
  popper,
  protobuf: 'protobufjs',
  prototype: 'prototypejs',
  purify: 'dompurify',
  quill: 'quill',
  raphael: 'raphael',
  react: 'react',
  'react-dom': 'react-dom',
  require: 'requirejs',
  select2: 'select2',
  sessvars: 'sessvars',
  svelte: 'svelte',
  swfobject: 'swfobject',
  swiper: 'swiper',
  three: 'three',
  tinymce: 'tinymce',
  toastr: 'toastr',
  underscore: 'underscore',
  video: 'video.js',
  vue: 'vue',
  'vue-router': 'vue-router',
  yui: 'yui',
  zepto: 'zepto',
  zrender: 'zrender',
};

/** What bundlers call their files, in front of a number for their content (`vendor.3f2a9c41.js`, `main-BxK3.js`). */
const bundles = [
  'app',
  'bundle',
  'chunk-vendors',
  'common',
  'index',
  'main',
  'polyfills',
  'runtime',
  'scripts',
  'vendor',
  'vendors',
];

/** What stands in front of a version: `swfobject_2.2.js`, `svelte@3.59.1.mjs`. */
const SEPARATORS = ['-', '.', '_', '@'] as const;

/** What such names begin with, in lower case: a library or a bundle, and what may stand behind it. */
export const libraryFileBeginnings: readonly string[] = [
  ...Object.keys(libraries).flatMap((name) => SEPARATORS.map((separator) => `${name}${separator}`)),
  // `index.js` is everywhere, and what bundlers call `index` has its number behind a hyphen.
  ...bundles.flatMap((name) => (name === 'index' ? [`${name}-`] : [`${name}-`, `${name}.`])),
];

const FORM =
  /^([a-z][a-z0-9]*(?:[.-][a-z]+)*?)(?:[-._@]v?(\d{1,4}\.\d{1,4}(?:\.\d{1,6})?(?:-(?:alpha|beta|rc)[.\d]{0,8})?))?((?:[.-](?:bundle|custom|debug|dev|development|esm|full|global|iife|legacy|min|pack|pkgd|prod|production|slim|umd))*)\.m?js$/;
const HASHED = /^([a-z][a-z-]*?)[-.~][a-z0-9_-]{4,40}(?:\.(?:bundle|chunk|min))?\.js$/;

/** Whether a file is called as libraries or bundles are. */
export function isLibraryFile(name: string): boolean {
  if (name.length > 100 || !/\.m?js$/i.test(name)) return false;
  const lower = name.toLowerCase();
  const stem = FORM.exec(lower)?.[1];
  if (stem !== undefined && (Object.hasOwn(libraries, stem) || bundles.includes(stem)) && lower !== 'index.js')
    return true;
  return bundles.includes(HASHED.exec(lower)?.[1] ?? '');
}

/** The library that a file has by its name alone: `jquery-1.12.4.slim.min.js`. */
export function libraryOfFile(name: string): BundledLibrary | undefined {
  if (name.length > 100) return undefined;
  const [, stem = '', version] = FORM.exec(name.toLowerCase()) ?? [];
  if (version === undefined || !Object.hasOwn(libraries, stem)) return undefined;
  return { name: npmNameOf(libraries[stem]!, version), version };
}

function npmNameOf(name: NpmName, version: string): string {
  if (typeof name === 'string') return name;
  const [before, major, from] = name;
  return Number.parseInt(version, 10) < major ? before : from;
}
