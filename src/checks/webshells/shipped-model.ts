import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readModel, type WebshellModel } from './model-file.ts';

/** From the source, and from dist/bundle. */
const FILE = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../starter/models/webshells.bin' : '../../starter/models/webshells.bin',
    import.meta.url,
  ),
);

/**
 * The model of webshells that comes with Drydock. Takes some ten milliseconds.
 * @throws FormatError where the file was changed
 */
export function readShippedModel(): WebshellModel {
  return readModel(readFileSync(FILE));
}
