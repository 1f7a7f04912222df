import type { CageProfile } from '../../model/observation.ts';

/** What a profile gives to a container beyond an own file system and own processes. */
export interface CageRules {
  /** Capabilities (capabilities(7)) without `CAP_`; all others are dropped. */
  readonly capabilities: readonly string[];
  readonly readOnlyRoot: boolean;
  /** /tmp is a folder in memory, of a limited size. */
  readonly temporaryInMemory: boolean;
  /** Sentences that say what it allows, for people. */
  readonly allows: readonly string[];
}

/**
 * What servers need that start as root, open their files and ports, and go on as somebody else, often in an empty root
 * (chroot(2)): OpenSSH and vsftpd come up without that right, and then turn every connection away.
 */
const serverCapabilities = [
  ...['CHOWN', 'SETUID', 'SETGID', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE'],
  'SYS_CHROOT',
];

/** Those that Docker grants by itself (github.com/moby/profiles, "DefaultCapabilities"). */
const engineCapabilities = [...serverCapabilities, 'FSETID', 'SETPCAP', 'SETFCAP', 'MKNOD', 'AUDIT_WRITE', 'NET_RAW'];

const always = [
  'It has no network but its own loopback: it reaches neither this machine, nor other containers, nor the internet.',
  'It gains no privileges (no_new_privs), sees no devices and no folders of this machine.',
];

export const cageRules: Readonly<Record<CageProfile, CageRules>> = {
  strict: {
    capabilities: [],
    readOnlyRoot: true,
    temporaryInMemory: true,
    allows: [...always, 'Its files are read-only, save /tmp and its volumes. Root has no capability.'],
  },
  default: {
    capabilities: serverCapabilities,
    readOnlyRoot: false,
    temporaryInMemory: true,
    allows: [...always, `Its files can be written. Root may do what servers need: ${serverCapabilities.join(', ')}.`],
  },
  compatible: {
    capabilities: engineCapabilities,
    readOnlyRoot: false,
    temporaryInMemory: false,
    allows: [
      ...always,
      `Its files can be written. Root may do what container engines grant by themselves: ${engineCapabilities.join(', ')}.`,
    ],
  },
};
