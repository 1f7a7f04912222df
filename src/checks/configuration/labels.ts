import { undecidedIfBlind } from '../blind.ts';
import type { JudgedImage, Rule, Seen } from '../rule.ts';

function instructionOf({ history }: JudgedImage, label: string): Pick<Seen, 'instruction'> {
  const entry = history.instructions.findLast(
    ({ kind, arguments: { pairs } }) => kind === 'LABEL' && pairs.some(({ name }) => name === label),
  );
  return entry === undefined ? {} : { instruction: entry.index };
}

/** Labels by which programs on the host run commands, or start the image with rights; by what their name begins with. */
const acting: readonly { readonly begins: string; readonly what: string }[] = [
  { begins: 'run', what: 'atomic and `podman container runlabel` run it on the host' },
  { begins: 'install', what: 'atomic and `podman container runlabel` run it on the host' },
  { begins: 'uninstall', what: 'atomic and `podman container runlabel` run it on the host' },
  { begins: 'io.podman.annotations', what: 'podman takes settings of the container from it' },
  { begins: 'ofelia.', what: 'ofelia runs it as a job' },
  { begins: 'com.centurylinklabs.watchtower.lifecycle.', what: 'watchtower runs it in the container' },
  { begins: 'deck-chores.', what: 'deck-chores runs it as a job' },
  { begins: 'swarm.cronjob.', what: 'swarm-cronjob starts services by it' },
  { begins: 'chadburn.', what: 'chadburn runs it as a job' },
];

const privileges =
  /--privileged|--cap-add|--pid[= ]host|--net(?:work)?[= ]host|--ipc[= ]host|docker\.sock|-v\s*\/:|--volume[= ]\/:|--security-opt/i;

const actingLabel: Rule = {
  doc: {
    id: 'label-acts',
    kind: 'configuration',
    title: 'A label makes a program on the host act',
    severity: 'medium',
    why:
      'Some programs that watch containers take commands from labels. Whoever made the image then says what runs, and with ' +
      'which rights.',
    remediation: 'Remove the label; write such settings where containers are started.',
    aliases: [],
    example: {
      wrong: 'LABEL RUN="docker run --privileged -v /:/host IMAGE"',
      right: 'LABEL org.opencontainers.image.title=app',
    },
    sources: ['https://docs.podman.io/en/latest/markdown/podman-container-runlabel.1.html'],
    caveats: 'It is without effect where no such program is in use.',
  },
  *judge(image) {
    for (const [name, value] of image.config.labels) {
      const lower = name.toLowerCase();
      const found = acting.find(({ begins }) =>
        begins.endsWith('.') ? lower.startsWith(begins) : lower === begins || lower.startsWith(`${begins}.`),
      );
      if (found === undefined) continue;
      const isGrave = privileges.test(value);
      const shown = value.length > 100 ? `${value.slice(0, 100)}...` : value;
      yield {
        evidence: `The label ${name} is ${shown}: ${found.what}${isGrave ? ', with rights over the host' : ''}.`,
        severity: isGrave ? 'high' : 'low',
        ...instructionOf(image, name),
      };
    }
  },
};

const source: Rule = {
  doc: {
    id: 'label-source-missing',
    kind: 'configuration',
    title: 'The image does not say where its source is',
    severity: 'negligible',
    why: 'Whoever finds something in it does not know whom to tell, nor what it was built from.',
    remediation: 'Set the label org.opencontainers.image.source to the address of the repository.',
    aliases: [],
    example: { wrong: 'LABEL name=app', right: 'LABEL org.opencontainers.image.source=https://example.org/app.git' },
    sources: ['https://github.com/opencontainers/image-spec/blob/main/annotations.md'],
  },
  *judge({ config }) {
    const names = new Set(config.labels.map(([name]) => name));
    if (names.has('org.opencontainers.image.source') || names.has('org.label-schema.vcs-url')) return;
    yield { evidence: 'There is no label org.opencontainers.image.source.' };
  },
};

/** Labels of the OCI specification whose values have a form. */
const forms: ReadonlyMap<string, { readonly fits: (value: string) => boolean; readonly form: string }> = new Map([
  ['org.opencontainers.image.created', { fits: isTime, form: 'a time of RFC 3339' }],
  ['org.opencontainers.image.url', { fits: isAddress, form: 'an address' }],
  ['org.opencontainers.image.documentation', { fits: isAddress, form: 'an address' }],
  ['org.opencontainers.image.source', { fits: isAddress, form: 'an address' }],
  ['org.opencontainers.image.licenses', { fits: isLicence, form: 'an SPDX expression' }],
  ['org.opencontainers.image.revision', { fits: isRevision, form: 'a digest of a commit' }],
  ['org.opencontainers.image.version', { fits: (value) => value.trim() !== '', form: 'a version' }],
  [
    'org.opencontainers.image.base.digest',
    { fits: (value) => /^sha(?:256|512):[0-9a-f]{64,128}$/.test(value), form: 'a digest' },
  ],
]);

