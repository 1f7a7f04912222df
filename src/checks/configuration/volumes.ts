import { undecidedIfBlind } from '../blind.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';

/** Directories that are the system's, and those of users. Others below them are, too. */
const system = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib64',
  '/proc',
  '/root',
  '/sbin',
  '/sys',
  '/usr',
  '/var/run',
  '/run',
];

/** Without a slash at its end; `/` stays. */
function plain(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end) || '/';
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function instructionOf({ history }: JudgedImage, volume: string): Pick<Seen, 'instruction'> {
  const entry = history.instructions.find(
    ({ kind, arguments: { words } }) => kind === 'VOLUME' && words.some((word) => plain(word) === plain(volume)),
  );
  return entry === undefined ? {} : { instruction: entry.index };
}

const ofSystem: Rule = {
  doc: {
    id: 'volume-system-directory',
    kind: 'configuration',
    title: 'A volume lies over a directory of the system',
    severity: 'high',
    why:
      'Every container of the image gets a directory of the host there. Whoever starts it with a mount in that place hands ' +
      'out devices, kernel settings, programs or the socket of the container engine.',
    remediation: 'Keep volumes to the data of the program: /data, /var/lib/NAME.',
    aliases: ['dockle:DKL-DI-0002', 'veinmind:unsafe-mount'],
    example: { wrong: 'VOLUME /etc', right: 'VOLUME /var/lib/app' },
    sources: ['https://docs.docker.com/reference/dockerfile/#volume'],
  },
  *judge(image) {
    for (const volume of image.config.volumes) {
      const path = plain(volume);
      const isSystem = path === '/' || /^\/home(?:\/[^/]+)?$/.test(path) || system.some((one) => isBelow(path, one));
      if (!isSystem && !/\.sock$/.test(path)) continue;
      yield { evidence: `The configuration makes ${volume} a volume.`, ...instructionOf(image, volume) };
    }
  },
};

const changedLater: Rule = {
  doc: {
    id: 'volume-changed-later',
    kind: 'configuration',
    title: 'A layer changes a directory that is a volume already',
    severity: 'low',
    why:
      'The legacy builder discards what is changed in a volume after VOLUME, and a container that has a volume from before ' +
      'does not see what a newer image has there.',
    remediation: 'Write VOLUME behind the last instruction that changes the directory.',
    aliases: [],
    example: { wrong: 'VOLUME /data\nCOPY seed /data/', right: 'COPY seed /data/\nVOLUME /data' },
    sources: ['https://docs.docker.com/reference/dockerfile/#notes-about-specifying-volumes'],
  },
  *judge(image) {
    const { history, view } = image;
    if (image.config.volumes.length > 0) yield* undecidedIfBlind(image);
    for (const volume of image.config.volumes) {
      const path = plain(volume).replace(/^\//, '');
      const { instruction } = instructionOf(image, volume);
      if (instruction === undefined || path === '') continue;
      const since = history.instructions.find(
        ({ index, layerIndex }) => index > instruction && layerIndex !== undefined,
      );
      const first = since?.layerIndex;
      if (first === undefined) continue;
      const later = view.list(path).find(({ layer }) => layer >= first);
      if (later === undefined) continue;
      yield {
        evidence: `${volume} is a volume since instruction ${instruction}, and layer ${later.layer} has ${later.path} in it.`,
        instruction,
        path: later.path,
      };
    }
  },
};

const overCode: Rule = {
  doc: {
    id: 'volume-over-code',
    kind: 'configuration',
    title: 'The program itself lies in a volume',
    severity: 'low',
    why:
      'A volume outlives the image: after an update the container goes on with the program that lies in the volume, with ' +
      'every flaw that the update mended, and whoever can write the volume can change the program.',
    remediation: 'Keep the program out of volumes.',
    aliases: [],
    example: { wrong: 'WORKDIR /srv\nVOLUME /srv\nCMD ["/srv/app"]', right: 'VOLUME /srv/data\nCMD ["/srv/app"]' },
  },
  *judge(image) {
    const { entrypoint = [], command = [] } = image.config;
    const program = [...entrypoint, ...command][0];
    if (program?.startsWith('/') !== true) return;
    for (const volume of image.config.volumes) {
      const path = plain(volume);
      if (path === '/' || !isBelow(program, path)) continue;
      yield {
        evidence: `Containers start ${program}, which lies in the volume ${volume}.`,
        ...instructionOf(image, volume),
      };
    }
  },
};

export const volumeRules: readonly Rule[] = [ofSystem, changedLater, overCode];
