import type { ImageView } from '../../model/view.ts';
import type { Rule, Seen } from '../rule.ts';
import { capabilityNames } from './capability-names.ts';
import { setuidEscapesOf } from './escapes.ts';

const SETUID = 0o4000;
const SETGID = 0o2000;

/**
 * Programs that distributions bring with the bit, and that check who asks for what: those of Debian 13 as it is installed, the
 * lists of openSUSE (https://github.com/openSUSE/permissions, 2026-03-09), and what is known of packages of Alpine (bbsuid),
 * Fedora (usernetctl, userhelper, pam_timestamp_check, grub2-set-bootflag, the children of sssd) and Debian.
 */
const usual = new Set(
  `su sudo sudoedit sudo-rs su-rs doas mount umount passwd chsh chfn newgrp sg gpasswd expiry chage unix_chkpwd pkexec ssh-keysign
  fusermount fusermount3 ping ping6 traceroute6 dbus-daemon-launch-helper polkit-agent-helper-1 ssh-agent wall write
  bsd-write crontab at locate mlocate plocate dotlockfile mail-lock mail-unlock mail-touchlock pam_extrausers_chkpwd
  utempter newuidmap newgidmap bbsuid pam_timestamp_check usernetctl userhelper staprun postdrop postqueue exim4 sendmail
  Xorg.wrap mount.nfs mount.cifs umount.nfs snap-confine chrome-sandbox ntfs-3g pppd ksu cockpit-session lockfile procmail
  grub2-set-bootflag unix2_chkpwd vmware-user-suid-wrapper uuidd screen write.ul auth_pam_tool cons.saver
  enlightenment_system exim firejail gnomesu-pam-backend libgtop_server2 lockspool mount.ecryptfs_private newrole
  nvidia-modprobe please pleaseedit postlog smtpctl su-wrapper uucico uucp uuname uustat uux uuxqt v4l-conf weston-launch
  krb5_child ldap_child proxy_child selinux_child`.split(/\s+/),
);

/** A file in sight with more rights than whoever starts it. */
interface Privileged {
  readonly layer: number;
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly capabilities?: string;
  /** The package that brought it as it is. */
  readonly bringer?: string;
  /** The package that owns it, in whatever state. */
  readonly owner?: string;
}

/** Files that are looked at one by one. */
const MOST = 10_000;

const known: WeakMap<ImageView, readonly Privileged[]> = new WeakMap();