function isTime(value: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** Other forms of addresses of repositories (`git@host:path`) are not what the specification asks for, but of use. */
function isAddress(value: string): boolean {
  return URL.canParse(value) && /^[a-z][a-z0-9+.-]*:/i.test(value);
}

function isLicence(value: string): boolean {
  const words = value
    .replaceAll(/[()]/g, ' $& ')
    .split(/\s+/)
    .filter((word) => word !== '');
  let open = 0;
  // An operand is expected at the beginning, behind an operator and behind a parenthesis that opens.
  let wantsOperand = true;
  for (const word of words) {
    if (word === '(' && wantsOperand) open++;
    else if (word === ')' && !wantsOperand && open > 0) open--;
    else if (/^(?:AND|OR|WITH)$/i.test(word) && !wantsOperand) wantsOperand = true;
    else if (/^[A-Za-z0-9.:-]+\+?$/.test(word) && wantsOperand) wantsOperand = false;
    else return false;
  }
  return !wantsOperand && open === 0;
}

/** What a version control system names a state by; other systems than git have other names. */
function isRevision(value: string): boolean {
  return /^[\w.\-/]{1,128}$/.test(value);
}

const form: Rule = {
  doc: {
    id: 'label-form',
    kind: 'configuration',
    title: 'A label does not have the form that its name asks for',
    severity: 'negligible',
    why: 'Programs that read such labels, registries among them, take them for what the specification says, or drop them.',
    remediation: 'Give it the form that the specification of image annotations asks for.',
    aliases: [
      'hadolint:DL3050',
      'hadolint:DL3052',
      'hadolint:DL3053',
      'hadolint:DL3054',
      'hadolint:DL3055',
      'hadolint:DL3056',
    ],
    example: {
      wrong: 'LABEL org.opencontainers.image.created="yesterday"',
      right: 'LABEL org.opencontainers.image.created="2026-01-31T12:00:00Z"',
    },
    sources: ['https://github.com/opencontainers/image-spec/blob/main/annotations.md'],
    caveats:
      'Which labels an image must have is a matter of whoever runs it: hadolint has a schema for that, which is not read.',
  },
  *judge(image) {
    for (const [name, value] of image.config.labels) {
      const expected = forms.get(name);
      if (expected === undefined || expected.fits(value)) continue;
      yield {
        evidence: `The label ${name} should be ${expected.form}; it is ${shorten(value)}.`,
        ...instructionOf(image, name),
      };
    }
  },
};

const empty: Rule = {
  doc: {
    id: 'label-empty',
    kind: 'configuration',
    title: 'A label has no value',
    severity: 'negligible',
    why: 'It says nothing; often a build argument was meant to be in its place.',
    remediation: 'Give it a value, or leave it out.',
    aliases: ['hadolint:DL3051', 'hadolint:DL3049'],
    example: { wrong: 'LABEL version=', right: 'LABEL version=1.0' },
  },
  *judge(image) {
    for (const [name, value] of image.config.labels) {
      if (value.trim() === '')
        yield { evidence: `The label ${shorten(name)} is empty.`, ...instructionOf(image, name) };
    }
  },
};

const key: Rule = {
  doc: {
    id: 'label-name',
    kind: 'configuration',
    title: 'The name of a label is not as it should be',
    severity: 'negligible',
    why:
      'Names are lower-case letters, digits, dots and hyphens, beginning and ending with a letter or digit. com.docker.*, ' +
      'io.docker.* and org.dockerproject.* are those of Docker.',
    remediation: 'Use the name of a domain of yours, written backwards, as a prefix.',
    aliases: ['hadolint:DL3048'],
    example: { wrong: 'LABEL +version=1', right: 'LABEL org.example.version=1' },
    sources: ['https://docs.docker.com/engine/manage-resources/labels/#key-format-recommendations'],
    caveats: 'Capital letters and underscores are let pass: they are in wide use.',
  },
  *judge(image) {
    for (const [name] of image.config.labels) {
      // Names such as org.opencontainers.image.base_name are in wide use, and nobody stumbles over them.
      const isPlain = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i.test(name) && !/[.-]{2}/.test(name);
      const isReserved = /^(?:com\.docker|io\.docker|org\.dockerproject)\.(?!compose\.|extension\.|desktop\.)/i.test(
        name,
      );
      if (isPlain && !isReserved) continue;
      yield { evidence: `There is a label named ${shorten(name)}.`, ...instructionOf(image, name) };
    }
  },
};

const maintainer: Rule = {
  doc: {
    id: 'maintainer-deprecated',
    kind: 'configuration',
    title: 'MAINTAINER is in use',
    severity: 'negligible',
    why: 'It has been deprecated since Docker 1.13; programs look for a label.',
    remediation: 'Use the label org.opencontainers.image.authors.',
    aliases: ['hadolint:DL4000', 'trivy:DS-0022'],
    example: { wrong: 'MAINTAINER a@example.org', right: 'LABEL org.opencontainers.image.authors="a@example.org"' },
    sources: ['https://docs.docker.com/reference/dockerfile/#maintainer-deprecated'],
  },
  *judge(image) {
    yield* undecidedIfBlind(image);
    for (const { kind, index } of image.history.instructions) {
      if (kind === 'MAINTAINER') yield { evidence: `Instruction ${index} is MAINTAINER.`, instruction: index };
    }
  },
};

const mail: Rule = {
  doc: {
    id: 'label-authors-form',
    kind: 'configuration',
    title: 'The label of the authors names nobody who can be reached',
    severity: 'negligible',
    why: 'It is there for whoever has to tell them something.',
    remediation: 'Write a mail address or an address of the web into it.',
    aliases: ['hadolint:DL3058'],
    example: {
      wrong: 'LABEL org.opencontainers.image.authors="the team"',
      right: 'LABEL org.opencontainers.image.authors="team@example.org"',
    },
  },
  *judge(image) {
    const label = image.config.labels.find(([name]) => name === 'org.opencontainers.image.authors');
    if (label === undefined || /\S@\S|:\/\//.test(label[1])) return;
    yield { evidence: `It is ${shorten(label[1])}.`, confidence: 'medium', ...instructionOf(image, label[0]) };
  },
};

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

export const labelRules: readonly Rule[] = [actingLabel, source, form, empty, key, maintainer, mail];
