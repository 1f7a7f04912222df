import type { OptionSpec } from './option-spec.ts';

const server = { section: 'server', personal: true } as const;

/** What the map may do to containers, where it is let. Running something in them is not among it. */
export const mapControls = ['logs', 'stop', 'start', 'pause', 'unpause', 'restart'] as const;

/** Options of the live map that `drydock serve` and `drydock map` share: part of `serviceOptions`. */
export const mapServiceOptions = {
  map: {
    ...server,
    kind: 'choice',
    value: 'ENGINE',
    choices: ['off', 'reports', 'docker', 'podman'],
    default: 'off',
    description:
      'The live map of what runs. `docker`, `podman`: of this machine and this engine, and of what reporters of other hosts send. `reports`: of what these send alone.',
  },
  'map-controls': {
    ...server,
    kind: 'choices',
    value: 'LIST',
    choices: mapControls,
    default: [],
    description:
      'What may be done to the containers of this machine from the map, by those whose token allows everything. Each use is logged and kept.',
  },
  'map-history': {
    ...server,
    kind: 'integer',
    value: 'DAYS',
    range: [0, 365],
    default: 7,
    description: 'How long it is kept what the map showed, in the state folder. 0: not at all.',
  },
  'map-history-size': {
    ...server,
    kind: 'integer',
    value: 'MEGABYTES',
    range: [10, 100_000],
    default: 512,
    description: 'What is kept of the map takes so much at the most; the oldest goes first.',
  },
  'map-no-arguments': {
    ...server,
    kind: 'switch',
    default: false,
    description:
      'Leave out what processes were started with. Otherwise it is told without what is known to be a secret by its name or form.',
  },
  'map-environment': {
    ...server,
    kind: 'switch',
    default: false,
    description: 'Tell the environment of containers, which often holds secrets.',
  },
  'map-names': {
    ...server,
    kind: 'switch',
    default: false,
    description: 'Ask the name server for the names of public addresses that containers talk to. Not with --offline.',
  },
} as const satisfies Record<string, OptionSpec>;

/** Options of `drydock map` alone: part of `optionTable`. */
export const mapOptions = {
  once: {
    kind: 'switch',
    default: false,
    description: 'Look for a few seconds, write what runs and who talks to whom, and end.',
    only: 'flag',
  },
  'no-scan': {
    kind: 'switch',
    default: false,
    description: 'Scan no image of what runs: then nothing has a colour but what was scanned before.',
  },
  'no-token': {
    kind: 'switch',
    default: false,
    description: 'Let everybody on this machine see the map. Not where others can reach it.',
    only: 'flag',
  },
  'report-to': {
    kind: 'text',
    value: 'URL',
    description:
      'Serve nothing: send what runs here to the service at this address, with the token in --server-token-file.',
    only: 'flag or variable',
    personal: true,
  },
} as const satisfies Record<string, OptionSpec>;
