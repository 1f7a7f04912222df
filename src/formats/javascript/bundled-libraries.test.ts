import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { findBundledLibraries } from './bundled-libraries.ts';

const found = (text: string): string[] =>
  findBundledLibraries(text).libraries.map(({ name, version }) => `${name}@${version}`);

/** First lines as libraries have them: of Debian's packages of these, where it has one. */
const comments: readonly (readonly [string, string])[] = [
  ['/*! jQuery v3.6.1 | (c) OpenJS Foundation and other contributors | jquery.org/license */', 'jquery@3.6.1'],
  ['/*!\n * jQuery JavaScript Library v3.6.1\n * https://jquery.com/\n */', 'jquery@3.6.1'],
  [
    '/*!\n* jQuery Mobile 1.4.5\n* Git HEAD hash: 68e55e7 <> Date: Fri Oct 31 2014 17:33:30 UTC\n*/',
    'jquery-mobile@1.4.5',
  ],
  ['/*! jQuery UI - v1.13.2 - 2025-01-01\n* http://jqueryui.com\n*/', 'jquery-ui@1.13.2'],
  ['/*! jQuery Migrate v3.3.2 | (c) OpenJS Foundation and other contributors */', 'jquery-migrate@3.3.2'],
  ['/*!\n * Bootstrap v3.4.1+dfsg (http://getbootstrap.com)\n */', 'bootstrap@3.4.1'],
  ['/*!\n  * Bootstrap [object Object] v4.6.2 (https://getbootstrap.com/)\n  */', 'bootstrap@4.6.2'],
  ['/*!\n * Vue.js v2.6.14\n * (c) 2014-2021 Evan You\n */', 'vue@2.6.14'],
  ['/**\n* vue v3.4.21\n* (c) 2018-present Yuxi (Evan) You and Vue contributors\n**/', 'vue@3.4.21'],
  ['/**\n * @license AngularJS v1.8.3\n * (c) 2010-2020 Google LLC. http://angularjs.org\n */', 'angular@1.8.3'],
  ['/*  Prototype JavaScript framework, version 1.7.3\n *  (c) 2005-2010 Sam Stephenson\n */', 'prototypejs@1.7.3'],
  ['/*!\n * Chart.js v3.9.1\n * https://www.chartjs.org\n */', 'chart.js@3.9.1'],
  ['//! moment.js\n//! version : 2.29.4\n//! authors : Tim Wood', 'moment@2.29.4'],
  ['//     Backbone.js 1.4.1\n\n//     (c) 2010-2022 Jeremy Ashkenas', 'backbone@1.4.1'],
  ['/*! DataTables 1.11.5\n * ©2008-2021 SpryMedia Ltd\n */', 'datatables.net@1.11.5'],
  ['/*!\n * Select2 4.0.13\n * https://select2.github.io\n */', 'select2@4.0.13'],
  ['/** @license React v17.0.2\n * react-dom.production.min.js\n *\n */', 'react-dom@17.0.2'],
  ['/** @license React v17.0.2\n * react.production.min.js\n *\n */', 'react@17.0.2'],
  ['/*! @license DOMPurify 2.3.6 | (c) Cure53 and other contributors */', 'dompurify@2.3.6'],
  ['// https://d3js.org v7.8.5 Copyright 2010-2023 Mike Bostock', 'd3@7.8.5'],
];

describe('findBundledLibraries', () => {
  it.each(comments)('reads %j', (comment, library) => {
    expect(found(`${comment}\n!function(a){"use strict"}();`)).toEqual([library]);
  });

  it('reads all of a bundle, each once', () => {
    const bundled = comments.filter(([comment]) => !comment.startsWith('// ')).map(([comment]) => comment);

    const names = new Set(comments.filter(([comment]) => !comment.startsWith('// ')).map(([, library]) => library));
    expect(found(`${bundled.join('\n!function(){}();')}\n${bundled.join(';')}`).sort()).toEqual([...names].sort());
  });

  it.each([
    '',
    '/*',
    '/**/',
    '/* needs jQuery v1.7 or newer */',
    '/*!\n * Based on Underscore.js 1.8.3 <http://underscorejs.org/LICENSE>\n */',
    '/**\n * DataTables 1.10 or newer.\n */',
    'var a = "jQuery v1.0.0";',
    '/*! jQuery v */',
    '/*! ========\n * Bootstrap Toggle: bootstrap-toggle.js v2.2.0\n */',
    '/*!\n * bootstrap-toggle.js v2.2.0\n */',
    '/*! Bootstrap Table v1.18.3 */',
    '/*! Bootstrap Icons v1.11.3 */',
    '/*! jQuery v1 */',
    '/*! © jquery.org */',
  ])('finds none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('looks at a bounded piece of each of a bounded number of comments', () => {
    expect(found(`/*${' '.repeat(1000)}\njQuery v3.6.1 */`)).toEqual([]);
    expect(found(`${'/*1.1*/'.repeat(25_000)}/*! jQuery v3.6.1 */`)).toEqual([]);
    expect(found(`/*!${'\n * '.repeat(100_000)}`)).toEqual([]);
    expect(found('/'.repeat(1_000_000))).toEqual([]);
  });

  it.skipIf(!hasShared)('finds what the rules of retire.js find', () => {
    const text = readShared('feeds/retirejs/jsrepository-v6.json.zst').toString();
    const repository = JSON.parse(text) as Record<string, { npmname?: string; extractors: { filecontent?: string[] } }>;
    const rules = Object.entries(repository).flatMap(([component, { npmname = component, extractors }]) =>
      (extractors.filecontent ?? []).map(
        (rule) => [npmname, new RegExp(rule.replaceAll('§§version§§', '([0-9][0-9.a-z_-]+)'))] as const,
      ),
    );
    let both = 0;
    for (const [comment, library] of comments) {
      const theirs = rules.flatMap(([name, rule]) => {
        const version = rule.exec(comment)?.[1];
        return version === undefined ? [] : [`${name}@${version}`];
      });
      if (theirs.length === 0) continue;
      both++;
      expect(theirs).toContain(library);
    }
    expect(both).toBeGreaterThanOrEqual(12);
  });
});

describe('time', () => {
  const SIZE = 4 * 1024 * 1024;
  it.each([
    ['lines without a word', '\n', false],
    ['lines with a return', '\r\n', false],
    ['lines of blanks', '        \n', false],
    ['lines that begin as many libraries do', 's\n', true],
    ['lines that begin as one does', 'jQuery UI -\n', false],
  ])('is short for a script whose comments have %s', (_, line, isCut) => {
    const comment = `/*1.1${line.repeat(590 / line.length)}*/`;
    const text = comment.repeat(SIZE / comment.length);

    const started = performance.now();
    const { libraries, cut } = findBundledLibraries(`/*! jQuery v3.4.1 */${text}`);

    // It took half a minute; a second on a machine with nothing else to do.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(libraries).toEqual([{ name: 'jquery', version: '3.4.1' }]);
    expect(cut).toBe(isCut);
  });
});
