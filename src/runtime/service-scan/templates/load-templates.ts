import { open, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { compareText } from '../../../model/order.ts';
import { readTemplate } from './read-template.ts';
import type { ReadBeside, Refusal, Template } from './template.ts';

/** Bytes of a file that is read. */
const MOST_BYTES = 1024 * 1024;
const MOST_FILES = 50_000;
const DEPTH = 20;

export interface LoadedTemplates {
  /** By file name. */
  readonly templates: readonly Template[];
  readonly refusals: readonly Refusal[];
}

/**
 * Reads all templates (`*.yaml`, `*.yml`) of a folder, or one file. What cannot be used is told, never thrown.
 * Payload files are looked for beside the template and in the folder; nothing outside of it is read.
 * @throws Error of node:fs where there is no such folder
 */
export async function loadTemplates(root: string, signal?: AbortSignal): Promise<LoadedTemplates> {
  const top = await realpath(root);
  const files: string[] = [];
  const refusals: Refusal[] = [];
  if (/\.ya?ml$/.test(top)) files.push(top);
  else await collect(top, 0, files);
  const base = files[0] === top ? path.dirname(top) : top;
  const templates: Template[] = [];
  const ids = new Map<string, string>();
  for (const file of files.sort(compareText)) {
    signal?.throwIfAborted();
    const name = path.relative(base, file) || path.basename(file);
    let text: string;
    try {
      text = await readBounded(file);
    } catch (error) {
      refusals.push({ file: name, kind: 'broken', reason: error instanceof Error ? error.message : String(error) });
      continue;
    }
    const read = await readTemplate(text, name, besides(base, path.dirname(file)));
    if ('refusal' in read) {
      refusals.push(read.refusal);
      continue;
    }
    const { template } = read;
    const before = ids.get(template.id);
    if (before === undefined) {
      ids.set(template.id, name);
      templates.push(template);
    } else refusals.push({ file: name, id: template.id, kind: 'broken', reason: `its id is that of ${before}` });
  }
  if (files.length >= MOST_FILES) {
    refusals.push({ file: '.', kind: 'broken', reason: `only the first ${MOST_FILES} files were read` });
  }
  return { templates, refusals };
}

async function collect(folder: string, depth: number, files: string[]): Promise<void> {
  if (depth > DEPTH) return;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    if (files.length >= MOST_FILES) return;
    if (entry.name.startsWith('.')) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await collect(file, depth + 1, files);
    else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) files.push(file);
  }
}

function besides(root: string, folder: string): ReadBeside {
  return async (name) => {
    for (const from of [folder, root]) {
      let file: string;
      try {
        file = await realpath(path.resolve(from, name));
      } catch {
        continue;
      }
      const inside = path.relative(root, file);
      if (inside.startsWith('..') || path.isAbsolute(inside)) throw new Error('it lies outside of the folder');
      return await readBounded(file);
    }
    throw new Error('it is not there');
  };
}

async function readBounded(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const state = await handle.stat();
    if (!state.isFile()) throw new Error('it is no file');
    if (state.size > MOST_BYTES) throw new Error(`it is larger than ${MOST_BYTES} bytes`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
