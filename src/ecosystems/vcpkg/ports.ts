import { parseVcpkgManifest, parseVcpkgSpdx, parseVcpkgStatus, type VcpkgPort } from '../../formats/vcpkg/vcpkg.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const STATUS = 'vcpkg/status';
const SPDX = 'vcpkg.spdx.json';

/** Reads which ports vcpkg has installed. */
export const vcpkgPorts: Analyzer<PackageFact> = {
  name: 'vcpkg-ports',
  version: 2,
  names: { exact: ['status', SPDX] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const isStatus = file.name === 'status' && (file.path === STATUS || file.path.endsWith(`/${STATUS}`));
    return isStatus || file.name === SPDX ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const parse = (text: string): readonly VcpkgPort[] =>
          file.header.name === SPDX ? [parseVcpkgSpdx(text)] : parseVcpkgStatus(text);
        for (const port of readTextFile(layer, file, MAX_LOCKFILE, parse) ?? [])
          packages.add(file.path, recordOf(port));
      },
      close: () => packages.close(),
    };
  },
};

const MANIFEST = 'vcpkg.json';
/** The manifest of a port in a registry, of which there are thousands, says what could be installed. */
const OF_REGISTRY = /(?:^|\/)ports\/[^/]+\/vcpkg\.json$/;

/** Reads which ports projects ask for. */
export const vcpkgManifests: Analyzer<PackageFact> = {
  name: 'vcpkg-manifests',
  version: 2,
  names: { exact: [MANIFEST] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== MANIFEST || OF_REGISTRY.test(file.path)) return Appetite.None;
    return textAppetite(file, MAX_MANIFEST);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const manifest = readTextFile(layer, file, MAX_MANIFEST, parseVcpkgManifest);
        if (manifest === undefined) return;
        const { own, wanted } = manifest;
        if (own !== undefined) packages.add(file.path, { ...recordOf(own, 'manifest'), application: true });
        for (const port of wanted) packages.add(file.path, recordOf(port, 'manifest'));
      },
      close: () => packages.close(),
    };
  },
};

function recordOf(
  { name, version, portVersion, licences, requires, group }: VcpkgPort,
  evidence?: Exclude<PackageRecord['evidence'], undefined>,
): PackageRecord {
  return {
    type: 'vcpkg',
    name,
    version,
    ...(portVersion !== undefined && { qualifiers: { port_version: portVersion } }),
    ...(evidence !== undefined && { evidence }),
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
    ...(group !== undefined && { groups: [group] }),
  };
}
