import { dpkgStatus } from '../support/databases.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { debianFiles, debianPackages } from '../support/root-file-systems.ts';
import type { TarEntry } from '../support/tar.ts';

/** An image that says `text` in one place. */
export interface HostileText {
  readonly place: string;
  readonly make: (text: string) => Buffer;
}

/** A line that the report must never begin with: whatever stands before it in `text` would have broken out. */
export const injected = 'INJECTED no vulnerabilities';

/** What a terminal or a reader of lines would obey. Each holds the injected line behind it. */
export const texts: readonly (readonly [name: string, text: string])[] = [
  ['a line feed', `\n${injected}`],
  ['a carriage return', `\r${injected}`],
  ['a vertical tab and a form feed', `\v\f${injected}`],
  ['a next line character', `\u0085${injected}`],
  ['a line separator and a paragraph separator', `\u2028${injected}\u2029${injected}`],
  ['a clear screen sequence', `\x1b[2J\x1b[1;1H${injected}`],
  ['a colour', `\x1b[31m${injected}\x1b[0m`],
  ['an 8-bit control sequence', `\x9b2J${injected}`],
  ['a window title', `\x1b]0;title\x07${injected}`],
  ['a hyperlink', `\x1b]8;;https://example.org\x1b\\${injected}\x1b]8;;\x1b\\`],
  ['a device control string', `\x1bP+q544e\x1b\\${injected}`],
  ['backspaces', `${'\b'.repeat(200)}${injected}`],
  ['a delete character', `\x7f\x7f${injected}`],
  ['a right-to-left override', `\u202e${injected}\u202c`],
  ['isolates and marks', `\u2066\u2067\u2068${injected}\u2069\u200e\u200f\u061c`],
  ['zero-width characters', `\u200b\u200d\u2060\ufeff${injected}`],
  ['tag characters', `\u{e0041}\u{e0042}${injected}`],
  ['NUL', `\0${injected}`],
  ['a thousand combining marks', `e${'\u0301'.repeat(1000)}${injected}`],
  ['a lone surrogate', `\ud800${injected}`],
];

const owned = (entries: readonly TarEntry[]) => layer([...debianFiles(), ...entries]);

export const places: readonly HostileText[] = [
  {
    place: 'the name of a package',
    make: (text) =>
      dockerArchive({
        layers: [layer(debianFiles({ packages: [...debianPackages, { name: `a${text}`, version: '1' }] }))],
      }),
  },
  {
    place: 'the version of a package',
    make: (text) =>
      dockerArchive({
        layers: [layer(debianFiles({ packages: [...debianPackages, { name: 'openssl', version: `1${text}` }] }))],
      }),
  },
  {
    place: 'architecture, source and maintainer of a package',
    make: (text) =>
      dockerArchive({
        layers: [
          layer(
            debianFiles({
              packages: [
                { name: 'openssl', version: '1', arch: `a${text}`, source: `s${text} (1${text})`, maintainer: text },
              ],
            }),
          ),
        ],
      }),
  },
  {
    place: 'a line of the package database',
    make: (text) =>
      dockerArchive({
        layers: [
          layer([
            ...debianFiles().filter((file) => file.path !== 'var/lib/dpkg/status'),
            { path: 'var/lib/dpkg/status', content: `${text}\n${dpkgStatus(debianPackages)}` },
          ]),
        ],
      }),
  },
  {
    place: 'the path of an executable that nobody owns',
    make: (text) => dockerArchive({ layers: [owned([{ path: `usr/bin/x${text}`, content: '\x7fELF', mode: 0o755 }])] }),
  },
  {
    place: 'a path that climbs out of the root',
    make: (text) => dockerArchive({ layers: [owned([{ path: `../../x${text}`, content: 'x' }])] }),
  },
  {
    place: 'the target of a link that leads nowhere',
    make: (text) =>
      dockerArchive({
        layers: [
          layer([
            ...debianFiles().filter((file) => file.path !== 'var/lib/dpkg/status'),
            { path: 'var/lib/dpkg/status', type: 'symlink', linkTarget: `/srv/x${text}` },
          ]),
        ],
      }),
  },
  {
    place: 'the type flag of a member',
    make: (text) => dockerArchive({ layers: [owned([{ path: 'srv/x', typeFlag: text.slice(0, 1) }])] }),
  },
  {
    place: 'the instructions of the history',
    make: (text) =>
      dockerArchive({
        layers: [owned([])],
        history: [
          { created_by: `RUN echo ${text}`, comment: text, created: text },
          { created_by: `/bin/sh -c #(nop)  CMD ["${text}"]`, empty_layer: true },
        ],
      }),
  },
  {
    place: 'the names of the image',
    make: (text) => dockerArchive({ layers: [owned([])], layout: 'blobs', repoTags: [`name${text}:tag${text}`] }),
  },
  {
    place: 'platform, time and configuration',
    make: (text) =>
      dockerArchive({
        layers: [owned([])],
        layout: 'blobs',
        platform: `li${text}nux/amd64`,
        created: text,
        config: { Env: [`A=${text}`], User: text, Labels: { [text]: text } },
      }),
  },
  {
    place: 'the identities of the layers',
    make: (text) => dockerArchive({ layers: [owned([])], diffIds: [`sha256:${text}`] }),
  },
  {
    place: 'the name of a layer that is missing',
    make: (text) =>
      dockerArchive({
        layers: [owned([])],
        edit: (files) => {
          const [entry] = JSON.parse(String(files.get('manifest.json')));
          files.set(
            'manifest.json',
            Buffer.from(JSON.stringify([{ ...entry, Layers: [...entry.Layers, `x${text}`], Config: `c${text}` }])),
          );
        },
      }),
  },
  {
    place: 'os-release',
    make: (text) =>
      dockerArchive({
        layers: [
          layer([
            ...debianFiles().filter((file) => file.path !== 'usr/lib/os-release'),
            {
              path: 'usr/lib/os-release',
              content: `ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian ${text}"\nVERSION_CODENAME="${text}"\n`,
            },
          ]),
        ],
      }),
  },
];
