import type { Rule } from '../rule.ts';

const present: Rule = {
  doc: {
    id: 'onbuild-present',
    kind: 'configuration',
    title: 'The image runs instructions in the builds of others',
    severity: 'low',
    why: 'ONBUILD triggers run in every build that starts from the image, with its files and secrets, and stand in no build file there.',
    remediation: 'Write the instructions into the build files that need them.',
    aliases: [],
    example: { wrong: 'ONBUILD RUN make install', right: 'RUN make install' },
    sources: ['https://docs.docker.com/reference/dockerfile/#onbuild'],
  },
  *judge({ config, history }) {
    for (const trigger of config.onBuild) {
      const entry = history.instructions.findLast(({ kind, text }) => kind === 'ONBUILD' && text.endsWith(trigger));
      const shown = trigger.length > 120 ? `${trigger.slice(0, 120)}...` : trigger;
      yield { evidence: `It triggers ${shown}`, ...(entry && { instruction: entry.index }) };
    }
  },
};

const forbidden: Rule = {
  doc: {
    id: 'onbuild-forbidden',
    kind: 'configuration',
    title: 'A trigger cannot be one',
    severity: 'low',
    why: 'FROM, ONBUILD and MAINTAINER are refused as triggers: no build can start from the image.',
    remediation: 'Remove the trigger.',
    aliases: ['hadolint:DL3043'],
    example: { wrong: 'ONBUILD FROM debian', right: 'ONBUILD RUN true' },
    sources: ['https://docs.docker.com/reference/dockerfile/#onbuild'],
  },
  *judge({ config }) {
    for (const trigger of config.onBuild) {
      const word = /^\s*([A-Za-z]+)/.exec(trigger)?.[1]?.toUpperCase();
      if (word === 'FROM' || word === 'ONBUILD' || word === 'MAINTAINER') yield { evidence: `It triggers ${word}.` };
    }
  },
};

export const onBuildRules: readonly Rule[] = [present, forbidden];
