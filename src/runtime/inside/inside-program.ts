import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Programs of ours that run beside an image, each one file for a Node.js that has nothing else. */
export type InsideProgram = 'relay' | 'sinkhole';

/** Where the program is on this machine: from sources as from what they are bundled to. */
export function insideProgram(name: InsideProgram): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./${name}.${ending}`, import.meta.url));
}

/** The file as it is put elsewhere, where no package.json says what kind of module it is. */
export function insideProgramFile(name: InsideProgram): { readonly name: string; readonly content: Uint8Array } {
  const place = insideProgram(name);
  return { name: `${name}.${place.endsWith('.ts') ? 'mts' : 'mjs'}`, content: readFileSync(place) };
}
