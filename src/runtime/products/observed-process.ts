import type { ObservedProcess } from '../../model/observation.ts';
import { shownArguments } from '../../secrets/shown-arguments.ts';
import { observedPackage, type PackagePlaces } from '../package-places.ts';

/** A process as who watches it knows it. Numbers are those of the container. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent?: number | undefined;
  readonly name: string;
  /** Absolute path of its program. */
  readonly path?: string | undefined;
  /** The program is no file any more, or never was one. */
  readonly gone?: 'deleted' | 'memory' | undefined;
  readonly arguments: readonly string[];
  readonly uid?: number | undefined;
  readonly running: boolean;
}

/** A process with its user, the package of its program, and where that comes from. */
export function observedProcess(
  { pid, parent, name, path, gone, arguments: words, uid, running }: SeenProcess,
  places: PackagePlaces,
  userName: (uid: number) => string | undefined,
): ObservedProcess {
  const user = uid === undefined ? undefined : userName(uid);
  const file = gone === undefined ? path : undefined;
  const isOfImage = file !== undefined && !places.isReplaced(file);
  const owner = isOfImage ? places.owner(file) : undefined;
  const layer = isOfImage ? places.layer(file) : undefined;
  const from =
    gone === 'memory' ? 'memory' : layer !== undefined ? { layer } : file !== undefined ? 'dropped' : undefined;
  return {
    pid,
    ...(parent !== undefined && { parent }),
    name,
    ...(path !== undefined && { executable: path }),
    arguments: shownArguments(words),
    ...(uid !== undefined && { uid }),
    ...(user !== undefined && { user }),
    ...(owner !== undefined && { package: observedPackage(owner) }),
    ...(from !== undefined && { from }),
    running,
  };
}
