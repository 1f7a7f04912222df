import type { ExposedPort } from '../../history/container-config.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';

/** Ports on which programs let everybody in who reaches them, unless told otherwise: not ones to be opened in passing. */
const adminPorts: ReadonlyMap<number, string> = new Map([
  [2375, 'the Docker API without TLS'],
  [2376, 'the Docker API'],
  [2379, 'etcd'],
  [2380, 'etcd'],
  [4194, 'cAdvisor'],
  [5005, 'the debugger of Java'],
  [5858, 'the debugger of Node.js'],
  [5900, 'VNC'],
  [6000, 'X11'],
  [6379, 'Redis'],
  [8001, 'the proxy of Kubernetes'],
  [9200, 'Elasticsearch'],
  [9229, 'the debugger of Node.js'],
  [10_250, 'the kubelet'],
  [10_255, 'the kubelet'],
  [11_211, 'memcached'],
  [27_017, 'MongoDB'],
]);

function* ports({ config, history }: JudgedImage, isWrong: (port: ExposedPort) => string | undefined): Iterable<Seen> {
  for (const port of config.ports) {
    const what = isWrong(port);
    if (what === undefined) continue;
    const entry = history.instructions.findLast(
      ({ kind, arguments: { words } }) => kind === 'EXPOSE' && words.some((word) => isPort(word, port)),
    );
    yield { evidence: `Port ${port.text} is exposed: ${what}.`, ...(entry && { instruction: entry.index }) };
  }
}

/** `80` and `map[80/tcp:{}]`, as builders write what `80/tcp` came from. */
function isPort(word: string, { text }: ExposedPort): boolean {
  return word === text || `${word}/tcp` === text;
}

const ssh: Rule = {
  doc: {
    id: 'port-ssh',
    kind: 'configuration',
    title: 'The port of SSH is exposed',
    severity: 'low',
    why:
      'A container with a server of its own for logins has keys and passwords to keep, and lets people change what runs ' +
      'past every review.',
    remediation: 'Leave the server out; use `docker exec` or `kubectl exec`.',
    aliases: ['trivy:DS-0004'],
    example: { wrong: 'EXPOSE 22', right: 'EXPOSE 8080' },
    sources: ['https://docs.docker.com/reference/dockerfile/#expose'],
  },
  judge: (image) => ports(image, ({ port }) => (port === 22 ? 'that of SSH' : undefined)),
};

const outOfRange: Rule = {
  doc: {
    id: 'port-out-of-range',
    kind: 'configuration',
    title: 'EXPOSE names something that is no port',
    severity: 'low',
    why: 'Ports go from 0 to 65535. What the build file meant to say is not said.',
    remediation: 'Write the number of the port, with /udp behind it where it is one of UDP.',
    aliases: ['trivy:DS-0008', 'hadolint:DL3011'],
    example: { wrong: 'EXPOSE 80808', right: 'EXPOSE 8080' },
  },
  judge: (image) => ports(image, (port) => (isPortOrRange(port) ? undefined : 'that is no port')),
};

/** buildah keeps a range as it was typed, `7000-7010/tcp`, where others write each of its ports. */
function isPortOrRange({ port, text }: ExposedPort): boolean {
  if (port !== undefined) return port <= 65_535;
  const range = /^(\d{1,5})-(\d{1,5})(?:\/\w+)?$/.exec(text);
  return range !== null && Number(range[1]) <= Number(range[2]) && Number(range[2]) <= 65_535;
}

const privileged: Rule = {
  doc: {
    id: 'port-privileged',
    kind: 'configuration',
    title: 'A port below 1024 is exposed, though the user is not root',
    severity: 'negligible',
    why:
      'A program that is not root may not listen there without a capability, or a setting of the kernel that not every ' +
      'host has. People then run the container as root to make it work.',
    remediation: 'Listen on a port from 1024 on, and map it where the container is started.',
    aliases: [],
    example: { wrong: 'USER 10001\nEXPOSE 80', right: 'USER 10001\nEXPOSE 8080' },
    sources: ['https://docs.kernel.org/networking/ip-sysctl.html'],
    caveats:
      'Docker lets all users listen on all ports since version 20.10; the program may have a capability of its own.',
  },
  judge: (image) => {
    const user = image.config.user.split(':', 1)[0] as string;
    if (user === '' || user === 'root' || Number(user) === 0) return [];
    return ports(image, ({ port }) =>
      port !== undefined && port > 0 && port < 1024 ? `the user is ${image.config.user}` : undefined,
    );
  },
};

const admin: Rule = {
  doc: {
    id: 'port-admin',
    kind: 'configuration',
    title: 'A port of a debugger, an administration service or a database is exposed',
    severity: 'medium',
    why: 'What usually listens there lets everybody in who reaches it, unless it is told otherwise.',
    remediation: 'Do not expose it; where it is needed, ask for a password and open it to those who need it.',
    aliases: [],
    example: { wrong: 'EXPOSE 9229', right: 'EXPOSE 8080' },
    caveats: 'The number alone does not tell what listens: an image of a database exposes its port on purpose.',
  },
  *judge(image) {
    for (const seen of ports(image, ({ port }) => admins(port))) yield { ...seen, confidence: 'medium' };
  },
};

function admins(port: number | undefined): string | undefined {
  const name = port === undefined ? undefined : adminPorts.get(port);
  return name === undefined ? undefined : `that of ${name}`;
}

export const portRules: readonly Rule[] = [ssh, outOfRange, privileged, admin];
