import type { Instruction } from '../../model/history.ts';
import type { ImageView } from '../../model/view.ts';
import { isBlind, undecidedIfBlind } from '../blind.ts';
import type { Rule, Seen, Undecided } from '../rule.ts';
import { instructionRule, runsOf, shown } from './commands.ts';

const archive = /\.(?:tar|tar\.(?:gz|bz2|xz|lzma|zst)|tgz|tbz2?|txz|tlz)$/i;
/** What ADD unpacks where it is an archive inside, which the name alone does not tell. */
const compressed = /\.(?:gz|bz2|xz)$/i;

function isForAdd(source: string): boolean {
  return source.includes('://') || source.startsWith('git@') || archive.test(source) || compressed.test(source);
}

/** One file was added, and the layer has several: it was an archive. */
function isUnpacked({ layerIndex, arguments: { words } }: Instruction, view: ImageView): boolean {
  if (layerIndex === undefined || words.length !== 2 || words[0]?.startsWith('file:') !== true) return false;
  const changes = view.changes()[layerIndex];
  return changes !== undefined && changes.added + changes.changed > 1;
}

/** The root file system of a base image: `ADD file:... in /`. */
function isRoot({ arguments: { words } }: Instruction): boolean {
  return words.at(-1) === '/' && words.length === 2;
}

const add: Rule = {
  doc: {
    id: 'add-instead-of-copy',
    kind: 'history',
    title: 'ADD is used where COPY would do',
    severity: 'negligible',
    why: 'ADD unpacks archives and fetches addresses by itself: what it does depends on what it is given.',
    remediation: 'Use COPY, and ADD only to unpack or to fetch.',
    aliases: ['dockle:CIS-DI-0009', 'trivy:DS-0005', 'hadolint:DL3020', 'cis-docker:4.9'],
    example: { wrong: 'ADD app /srv/app', right: 'COPY app /srv/app' },
    sources: ['https://docs.docker.com/build/building/best-practices/#add-or-copy'],
    caveats:
      'The legacy builder records a digest in the place of the name: where the layer has one file it may have been an archive, ' +
      'which lowers the confidence.',
  },
  *judge(image) {
    const { history, view } = image;
    yield* undecidedIfBlind(image);
    let isFirst = true;
    for (const instruction of history.instructions) {
      if (instruction.kind !== 'ADD') continue;
      const { words } = instruction.arguments;
      const isBase = isFirst && isRoot(instruction);
      isFirst = false;
      const sources = words.slice(0, -1);
      if (isBase || sources.some(isForAdd)) continue;
      const isHashed = sources.some((word) => /^(?:file|dir|multi):[0-9a-f]{16,}/.test(word));
      if (isHashed && isUnpacked(instruction, view)) continue;
      yield {
        evidence: `It adds ${sources.join(' ').slice(0, 120)} to ${(words.at(-1) ?? '').slice(0, 80)}.`,
        instruction: instruction.index,
        ...(isHashed && { confidence: 'medium' as const }),
      };
    }
  },
};

const slash: Rule = instructionRule(
  {
    id: 'copy-without-slash',
    kind: 'history',
    title: 'Several files are copied to a name that does not end with a slash',
    severity: 'low',
    why: 'Builders refuse it, or write all of them to one name, depending on their age.',
    remediation: 'End the destination with a slash.',
    aliases: ['trivy:DS-0011'],
    example: { wrong: 'COPY a b /srv', right: 'COPY a b /srv/' },
    caveats: 'The legacy builder records one digest for all sources: then it is not seen.',
  },
  ['COPY', 'ADD'],
  ({ arguments: { words } }) => {
    const target = words.at(-1) ?? '';
    return words.length > 2 && !target.endsWith('/') && target !== '.'
      ? `It copies ${words.length - 1} sources to ${target.slice(0, 80)}.`
      : undefined;
  },
);

