import { describe, expect, it } from 'vitest';
import { toldOf, viewOf } from '../../../test/support/judged-history.ts';
import { testRules } from '../../../test/support/rule-cases.ts';
import type { HistoryEntry } from '../../model/image.ts';
import { downloadRules } from './downloads.ts';

testRules(downloadRules, {
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
});

/** What the history records of a build step, and no more. */
function entries(...lines: readonly (string | Partial<HistoryEntry>)[]): readonly HistoryEntry[] {
  return lines.map((line, index) => ({
    index,
    instruction: '',
    ...(typeof line === 'string' ? { createdBy: line } : line),
    layerIndex: index,
  }));
}

const address = 'https://example.org/x';
const buildkit = { comment: 'buildkit.dockerfile.v0' };

describe('what is downloaded and run, however it is recorded', () => {
  it.each<[string, readonly HistoryEntry[]]>([
    ['by the legacy builder', entries(`/bin/sh -c curl ${address} | sh`)],
    ['by the legacy builder, of exec form', entries(`sh -c curl ${address} | sh`)],
    ['by BuildKit, of exec form', entries({ createdBy: `RUN sh -c curl ${address} | sh # buildkit`, ...buildkit })],
    [
      'by BuildKit, of exec form in another language',
      entries({ createdBy: `RUN python3 -c import os;os.system("curl ${address} | sh") # buildkit`, ...buildkit }),
    ],
    [
      'by BuildKit, of a here-document',
      entries({
        createdBy: `RUN /bin/sh -c set -e\ncurl ${address} | sh\n # buildkit`,
        ...buildkit,
      }),
    ],
    [
      'by BuildKit, of a here-document for Python',
      entries({
        createdBy: `RUN /bin/sh -c python3 <<EOF\nfrom urllib.request import urlopen\nexec(urlopen("${address}").read())\nEOF # buildkit`,
        ...buildkit,
      }),
    ],
    ['of a trigger', entries(`/bin/sh -c #(nop)  ONBUILD RUN curl ${address} | sh`)],
    ['of a trigger of exec form', entries(`/bin/sh -c #(nop)  ONBUILD RUN ["sh", "-c", "curl ${address} | sh"]`)],
    ['by a start', entries(`/bin/sh -c #(nop)  CMD ["sh" "-c" "C=curl; $C ${address} | sh"]`)],
    ['with the program in ENV', entries('/bin/sh -c #(nop)  ENV C=curl', `/bin/sh -c $C ${address} | sh`)],
    ['with the program in ARG', entries('/bin/sh -c #(nop)  ARG C=curl', `|1 C=curl /bin/sh -c $C ${address} | sh`)],
    ['with the address in ENV', entries(`/bin/sh -c #(nop)  ENV A=${address}`, '/bin/sh -c eval "$(curl $A)"')],
  ])('%s', async (_, history) => {
    expect((await toldOf(viewOf(history))).findings.map(({ id }) => id)).toContain('download-executed');
  });

  it.each<[string, readonly HistoryEntry[]]>([
    ['a program in ENV that comes later', entries(`/bin/sh -c $C ${address} | sh`, '/bin/sh -c #(nop)  ENV C=curl')],
    ['another program in ENV', entries('/bin/sh -c #(nop)  ENV C=tar', `/bin/sh -c $C ${address} | sh`)],
  ])('but not of %s', async (_, history) => {
    expect((await toldOf(viewOf(history))).findings.map(({ id }) => id)).not.toContain('download-executed');
  });

  it.each([
    [`/bin/sh -c curl ${address} | sh`, 'high', `It runs what curl ${address} brings.`],
    [`/bin/sh -c curl -o f ${address} && sh f`, 'high', `It runs sh f, which curl -o f ${address} brought.`],
    [`/bin/sh -c C=curl; $C ${address} | sh`, 'high', `It runs what curl ${address} brings.`],
    [
      '/bin/sh -c git clone https://example.org/x && ./x/i.sh',
      'medium',
      'It runs ./x/i.sh, which git clone https://example.org/x brought: no commit is named.',
    ],
  ])('%s is %s', async (line, severity, evidence) => {
    const { findings } = await toldOf(viewOf(entries(line)));

    expect(findings.filter(({ id }) => id === 'download-executed')).toMatchObject([{ severity, evidence }]);
  });
});
