/**
 * Looks at code of other languages than that of the shell, by the names of what it calls, near to one another: such code is a
 * line or two.
 */

/** Opens a connection, and hands it to a shell. */
const connections: readonly (readonly [opens: RegExp, hands: RegExp])[] = [
  [/socket\.socket\(|\bsocket\(/, /\bdup2\b|pty\.spawn|\bsubprocess\b|os\.exec|os\.system/],
  [/\bfsockopen\(|stream_socket_client\(/, /\b(?:exec|shell_exec|proc_open|system|passthru|popen)\s{0,5}\(/],
  [
    /\buse\s{1,5}Socket\b|IO::Socket/,
    /\bexec\s{0,5}[({]?\s{0,5}["']?\/bin\/|\bexec\b.{0,20}sh\b|\bopen\s{0,5}\(?STDIN/,
  ],
  [/net\.(?:connect|createConnection|Socket)\(|\bnet['"]\)\.(?:connect|createConnection|Socket)\(/, /child_process/],
  [/TCPSocket\.(?:new|open)\(/, /\bexec\b|\bspawn\b|IO\.popen|`/],
];
const network = /\/dev\/(?:tcp|udp)\/[^\s/]/;

/** Runs a text as code, or hands it to a shell. */
const runs =
  /(?<![.\w])(?:exec|eval|execfile|Function|instance_eval|system|popen|shell_exec|passthru|create_function)\s{0,5}[({"'$]|(?<![.\w])eval\s{1,5}\w|\bos\.(?:system|popen|exec\w{1,4})\(|\bsubprocess\.\w{1,20}\(|\bchild_process\b|\bvm\.runIn|\bKernel\.(?:eval|system|exec)\b|\bqx[/{(]|\)\.(?:system|popen)\(|\.then\(\s{0,5}eval\b/;
/** Fetches what is behind an address. */
const fetches =
  /\burlopen\(|\burlretrieve\(|\brequests\.(?:get|post)\(|\bhttpx\.get\(|\burllib[23]?\b|\bhttp\.client\b|\bLWP::|\bHTTP::Tiny\b|\bgetstore\b|\bNet::HTTP\b|\bURI\.(?:open|parse)\(|\bopen-uri\b|\bhttps?['"]?\)?\.(?:get|request)\(|(?<![.\w])fetch\(|\bfile_get_contents\(\s{0,5}['"]https?:|\bcurl_exec\(|(?<![\w-])(?:curl|wget)\s[^\n]{0,200}(?:\|\s{0,5}(?:\w{1,10}\s{1,5})?\w{0,4}sh\b|;|&&)/;
/** Makes a text out of one that nobody can read. */
const decodes =
  /\bb(?:64|32|85|16)decode\(|\bdecodebytes\(|\bunhexlify\(|\bfromhex\(|\bzlib\.decompress\(|\bcodecs\.decode\(|\bmarshal\.loads\(|\bdecode_base64\b|\bMIME::Base64\b|\bbase64_decode\(|\bgzinflate\(|\bstr_rot13\(|(?<![.\w])atob\(|,\s{0,5}['"](?:base64|hex)['"]\s{0,5}\)|\bfromCharCode\(|\bunpack1?\(\s{0,5}['"]m|\bBase64\.(?:strict_|urlsafe_)?decode64\b|\bpack\s{0,5}\(?\s{0,5}["']H/;

/** Characters of code that are looked at. */
const MOST = 256 * 1024;
/** Characters before and behind a call in which another belongs to it. */
const NEAR = 400;
/** Calls of one kind that are looked around. */
const MOST_CALLS = 200;

/** Where code hands a shell to whoever listens: an offset; undefined where it does not. */
export function connectionIn(text: string): number | undefined {
  const code = text.slice(0, MOST);
  const direct = network.exec(code);
  if (direct !== null) return direct.index;
  for (const [opens, hands] of connections) {
    const at = callsOf(code, opens).find((call) => hands.test(around(code, call)));
    if (at !== undefined) return at;
  }
  return undefined;
}

/** Where code runs what it fetches or decodes. */
export function outsideIn(text: string): { readonly how: 'fetches' | 'decodes'; readonly at: number } | undefined {
  const code = text.slice(0, MOST);
  for (const at of callsOf(code, runs)) {
    const part = around(code, at);
    if (fetches.test(part)) return { how: 'fetches', at };
    if (decodes.test(part)) return { how: 'decodes', at };
  }
  return undefined;
}

/** Where calls begin, the first ones. */
function callsOf(code: string, call: RegExp): readonly number[] {
  const found: number[] = [];
  for (const { index } of code.matchAll(new RegExp(call, 'g'))) if (found.push(index) === MOST_CALLS) break;
  return found;
}

function around(code: string, at: number): string {
  return code.slice(Math.max(0, at - NEAR), at + NEAR);
}
