import { FormatError } from '../../errors.ts';
import { asList, asRecord, asText } from '../record.ts';
import { readYaml } from '../yaml.ts';

/** A pod, or a part of one (a subspec). */
export interface Pod {
  /** `PINCache`, `PINCache/Core`. */
  readonly name: string;
  readonly version: string;
  /** Names of the pods and parts that it needs. */
  readonly requires: readonly string[];
}

export interface Pods {
  readonly pods: readonly Pod[];
  /** Entries that are none. */
  readonly unreadable: number;
}

/**
 * Reads Podfile.lock, and Pods/Manifest.lock, which is the copy of it as it was when the pods were installed
 * (CocoaPods/Core, lib/cocoapods-core/lockfile.rb).
 * @throws FormatError where it has no list of pods
 */
export function parsePodfileLock(text: string): Pods {
  const root = asRecord(readYaml(text)[0]);
  if (root === undefined || !('PODS' in root)) throw new FormatError('it has no list of pods');
  const pods: Pod[] = [];
  let unreadable = 0;
  for (const item of asList(root['PODS'])) {
    const map = asRecord(item);
    const [entry, needs] = map === undefined ? [asText(item), undefined] : (Object.entries(map)[0] ?? []);
    const pod = entry === undefined ? undefined : podOf(entry, needs);
    if (pod === undefined) unreadable++;
    else pods.push(pod);
  }
  return { pods, unreadable };
}

/** `PINCache/Core (3.0.3)`. */
function podOf(entry: string, needs: unknown): Pod | undefined {
  const [name, version] = nameAndRest(entry);
  if (name === '' || version === undefined || version === '') return undefined;
  const requires = asList(needs).map((one) => nameAndRest(asText(one) ?? '')[0]);
  return { name, version, requires: [...new Set(requires.filter((one) => one !== ''))] };
}

function nameAndRest(text: string): readonly [name: string, rest: string | undefined] {
  const open = text.indexOf(' (');
  if (open < 0) return [text.trim(), undefined];
  const close = text.indexOf(')', open);
  return [text.slice(0, open).trim(), close < 0 ? undefined : text.slice(open + 2, close).trim()];
}
