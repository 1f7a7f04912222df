import { XmlParser } from '../../../formats/xml/parser.ts';

/** What nmap says of one open port. */
export interface NmapPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly name?: string;
  readonly product?: string;
  readonly version?: string;
  readonly encrypted: boolean;
  readonly scripts: readonly { readonly id: string; readonly output: string }[];
}

const MOST_PORTS = 70_000;
const MOST_SCRIPTS = 100;
/** Characters of the output of one script. */
const MOST_TEXT = 64 * 1024;

/**
 * Reads what nmap writes with -oX (its documentation, chapter "XML Output").
 * @throws FormatError and LimitError as `XmlParser` does
 */
export function readNmap(bytes: Uint8Array): NmapPort[] {
  const ports: NmapPort[] = [];
  type Open = { -readonly [K in keyof NmapPort]: NmapPort[K] } & {
    state: string;
    scripts: { id: string; output: string }[];
  };
  let current: Open | undefined;
  const parser = new XmlParser({
    open(name, attributes) {
      if (name === 'port') {
        const protocol = attributes.get('protocol');
        const port = Number(attributes.get('portid'));
        const isPort =
          (protocol === 'tcp' || protocol === 'udp') && Number.isInteger(port) && port > 0 && port < 65_536;
        current = isPort ? { protocol, port, encrypted: false, scripts: [], state: '' } : undefined;
      } else if (current === undefined) {
        return;
      } else if (name === 'state') {
        current.state = attributes.get('state') ?? '';
      } else if (name === 'service') {
        for (const key of ['name', 'product', 'version'] as const) {
          const value = attributes.get(key)?.slice(0, 200);
          if (value !== undefined) current[key] = value;
        }
        current.encrypted = attributes.get('tunnel') === 'ssl';
      } else if (name === 'script' && current.scripts.length < MOST_SCRIPTS) {
        const output = attributes.get('output') ?? '';
        current.scripts.push({ id: (attributes.get('id') ?? '').slice(0, 100), output: output.slice(0, MOST_TEXT) });
      }
    },
    text() {
      // What counts stands in attributes.
    },
    close(name) {
      if (name !== 'port' || current === undefined) return;
      const { state, ...port } = current;
      if (state === 'open' && ports.length < MOST_PORTS) ports.push(port);
      current = undefined;
    },
  });
  parser.push(bytes);
  parser.end();
  return ports;
}
