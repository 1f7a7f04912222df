import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asRecord, asText, type JsonRecord, ownValue } from '../record.ts';
import { swiftName } from './address.ts';

/** A package of Swift at the version that was resolved. */
export interface SwiftPackage {
  /** `github.com/apple/swift-nio`; of a registry its identity (`mona.LinkedList`), of a folder its name. */
  readonly name: string;
  /** Empty where a branch or a commit was resolved. */
  readonly version: string;
}

export interface SwiftPackages {
  readonly packages: readonly SwiftPackage[];
  /** Entries that name no package, or no version that can be one. */
  readonly unreadable: number;
}

const MAX_PACKAGES = 100_000;

/**
 * Reads Package.resolved, versions 1 to 3 (swiftlang/swift-package-manager, Sources/PackageGraph/ResolvedPackagesStore.swift).
 * @throws FormatError where it is none
 */
export function parsePackageResolved(text: string): SwiftPackages {
  const root = rootOf(text);
  const pins = ownValue(asRecord(ownValue(root, 'object')) ?? root, 'pins');
  return collected(pins, (pin) => ({
    location: asText(ownValue(pin, 'location')) ?? asText(ownValue(pin, 'repositoryURL')),
    identity: asText(ownValue(pin, 'identity')) ?? asText(ownValue(pin, 'package')),
    version: ownValue(asRecord(ownValue(pin, 'state')), 'version'),
  }));
}

/**
 * Reads `.build/workspace-state.json`: what the package manager has checked out or downloaded for a project, versions 4 to 7
 * (Sources/Workspace/Workspace+State.swift).
 * @throws FormatError where it is none
 */
export function parseWorkspaceState(text: string): SwiftPackages {
  const object = asRecord(ownValue(rootOf(text), 'object'));
  return collected(ownValue(object, 'dependencies'), (dependency) => {
    const reference = asRecord(ownValue(dependency, 'packageRef'));
    const state = asRecord(ownValue(dependency, 'state'));
    const checkout = asRecord(ownValue(state, 'checkoutState'));
    return {
      location: asText(ownValue(reference, 'location')) ?? asText(ownValue(reference, 'path')),
      identity: asText(ownValue(reference, 'identity')) ?? asText(ownValue(reference, 'name')),
      version: ownValue(checkout, 'version') ?? ownValue(state, 'version'),
    };
  });
}

interface Entry {
  readonly location: string | undefined;
  readonly identity: string | undefined;
  /** As it is written; nothing where a branch or a commit was resolved. */
  readonly version: unknown;
}

function collected(list: unknown, read: (entry: JsonRecord) => Entry): SwiftPackages {
  if (!Array.isArray(list)) throw new FormatError('it has no list of packages');
  if (list.length > MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
  const packages: SwiftPackage[] = [];
  let unreadable = 0;
  for (const one of list) {
    const record = asRecord(one);
    const entry = record && read(record);
    const name = (entry?.location === undefined ? undefined : swiftName(entry.location)) ?? entry?.identity;
    const version = versionOf(entry?.version);
    if (name === undefined || version === undefined) unreadable++;
    else packages.push({ name, version });
  }
  return { packages, unreadable };
}

/** Empty where there is none; undefined for one that is no version. */
function versionOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? '' : asText(value);
}

function rootOf(text: string): JsonRecord {
  const root = asRecord(parseJson(text));
  if (root === undefined) throw new FormatError('it has no list of packages');
  return root;
}
