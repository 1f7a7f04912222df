import { cageProfiles } from '../model/observation.ts';
import type { OptionSpec } from './option-spec.ts';

/** Options of `drydock observe`: part of `optionTable`. */
export const observeOptions = {
  duration: {
    kind: 'duration',
    value: 'TIME',
    default: 10_000,
    description: 'Watch the image for so long once it is ready.',
  },
  container: {
    kind: 'text',
    value: 'CONTAINER',
    description:
      'Watch this container, by its name or id, instead of running an image: nothing is started in it or made for it. Its services are asked nothing, unless --service-scanners says who shall.',
    only: 'flag',
  },
  'ready-timeout': {
    kind: 'duration',
    value: 'TIME',
    default: 30_000,
    description: 'Wait so long until the image listens or says that it is healthy; then it counts as running.',
  },
  cage: {
    kind: 'choice',
    value: 'PROFILE',
    choices: cageProfiles,
    default: 'default',
    description:
      'How tight the cage is. `strict`: read-only files and no capability. `default`: the capabilities of servers; where the image does not come up with them, it is tried with those of `compatible`. `compatible`: those that engines grant by themselves. None lets it reach this machine, other containers or the internet.',
    personal: true,
  },
  network: {
    kind: 'choice',
    value: 'KIND',
    choices: ['none', 'sinkhole'],
    default: 'none',
    description:
      '`none`: loopback alone. `sinkhole`: a network that leads nowhere, in which every name is answered and what is sent is taken down.',
    personal: true,
  },
  engine: {
    kind: 'choice',
    value: 'ENGINE',
    choices: ['docker', 'podman'],
    default: 'docker',
    description: 'The container engine that runs it.',
  },
  'run-profile': {
    kind: 'path',
    value: 'FILE',
    description: 'What the image needs to run: environment, command, files, when it is ready, what to send. YAML.',
  },
  'no-presets': {
    kind: 'switch',
    default: false,
    description: 'Assume nothing of well-known images, such as a password that they want to be given.',
  },
  'accept-weak-cage': {
    kind: 'switch',
    default: false,
    description:
      'Run the image although the engine cannot hold it: without limits, or without a filter of system calls.',
    personal: true,
  },
  sandbox: {
    kind: 'choice',
    value: 'RUNTIME',
    choices: ['default', 'gvisor'],
    default: 'default',
    description: '`gvisor` runs it on a kernel of its own (runsc), where the engine has that.',
  },
  tracer: {
    kind: 'choice',
    value: 'TRACER',
    choices: ['strace', 'none'],
    default: 'strace',
    description: 'Who watches the calls: `strace`, which is put in front of the program, or nobody.',
  },
  'tracer-folder': {
    kind: 'path',
    value: 'FOLDER',
    description:
      'A folder with strace and its libraries, for images of another architecture. Default: what this machine has.',
    personal: true,
  },
  'call-rules': {
    kind: 'words',
    value: 'LIST',
    default: ['starter'],
    description:
      'Rules on system calls: `starter` (those that come with Drydock), files and folders with rules of Falco.',
  },
  'service-scanners': {
    kind: 'words',
    value: 'LIST',
    default: ['drydock'],
    description:
      'Who looks at the services: `drydock` (our probes), and programs of this machine: `nmap`, `nuclei`, `nuclei:FOLDER` (with your templates), `testssl`; `none`.',
  },
  'service-command': {
    kind: 'text',
    value: 'COMMAND',
    description:
      'Run this command for each port and take what it writes in SARIF: words are separated by blanks, {host} and {port} stand for the place. It is started on this machine, in the network of the container.',
    personal: true,
  },
  prove: {
    kind: 'switch',
    default: false,
    description:
      'Run the image again, as often as it takes, to prove a seccomp profile and to find out which capabilities, writable folders and user it really needs.',
  },
  profiles: {
    kind: 'path',
    value: 'FOLDER',
    description:
      'Write what the run was proven with to this folder: seccomp and AppArmor profiles, a network policy, advice. With --prove.',
    personal: true,
  },
} as const satisfies Record<string, OptionSpec>;
