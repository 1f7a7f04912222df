import type { Analyzer, LayerContext, LayerReader, MissingFile } from '../../model/analyzer.ts';
import type { SightingFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import type { FileView } from '../../model/view.ts';
import { linkedFiles, linkedFilesBelow } from '../../packages/linked-files.ts';
import { findSecretsInText } from '../../secrets/find-secrets.ts';
import { redact } from '../../secrets/redact.ts';
import { MOST_TEXT } from './commands.ts';
import { linkedDirectories, linkedPaths, mayHoldPlaces, type PlaceKind, placeKind } from './places.ts';
import { readPlace } from './read-place.ts';
import { PERSISTENCE, type PlaceSighting } from './sighting.ts';

/** Files of one layer of which something is told. */
const MOST_FILES = 5000;
/** Characters of what is told. */
const MOST_DETAIL = 200;

/** Reads the places at which things start by themselves. Nothing is judged by who owns them: that is the image's matter. */
export const placeFiles: Analyzer<SightingFact> = {
  name: 'persistence-places',
  version: 3,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.size === 0) return Appetite.None;
    const kind = placeKind(file.path);
    if (kind === undefined) return Appetite.None;
    return kind === 'device' ? Appetite.Header : kind === 'sshd' ? Appetite.Head : Appetite.Body;
  },

  within: mayHoldPlaces,
  open: (layer) => new PlaceReader(layer),

  missing(view: FileView): readonly MissingFile[] {
    const known = new Set(linkedPaths);
    const linked = [
      ...linkedFiles(view, linkedPaths),
      ...linkedDirectories.flatMap((directory) =>
        linkedFilesBelow(view, directory, (name) => !known.has(`${directory}/${name}`)),
      ),
    ];
    // What is a place of the same kind by its own name was read as one: completions are links to each other by the dozen, and
    // to read one of them again is to inflate a layer again.
    return linked.filter(({ header, as }) => placeKind(header.path) !== placeKind(as));
  },
};

class PlaceReader implements LayerReader<SightingFact> {
  readonly #layer: LayerContext;
  /** A path may come twice: the last wins. */
  readonly #seen = new Map<string, readonly SightingFact[]>();
  #isFull: boolean = false;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  read({ path, header, content, truncated }: Parameters<LayerReader['read']>[0]): void {
    const kind = placeKind(path);
    if (kind === undefined) return;
    if (this.#seen.size >= MOST_FILES && !this.#seen.has(path)) {
      if (this.#isFull) return;
      this.#isFull = true;
      const message = `only the first ${MOST_FILES} files at which something starts by itself were looked at`;
      this.#layer.problem({ code: 'layer.limit', message });
      return;
    }
    const sightings =
      kind === 'device'
        ? deviceSightings(header.size)
        : kind === 'sshd'
          ? sshdSightings(content)
          : this.#read(kind, path, content, truncated);
    if (sightings.length === 0) {
      this.#seen.delete(path);
      return;
    }
    this.#seen.set(
      path,
      sightings.map(({ rule, line, detail }) => ({
        kind: 'sighting',
        check: PERSISTENCE,
        rule,
        path,
        ...(line !== undefined && { line }),
        detail: detail.slice(0, MOST_DETAIL),
      })),
    );
  }

  #read(kind: PlaceKind, path: string, content: Uint8Array, truncated: boolean): readonly PlaceSighting[] {
    // A program has nothing for shells, except that it is there.
    const isProgram = content[0] === 0x7f && content[1] === 0x45;
    if (!isProgram && (truncated || content.length > MOST_TEXT)) {
      const message = `only the first ${MOST_TEXT} bytes were looked at for what they start`;
      this.#layer.problem({ code: 'file.too-large', message, path });
    }
    const text = isProgram ? '(a program)' : Buffer.from(content.subarray(0, MOST_TEXT)).toString('utf8');
    return withoutSecrets(kind, text, readPlace(kind, text));
  }

  close(): readonly SightingFact[] {
    return [...this.#seen.values()].flat();
  }
}

/** Facts lie in the cache: what is told of a command must not have the token in it. */
function withoutSecrets(kind: PlaceKind, text: string, sightings: readonly PlaceSighting[]): readonly PlaceSighting[] {
  if (sightings.length === 0) return sightings;
  const secrets = findSecretsInText(text, { kind: 'history' });
  if (secrets.length === 0) return sightings;
  const redacted = readPlace(kind, redact(text, secrets));
  return sightings.map((sighting, index) => {
    const same = redacted[index];
    const isSame = redacted.length === sightings.length && same?.rule === sighting.rule;
    return { ...sighting, detail: isSame ? same.detail : 'holds something that is told with its secrets only' };
  });
}

function deviceSightings(size: number): readonly PlaceSighting[] {
  return [{ rule: 'file-among-devices', detail: `is a plain file of ${size} bytes among devices` }];
}

/** The server is a program: a script in its place lets somebody else in first. */
function sshdSightings(content: Uint8Array): readonly PlaceSighting[] {
  const isProgram = content[0] === 0x7f && content[1] === 0x45 && content[2] === 0x4c && content[3] === 0x46;
  return isProgram ? [] : [{ rule: 'sshd-replaced', detail: 'is no program: something else answers for sshd' }];
}
