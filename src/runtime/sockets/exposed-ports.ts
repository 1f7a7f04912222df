/** A port that an image declares. */
export interface ExposedPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** Ports that are taken of one image; a range can declare all there are. */
const MOST = 4096;

/**
 * Ports of `ExposedPorts` in the configuration of an image (OCI image specification, config.md): `80`, `53/udp`,
 * `6000-6010/tcp`. What is none, and other protocols, are left out.
 */
export function readExposedPorts(value: unknown): readonly ExposedPort[] {
  if (typeof value !== 'object' || value === null) return [];
  const ports = new Map<string, ExposedPort>();
  for (const key of Object.keys(value)) {
    const found = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/i.exec(key);
    if (found === null) continue;
    const first = Number(found[1]);
    const last = Number(found[2] ?? first);
    const protocol = found[3]?.toLowerCase() === 'udp' ? 'udp' : 'tcp';
    for (let port = Math.max(first, 1); port <= Math.min(last, 65_535) && ports.size < MOST; port++) {
      ports.set(`${port}/${protocol}`, { protocol, port });
    }
  }
  return [...ports.values()];
}
