import type { Rule } from '../rule.ts';

const reproducible: Rule = {
  doc: {
    id: 'created-unknown',
    kind: 'configuration',
    title: 'The image does not say when it was made',
    severity: 'negligible',
    why: 'How old its packages are can then only be told by the packages. Builds that set all times to one day do it on purpose, to be repeatable.',
    remediation: 'Set SOURCE_DATE_EPOCH to the time of the commit: the build stays repeatable, and its age is known.',
    aliases: [],
    example: { wrong: 'docker build .', right: 'SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) docker buildx build .' },
    sources: ['https://reproducible-builds.org/docs/source-date-epoch/'],
  },
  *judge({ view }) {
    const { created } = view.image;
    if (created === undefined) {
      yield { evidence: 'The configuration has no time of creation.' };
      return;
    }
    const time = Date.parse(created);
    if (Number.isNaN(time)) yield { evidence: `The time of creation is ${created.slice(0, 60)}, which is none.` };
    else if (time < Date.UTC(1981, 0, 1))
      yield { evidence: `The time of creation is ${created}, as repeatable builds set it.` };
  },
};

const odd: Rule = {
  doc: {
    id: 'configuration-odd',
    kind: 'configuration',
    title: 'A field of the configuration is of another type than it should be',
    severity: 'low',
    why: 'No builder writes such a field. Runtimes take it for one thing or another, or refuse the image.',
    remediation: 'Build the image again with a builder of today.',
    aliases: [],
    sources: ['https://github.com/opencontainers/image-spec/blob/main/config.md'],
  },
  *judge({ config }) {
    if (config.odd.length > 0) yield { evidence: `Of another type: ${config.odd.join(', ')}.` };
  },
};

export const provenanceRules: readonly Rule[] = [reproducible, odd];
