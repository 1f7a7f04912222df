import { parseVcpkgManifest, parseVcpkgSpdx, parseVcpkgStatus, type VcpkgPort } from '../../formats/vcpkg/vcpkg.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';

const STATUS = 'vcpkg/status';
const SPDX = 'vcpkg.spdx.json';

/** Reads which ports vcpkg has installed. */
export const vcpkgPorts = packageFiles({
  name: 'vcpkg-ports',
  version: 2,
  exact: ['status', SPDX],
  where: ({ name, path }) => name === SPDX || path === STATUS || path.endsWith(`/${STATUS}`),
  maximum: MAX_LOCKFILE,
  read: (text, { header }) =>
    (header.name === SPDX ? [parseVcpkgSpdx(text)] : parseVcpkgStatus(text)).map((port) => recordOf(port)),
});

/** The manifest of a port in a registry, of which there are thousands, says what could be installed. */
const OF_REGISTRY = /(?:^|\/)ports\/[^/]+\/vcpkg\.json$/;

/** Reads which ports projects ask for. */
export const vcpkgManifests = packageFiles({
  name: 'vcpkg-manifests',
  version: 2,
  exact: ['vcpkg.json'],
  asked: true,
  where: ({ path }) => !OF_REGISTRY.test(path),
  maximum: MAX_MANIFEST,
  read(text) {
    const { own, wanted } = parseVcpkgManifest(text);
    return [
      ...(own === undefined ? [] : [{ ...recordOf(own, 'manifest'), application: true } as const]),
      ...wanted.map((port) => recordOf(port, 'manifest')),
    ];
  },
});

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
