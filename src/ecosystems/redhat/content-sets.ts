import { asList, asRecord, asText } from '../../formats/record.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { RepositoriesFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';

/** Where the build system of Red Hat says what a layer was built from. */
const MANIFESTS = 'root/buildinfo/content_manifests';
const directories: ReadonlySet<string> = new Set([MANIFESTS, 'root/buildinfo', 'usr/share/buildinfo']);
/** Names of files in the other directories. */
const names: ReadonlySet<string> = new Set(['labels.json', 'content-sets.json']);

/** Names that are kept of one layer. The largest images name some hundreds. */
const NAMES = 10_000;

/**
 * Reads which content sets the packages of a layer may be from (`content_sets` of `content_manifests/*.json` and of
 * `content-sets.json`), and the CPE of the product that an image was built for (`cpe` of `labels.json`).
 */
export const contentSets: Analyzer<RepositoriesFact> = {
  name: 'redhat-content-sets',
  version: 1,

  wants(file: FileHeader): Appetite {
    const first = file.path.charCodeAt(0);
    if (first !== 0x72 && first !== 0x75) return Appetite.None; // root, usr
    if (file.type !== 'file' || !file.name.endsWith('.json')) return Appetite.None;
    const directory = file.path.slice(0, -file.name.length - 1);
    if (!directories.has(directory)) return Appetite.None;
    return directory === MANIFESTS || names.has(file.name) ? Appetite.Body : Appetite.None;
  },

  within: (directory) => directories.has(directory),

  open(layer: LayerContext): LayerReader<RepositoriesFact> {
    const found = new Set<string>();
    let first: string | undefined;
    let isFull = false;
    return {
      read({ path, content, truncated }) {
        if (truncated) {
          layer.problem({ code: 'file.too-large', message: 'the list of content sets is too large', path });
          return;
        }
        const names = namesIn(content);
        if (names === undefined) {
          layer.problem({ code: 'file.format', message: 'the list of content sets is no JSON object', path });
          return;
        }
        if (names.length > 0) first ??= path;
        for (const name of names) if (found.size < NAMES) found.add(name);
        if (found.size < NAMES || isFull) return;
        isFull = true;
        layer.problem({ code: 'layer.limit', message: `more than ${NAMES} content sets are named`, path });
      },
      close: () =>
        first === undefined ? [] : [{ kind: 'repositories', path: first, type: 'rpm', names: [...found].sort() }],
    };
  },
};

/** Undefined for what is no JSON object. */
function namesIn(content: Uint8Array): string[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.length).toString());
  } catch {
    return undefined;
  }
  const record = asRecord(document);
  if (record === undefined) return undefined;
  const cpe = asText(record['cpe'], 500);
  const names = asList(record['content_sets']).flatMap((one) => asText(one, 500) ?? []);
  return cpe?.startsWith('cpe:/') === true ? [...names, cpe] : names;
}
