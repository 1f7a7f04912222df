import { expect, it } from 'vitest';
import { isLibraryFile, libraryFileBeginnings, libraryOfFile } from './library-file.ts';

it.each([
  ['jquery-1.12.4.slim.min.js', 'jquery', '1.12.4'],
  ['jquery.validate-1.19.3.js', 'jquery-validation', '1.19.3'],
  ['jquery.validation-1.19.3.min.js', 'jquery-validation', '1.19.3'],
  ['popper-1.16.1.min.js', 'popper.js', '1.16.1'],
  ['popper.js-1.14.7.js', 'popper.js', '1.14.7'],
  ['popper-2.11.8.min.js', '@popperjs/core', '2.11.8'],
  ['ckeditor-4.16.0.js', 'ckeditor4', '4.16.0'],
  ['ckeditor-35.0.1.js', 'ckeditor5', '35.0.1'],
  ['ckeditor5-35.0.1.js', 'ckeditor5', '35.0.1'],
  ['video-7.10.2.min.js', 'video.js', '7.10.2'],
  ['video.js-7.10.2.min.js', 'video.js', '7.10.2'],
  ['video.js.7.10.2.js', 'video.js', '7.10.2'],
  ['angularjs-1.8.2.min.js', 'angular', '1.8.2'],
  ['backbonejs-1.1.2.js', 'backbone', '1.1.2'],
  ['mustachejs-2.3.0.js', 'mustache', '2.3.0'],
  ['handlebarsjs-4.0.11.js', 'handlebars', '4.0.11'],
  ['alpinejs.3.10.2.js', 'alpinejs', '3.10.2'],
  ['moment.2.29.1-min.js', 'moment', '2.29.1'],
  ['swfobject_2.2.js', 'swfobject', '2.2'],
  ['svelte@3.59.1.mjs', 'svelte', '3.59.1'],
  ['prototype-1.7.3.js', 'prototypejs', '1.7.3'],
  ['markdown-it-12.0.0.min.js', 'markdown-it', '12.0.0'],
  ['jquery.dataTables-1.10.4.js', 'datatables.net', '1.10.4'],
  ['protobuf-6.8.8.min.js', 'protobufjs', '6.8.8'],
])('%s is %s %s', (file, name, version) => {
  expect(libraryOfFile(file)).toEqual({ name, version });
  expect(isLibraryFile(file)).toBe(true);
  expect(libraryFileBeginnings.some((beginning) => file.toLowerCase().startsWith(beginning))).toBe(true);
});

it.each(['popper.min.js', 'main-2.0.0.js', 'video-player-1.0.0.js', 'jquery-1.12.4.css', 'constructor-1.0.0.js'])(
  '%s names none',
  (file) => {
    expect(libraryOfFile(file)).toBeUndefined();
  },
);
