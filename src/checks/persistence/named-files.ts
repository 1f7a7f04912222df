import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { SightingFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { leftOver, leftOverNames } from './left-over.ts';
import { rootkitNames, rootkitOf } from './rootkits.ts';
import { readService, serviceNames } from './services.ts';
import { PERSISTENCE, type PlaceSighting } from './sighting.ts';

/** Sightings of one layer. */
const MOST = 5000;
/** Bytes of a configuration of a service that are read. */
const MOST_BYTES = 1024 * 1024;

/** Programs for which PAM has rules that let root in without a password: a link from one to sshd opens a door. */
const loginNames = ['su', 'chsh', 'chfn', 'runuser'];
const sockets = ['docker.sock', 'containerd.sock', 'crio.sock', 'podman.sock', 'dockershim.sock'];
const logins: ReadonlySet<string> = new Set(loginNames);
/** Files whose text is read, wherever they stand. */
const services: ReadonlySet<string> = new Set(serviceNames);

/** Looks for files that give themselves away by their name, wherever they stand. */
export const namedFiles: Analyzer<SightingFact> = {
  name: 'persistence-names',
  version: 3,
  names: { exact: [...loginNames, ...sockets, ...leftOverNames, ...rootkitNames, ...serviceNames] },

  wants(file: FileHeader): Appetite {
    if (file.archive !== undefined) return Appetite.None;
    if (file.type === 'file' && services.has(file.name)) return Appetite.Body;
    return nameSighting(file) === undefined ? Appetite.None : Appetite.Header;
  },

  open: (layer) => new NameReader(layer),
};

function nameSighting(file: FileHeader): PlaceSighting | undefined {
  const { name, path, type, linkTarget } = file;
  if (type === 'whiteout') return undefined;
  if (type === 'symlink' && logins.has(name)) {
    const isServer = /(?:^|\/)sshd$/.test(linkTarget ?? '');
    return isServer
      ? { rule: 'login-leads-to-sshd', detail: `leads to ${(linkTarget ?? '').slice(0, 100)}` }
      : undefined;
  }
  if (sockets.includes(name))
    return { rule: 'engine-socket', detail: 'is the socket of a container engine, or stands for it' };
  const rootkit = rootkitOf(path);
  if (rootkit !== undefined) return { rule: 'rootkit-file', detail: `is a file of ${rootkit}` };
  return leftOver(path, name, type);
}

class NameReader implements LayerReader<SightingFact> {
  readonly #layer: LayerContext;
  readonly #seen = new Map<string, readonly SightingFact[]>();
  #count = 0;
  #isFull: boolean = false;

  constructor(layer: LayerContext) {
    this.#layer = layer;
  }

  read({ path, header, content, truncated }: Parameters<LayerReader['read']>[0]): void {
    let sightings: readonly PlaceSighting[];
    if (services.has(header.name) && header.type === 'file') {
      if (truncated || content.length > MOST_BYTES) {
        this.#layer.problem({
          code: 'file.too-large',
          message: `only the first ${MOST_BYTES} bytes were looked at for passwords`,
          path,
        });
      }
      const text = Buffer.from(content.subarray(0, MOST_BYTES)).toString('utf8');
      sightings = readService(header.name, text);
    } else {
      const one = nameSighting(header);
      sightings = one === undefined ? [] : [one];
    }
    const before = this.#seen.get(path)?.length ?? 0;
    if (this.#count - before + sightings.length > MOST) {
      if (this.#isFull) return;
      this.#isFull = true;
      this.#layer.problem({ code: 'layer.limit', message: `only the first ${MOST} files with telling names are told` });
      return;
    }
    this.#count += sightings.length - before;
    const facts = sightings.map(({ rule, line, detail }): SightingFact => {
      return {
        kind: 'sighting',
        check: PERSISTENCE,
        rule,
        path,
        ...(line !== undefined && { line }),
        detail: detail.slice(0, 200),
      };
    });
    this.#seen.set(path, facts);
  }

  close(): readonly SightingFact[] {
    return [...this.#seen.values()].flat();
  }
}
