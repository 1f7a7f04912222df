import { reportFormats } from '../../config/options.ts';
import { type ForeignTool, needless, none, sameSwitch, switched } from './foreign.ts';

const known: readonly string[] = reportFormats;

/** `clairctl report` of Clair v4. */
export const clairctl: ForeignTool = {
  name: 'clairctl',
  version: '4.8',
  calledAs: /^(?:.*\/)?clairctl$/,
  commands: new Map([
    ['report', { here: 'scan', why: 'no service is needed; "drydock serve" has the API of Clair, too' }],
    ['manifest', { why: 'layers need no addresses: images are read from the registry' }],
    ['export-updaters', { here: 'db update', why: 'and "drydock db export FILE" writes what can be carried' }],
    ['import-updaters', { here: 'db import', why: 'artefacts of "drydock db export", or a folder with feeds' }],
    ['delete', { why: 'the service forgets by its own rules (docs/operating.md)' }],
    ['check-config', { here: 'config', why: '' }],
    ['admin', { why: 'the service has no such chores (docs/operating.md)' }],
    ['', { why: 'a command is missing' }],
  ]),
  options: [
    {
      flags: ['--host'],
      takes: 'text',
      variables: ['CLAIR_API'],
      here: needless('images are judged here; --server URL has a service of "drydock serve" judge them'),
    },
    {
      flags: ['--out', '-o'],
      takes: 'text',
      here: (value) =>
        value === 'text'
          ? { verdict: 'other', settings: [['format', 'table']], why: '' }
          : known.includes(`clair-${value}`)
            ? { verdict: 'other', settings: [['format', `clair-${value}`]], why: '' }
            : value === 'json'
              ? { verdict: 'other', settings: [['format', 'json']], why: 'of another shape (docs/report.md)' }
              : { verdict: 'none', why: `there are ${known.join(', ')}` },
    },
    {
      flags: ['--keep-going', '-k'],
      here: needless('other images are scanned where one cannot be read'),
    },
    { flags: ['--novel'], here: none('--baseline REPORT counts only what is new') },
    { flags: ['--config', '-c'], takes: 'text', variables: ['CLAIR_CONF'], here: needless('a scan needs none of it') },
    { flags: ['--issuer', '--iss'], takes: 'text', here: needless('no service is asked') },
    { flags: ['-D'], here: switched({ verdict: 'other', settings: [['verbose', true]], why: '' }) },
    { flags: ['-q'], here: sameSwitch('quiet') },
  ],
  optionFiles: [],
  policyFiles: [],
  statuses: [
    { theirs: '0, also with findings', here: '0' },
    { theirs: '1, for any error', here: '2 for a word that is wrong, 3 where an image cannot be read, 70 for a fault' },
  ],
};