const thenUnpacked: Rule = {
  doc: {
    id: 'copy-then-unpack',
    kind: 'history',
    title: 'An archive is copied and then unpacked',
    severity: 'negligible',
    why: 'The archive stays in a layer of its own, beside what was in it.',
    remediation: 'Use ADD, which unpacks archives that lie beside the build file.',
    aliases: ['hadolint:DL3010'],
    example: { wrong: 'COPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /srv', right: 'ADD app.tar.gz /srv/' },
    caveats:
      'Where the builder recorded a digest in the place of the name it is seen by the name of the destination, if that has one.',
  },
  *judge(image): Iterable<Seen | Undecided> {
    yield* undecidedIfBlind(image);
    if (isBlind(image)) return;
    const copied = new Map<string, number>();
    for (const {
      kind,
      index,
      arguments: { words, flags },
    } of image.history.instructions) {
      if (kind !== 'COPY' || flags.some(({ name }) => name === 'from')) continue;
      // The destination has a name of its own: `COPY build/app.tar /app.tar`.
      for (const word of words) if (archive.test(word)) copied.set(word.slice(word.lastIndexOf('/') + 1), index);
    }
    if (copied.size === 0) return;
    for (const { instruction, commands } of runsOf(image)) {
      for (const ran of commands) {
        if (!/^(?:tar|bsdtar)$/.test(ran.program)) continue;
        const name = ran.words.map((word) => word.slice(word.lastIndexOf('/') + 1)).find((word) => copied.has(word));
        const copy = name === undefined ? undefined : copied.get(name);
        if (copy === undefined || copy > instruction.index) continue;
        yield {
          evidence: `Instruction ${copy} copies ${name}, and this one runs ${shown(ran)}.`,
          instruction: instruction.index,
        };
      }
    }
  },
};

const whole: Rule = instructionRule(
  {
    id: 'copy-whole-stage',
    kind: 'history',
    title: 'The whole file system of another stage is copied',
    severity: 'low',
    why: 'Compilers, caches and secrets of the build come along: what stages are there to keep out.',
    remediation: 'Copy what is needed.',
    aliases: ['hadolint:DL3067'],
    example: { wrong: 'COPY --from=build / /', right: 'COPY --from=build /out/app /usr/local/bin/' },
    caveats:
      'It is used on purpose to make one layer of an image. The builders of Docker do not record --from: the confidence is medium then.',
  },
  ['COPY'],
  ({ arguments: { words, flags } }) =>
    words.length === 2 && words[0] === '/' && words[1] === '/'
      ? { evidence: 'It copies / to /.', confidence: flags.some(({ name }) => name === 'from') ? 'certain' : 'medium' }
      : undefined,
);

const exposed: Rule = instructionRule(
  {
    id: 'copy-sensitive-file',
    kind: 'history',
    title: 'A file that usually holds secrets is copied into the image',
    severity: 'medium',
    why: 'Whoever has the image has the file, also where a later layer removes it.',
    remediation: 'Hand it to the RUN that needs it: --mount=type=secret.',
    aliases: ['trivy:DS-0031', 'cis-docker:4.10', 'dockle:CIS-DI-0010', 'whaler:dockerfile'],
    example: { wrong: 'COPY .npmrc /root/', right: 'RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci' },
    sources: ['https://docs.docker.com/build/building/secrets/'],
    caveats: 'It is judged by the name; what is in the file the check `secrets` looks at.',
  },
  ['COPY', 'ADD'],
  ({ arguments: { words } }) => {
    const found = words.slice(0, -1).find((word) => sensitive.test(word.slice(word.lastIndexOf('/') + 1)));
    return found === undefined ? undefined : { evidence: `It copies ${found.slice(0, 120)}.`, confidence: 'medium' };
  },
);

const sensitive =
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.npmrc|\.netrc|\.pypirc|\.pgpass|\.git-credentials|\.htpasswd|\.env|\.aws|\.azure|\.kube|kubeconfig|\.docker|\.dockercfg|credentials?(?:\.json|\.csv|\.xml)?|passwords?\.txt|secret_token\.rb|database\.ya?ml|.*\.(?:pem|key|private_key|secret|p12|pkcs12|pfx|jks|keystore|keychain|agilekeychain|psafe3|ppk|kdbx|ovpn|bek|fve)|master\.key|service[-_]account.*\.json)$/i;

export const addCopyRules: readonly Rule[] = [add, slash, thenUnpacked, whole, exposed];
