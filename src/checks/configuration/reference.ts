import type { JudgedImage, Rule, Seen } from '../rule.ts';

const BASE_NAME = 'org.opencontainers.image.base.name';

/** The tag of a reference, '' where it has none; undefined where a digest pins it, or it is no reference. */
function tagOf(reference: string): string | undefined {
  if (reference === '' || reference.includes('@')) return undefined;
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 ? '' : name.slice(colon + 1);
}

const latest: Rule = {
  doc: {
    id: 'tag-latest',
    kind: 'configuration',
    title: 'The image is named latest',
    severity: 'negligible',
    why: 'The name says nothing of the version, and tomorrow it may be another image: what runs cannot be told, nor rolled back.',
    remediation: 'Name images by version, and start them by digest.',
    aliases: ['dockle:DKL-DI-0006'],
    example: { wrong: 'docker build -t app:latest .', right: 'docker build -t app:1.4.2 .' },
    caveats: 'Of an archive without names nothing is known.',
  },
  *judge({ view }) {
    const { names } = view.image;
    if (names.length === 0) {
      yield { undecided: 'cannot be decided: the source gives the image no name' };
      return;
    }
    // With other names beside it, it can be told by those.
    // An OCI layout may give the tag alone: `1.2`.
    if (names.every((name) => tagOf(name) === 'latest' || (tagOf(name) === '' && !/^v?\d/.test(name)))) {
      yield { evidence: `Its only name is ${names[0]}.` };
    }
  },
};

const base: Rule = {
  doc: {
    id: 'base-tag-latest',
    kind: 'configuration',
    title: 'The base image is not pinned to a version',
    severity: 'low',
    why: 'The next build may start from another image, without a change in the build file.',
    remediation: 'Name the version of the base image, and better its digest.',
    aliases: ['trivy:DS-0001', 'hadolint:DL3006', 'hadolint:DL3007', 'cis-docker:4.2'],
    example: { wrong: 'FROM debian', right: 'FROM debian:12.8@sha256:...' },
    sources: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions'],
    caveats:
      'FROM is in no history: it is decided by the label org.opencontainers.image.base.name, where the builder set it. ' +
      'Whether a base image is to be trusted is a matter of whoever uses it.',
  },
  *judge(image) {
    const name = baseName(image);
    if (name === undefined) {
      yield { undecided: `cannot be decided: FROM is in no history, and there is no label ${BASE_NAME}` };
      return;
    }
    const tag = tagOf(name);
    if (tag !== 'latest' && tag !== '') return;
    yield { evidence: `The label ${BASE_NAME} is ${name}.`, ...labelInstruction(image) };
  },
};

function baseName({ config }: JudgedImage): string | undefined {
  return config.labels.find(([name]) => name === BASE_NAME)?.[1];
}

function labelInstruction({ history }: JudgedImage): Pick<Seen, 'instruction'> {
  const entry = history.instructions.findLast(
    ({ kind, arguments: { pairs } }) => kind === 'LABEL' && pairs.some(({ name }) => name === BASE_NAME),
  );
  return entry === undefined ? {} : { instruction: entry.index };
}

export const referenceRules: readonly Rule[] = [latest, base];