function privilegedFiles(view: ImageView): readonly Privileged[] {
  const before = known.get(view);
  if (before !== undefined) return before;
  const found: Privileged[] = [];
  view.each((file) => {
    const { type } = file;
    if (type !== 'file' && type !== 'hardlink') return;
    const { mode } = file;
    const hasBit = (mode & (SETUID | SETGID)) !== 0 && (mode & 0o111) !== 0;
    const capabilities = file.capabilities();
    if ((!hasBit && capabilities === undefined) || found.length >= MOST) return;
    const path = file.path();
    const bringer = file.bringer();
    const owner = bringer ?? view.ownerOf(path);
    found.push({
      layer: file.layer,
      path,
      mode,
      uid: file.uid,
      gid: file.gid,
      ...(capabilities !== undefined && { capabilities }),
      ...(bringer !== undefined && { bringer }),
      ...(owner !== undefined && { owner }),
    });
  });
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  known.set(view, found);
  return found;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Where a file with a bit came from, if that is odd. */
function originOf({ owner, bringer, layer }: Privileged): string {
  if (bringer !== undefined) return `the package ${bringer} brought it`;
  return owner === undefined
    ? 'no package owns it'
    : `layer ${layer} put it in place of the one of the package ${owner}`;
}

const setuid: Rule = {
  doc: {
    id: 'setuid-file',
    kind: 'persistence',
    title: 'A program runs with the rights of its owner, and no package brought it so',
    severity: 'high',
    why:
      'Whoever runs it becomes its owner, mostly root. A shell or interpreter with the bit is a door, and an own program ' +
      'with it needs one mistake only.',
    remediation: 'Take the bit away (chmod u-s,g-s), or start containers with --security-opt=no-new-privileges.',
    aliases: ['dockle:CIS-DI-0008', 'cis-docker:4.8', 'veinmind:escape:priv', 'veinmind:privilege-escalation'],
    example: {
      wrong: 'RUN chmod u+s /usr/bin/find',
      right: 'RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +',
    },
    sources: ['https://attack.mitre.org/techniques/T1548/001/', 'https://gtfobins.github.io/'],
    caveats: 'Which package brought a file is what the database of the image says.',
  },
  *judge({ view }) {
    for (const file of privilegedFiles(view)) {
      const said = setuidWords(file);
      if (said !== undefined) yield { ...said, layer: file.layer, path: file.path };
    }
  },
};

function setuidWords(file: Privileged): Pick<Seen, 'evidence' | 'severity'> | undefined {
  const { path, mode, uid, gid, bringer } = file;
  if ((mode & (SETUID | SETGID)) === 0 || (mode & 0o111) === 0) return undefined;
  const isUser = (mode & SETUID) !== 0;
  const whose = isUser ? (uid === 0 ? 'root' : `user ${uid}`) : gid === 0 ? 'group root' : `group ${gid}`;
  const escape_ = setuidEscapesOf(path);
  // A group has its files, and no more.
  const isGrave = isUser && uid === 0;
  const evidence = `Who starts /${path} has the rights of ${whose} (mode ${mode.toString(8)}): ${originOf(file)}`;
  if (escape_ !== undefined && !(bringer !== undefined && usual.has(nameOf(path)))) {
    return { evidence: `${evidence}; it ${escape_}.`, severity: isGrave ? 'critical' : 'medium' };
  }
  if (bringer === undefined) return { evidence: `${evidence}.`, severity: isGrave ? 'high' : 'medium' };
  if (usual.has(nameOf(path)) || !isUser) return undefined;
  return { evidence: `${evidence}; no distribution has that by default, as far as is known.`, severity: 'low' };
}

/** Names that a sentence lists. */
const NAMED = 12;

const packaged: Rule = {
  doc: {
    id: 'setuid-packaged',
    kind: 'persistence',
    title: 'Packages brought programs that run with the rights of their owners',
    severity: 'negligible',
    why: 'They are made for it, but containers seldom need them, and mistakes in them made many root before.',
    remediation: 'Take the bits away in the build, or start containers with --security-opt=no-new-privileges.',
    aliases: ['dockle:CIS-DI-0008', 'cis-docker:4.8'],
    example: { wrong: 'FROM debian', right: 'FROM debian\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +' },
    sources: ['https://docs.docker.com/reference/cli/docker/container/run/#security-opt'],
  },
  *judge({ view }) {
    const files = privilegedFiles(view).filter(
      (file) =>
        file.bringer !== undefined &&
        (file.mode & (SETUID | SETGID)) !== 0 &&
        (file.mode & 0o111) !== 0 &&
        setuidWords(file) === undefined,
    );
    if (files.length > 0) yield { evidence: `${files.length} programs: ${listed(files)}.` };
  },
};

function listed(files: readonly Privileged[]): string {
  const names = files.slice(0, NAMED).map(({ path }) => `/${path}`);
  return files.length > NAMED ? `${names.join(', ')} and ${files.length - NAMED} more` : names.join(', ');
}

/** Capabilities with which a program gets at everything (capabilities(7)). */
const grave = new Set([
  'cap_setuid',
  'cap_setgid',
  'cap_setfcap',
  'cap_setpcap',
  'cap_sys_admin',
  'cap_sys_ptrace',
  'cap_sys_module',
  'cap_sys_rawio',
  'cap_sys_chroot',
  'cap_dac_override',
  'cap_dac_read_search',
  'cap_chown',
  'cap_fowner',
  'cap_bpf',
  'cap_mknod',
]);
/** Programs that distributions bring with capabilities. */
const usualCapable = new Set(
  'ping arping clockdiff mtr-packet newuidmap newgidmap gst-ptp-helper suexec dumpcap fping traceroute traceroute6 tracepath rcp rlogin rsh iputils-arping intel_gpu_top gnome-keyring-daemon systemd-detect-virt nethogs'.split(
    ' ',
  ),
);

const capable: Rule = {
  doc: {
    id: 'capability-file',
    kind: 'persistence',
    title: 'A program has capabilities that no package brought',
    severity: 'medium',
    why: 'Whoever starts it may do what only root may. With cap_setuid or cap_dac_override that is everything.',
    remediation: 'Take them away (setcap -r), or give them to the one container that needs them (--cap-add).',
    aliases: ['veinmind:privilege-escalation'],
    example: { wrong: 'RUN setcap cap_setuid+ep /usr/bin/python3', right: 'CMD ["python3", "app.py"]' },
    sources: ['https://man7.org/linux/man-pages/man7/capabilities.7.html', 'https://gtfobins.github.io/'],
    caveats: 'A server that gets cap_net_bind_service to listen at a low port is told as low.',
  },
  *judge({ view }) {
    for (const file of privilegedFiles(view)) {
      const { capabilities, path, layer, bringer } = file;
      if (capabilities === undefined) continue;
      const names = capabilityNames(capabilities);
      if (names === undefined) {
        yield {
          evidence: `The capabilities of /${path} cannot be read: the kernel would not, either.`,
          severity: 'low',
          layer,
          path,
        };
        continue;
      }
      if (names.length === 0) continue;
      const what = setuidEscapesOf(path);
      const isGrave = names.some((name) => grave.has(name));
      if (bringer !== undefined && !(what !== undefined && isGrave) && usualCapable.has(nameOf(path))) continue;
      const isPlain = names.every(
        (name) => name === 'cap_net_bind_service' || name === 'cap_net_raw' || name === 'cap_ipc_lock',
      );
      const evidence = `/${path} has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}: ${originOf(file)}${what === undefined ? '' : `; it ${what}`}.`;
      const severity =
        isGrave && what !== undefined
          ? 'critical'
          : bringer !== undefined
            ? 'low'
            : isGrave
              ? 'high'
              : isPlain
                ? 'low'
                : 'medium';
      yield { evidence, severity, layer, path };
    }
  },
};

export const privilegeRules: readonly Rule[] = [setuid, packaged, capable];
