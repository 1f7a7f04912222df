import { createHash } from 'node:crypto';
import { persistence } from '../../src/checks/persistence/index.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { layer, writeOciLayout } from './image.ts';
import { scanOne } from './scan.ts';
import type { TarEntry } from './tar.ts';

/** Files of an image, layer by layer. */
export type Layers = readonly (readonly TarEntry[])[];

/** Scans an image of these layers for what persists, and for nothing else. */
export async function scanLayers(layers: Layers, { deep = false }: { readonly deep?: boolean } = {}): Promise<Report> {
  const reference = writeOciLayout({ layers: layers.map((entries) => layer(entries)) });
  return await scanOne(reference, { checks: [persistence], ...(deep && { deep }) });
}

export async function foundIn(...layers: Layers): Promise<readonly Finding[]> {
  return (await scanLayers(layers)).findings.filter(({ kind }) => kind === 'persistence');
}

/** Ids of the rules that spoke, each once, in order. */
export async function idsIn(...layers: Layers): Promise<readonly string[]> {
  return [...new Set((await foundIn(...layers)).map(({ id }) => id))].sort();
}

export function file(path: string, content: string, more: Partial<TarEntry> = {}): TarEntry {
  return { path, content, ...more };
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** A layer as dpkg leaves it: one package with these files. */
export function debianLayer(
  files: Readonly<Record<string, string>>,
  more: Partial<TarEntry> = {},
): readonly TarEntry[] {
  const status =
    'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nMaintainer: X <x@example.org>\nDescription: x\n\n';
  const paths = Object.keys(files);
  return [
    file('etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
    file('var/lib/dpkg/status', status),
    file('var/lib/dpkg/info/tool.list', `/.\n${paths.map((path) => `/${path}\n`).join('')}`),
    file('var/lib/dpkg/info/tool.md5sums', paths.map((path) => `${md5(files[path] as string)}  ${path}\n`).join('')),
    ...paths.map((path) => file(path, files[path] as string, more)),
  ];
}
