import { asList, asRecord, asText } from './record.ts';

/** A package that the inventory of Bottlerocket lists. */
export interface InventoryPackage {
  readonly name: string;
  readonly epoch?: number;
  readonly version: string;
  readonly release?: string;
  readonly arch?: string;
  /** The kit that it was built in: `bottlerocket-core-kit`. */
  readonly publisher?: string;
}

/** What an inventory lists, and what is wrong with it, in words. */
export interface InventoryReading {
  readonly packages: readonly InventoryPackage[];
  readonly problems: readonly string[];
}

/** Packages of one inventory; real ones have about 200. */
const PACKAGES = 50_000;

/**
 * Reads `application-inventory.json` (bottlerocket-os/twoliter, rpm2img): `{"Content": [{"Name", "Version", "Release",
 * "Epoch", "Architecture", "Publisher"}]}`. Entries without a name or a version are left out, with a word.
 */
export function parseBottlerocketInventory(content: Uint8Array, truncated = false): InventoryReading {
  if (truncated) return { packages: [], problems: ['the inventory is larger than what is read of a file'] };
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString());
  } catch {
    return { packages: [], problems: ['the inventory is no JSON'] };
  }
  const list = asRecord(document)?.['Content'];
  if (!Array.isArray(list)) return { packages: [], problems: ['the inventory has no list of packages'] };
  const packages: InventoryPackage[] = [];
  let bad = 0;
  for (const item of asList(list).slice(0, PACKAGES)) {
    const pkg = readPackage(item);
    if (pkg === undefined) bad++;
    else packages.push(pkg);
  }
  const problems: string[] = [];
  if (bad > 0) problems.push(`${bad} entries of the inventory are no packages with a version`);
  if (list.length > PACKAGES) problems.push(`the inventory lists more than ${PACKAGES} packages`);
  return { packages, problems };
}

function readPackage(item: unknown): InventoryPackage | undefined {
  const entry = asRecord(item);
  const word = (key: string): string | undefined => asText(entry?.[key], 256)?.trim();
  const [name, version, release, arch] = [word('Name'), word('Version'), word('Release'), word('Architecture')];
  if (name === undefined || version === undefined || /\s/.test(name + version + (release ?? ''))) return undefined;
  // Inventories before 2024 have no epoch.
  const epoch = word('Epoch') ?? '0';
  if (!/^(?:\d{1,10}|\(none\))$/.test(epoch)) return undefined;
  const publisher = word('Publisher');
  return {
    name,
    version,
    ...(Number(epoch) > 0 && { epoch: Number(epoch) }),
    ...(release !== undefined && { release }),
    ...(arch !== undefined && { arch }),
    ...(publisher !== undefined && { publisher }),
  };
}
