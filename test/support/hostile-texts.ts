/** A text that tries to be more than text where it is shown. */
export interface HostileText {
  readonly name: string;
  readonly text: string;
}

/** What each markup tries to do: a page in which it runs has `globalThis.owned`. */
const run = 'globalThis.owned=1';

/**
 * Forty texts as an attacker puts them into names, paths, labels and lines of an image: each is to be shown as text, whatever
 * the place. Ideas: OWASP XSS Filter Evasion Cheat Sheet, Unicode TR36 (security considerations), CVE-2021-42574 (changes of
 * direction in sources).
 */
export const hostileTexts: readonly HostileText[] = [
  { name: 'a script', text: `<script>${run}</script>` },
  { name: 'a script in odd letters', text: `<ScRiPt\n>${run}</sCrIpT >` },
  { name: 'the end of a script, and another', text: `</script><script>${run}</script>` },
  { name: 'the end of a title', text: `</title><script>${run}</script>` },
  { name: 'the end of a field of text', text: `</textarea><script>${run}</script>` },
  { name: 'the end of a style', text: `</style><script>${run}</script>` },
  { name: 'the end of a template', text: `</template><script>${run}</script>` },
  { name: 'the end of what is not run', text: `</noscript><script>${run}</script>` },
  { name: 'an image that fails', text: `<img src=x onerror=${run}>` },
  { name: 'a drawing that loads', text: `<svg onload=${run}>` },
  { name: 'a drawing with a script', text: `<svg><script>${run}</script></svg>` },
  { name: 'a frame', text: `<iframe srcdoc="<script>parent.owned=1</script>"></iframe>` },
  { name: 'a frame with an address', text: `<iframe src="javascript:${run}">` },
  { name: 'details that open', text: `<details open ontoggle=${run}>` },
  { name: 'a field with the focus', text: `<input autofocus onfocus=${run}>` },
  { name: 'an object', text: `<object data="data:text/html,<script>${run}</script>">` },
  { name: 'another base', text: '<base href="https://attacker.invalid/">' },
  {
    name: 'a page that turns elsewhere',
    text: '<meta http-equiv="refresh" content="0;url=https://attacker.invalid/">',
  },
  { name: 'a style from elsewhere', text: '<link rel=stylesheet href=//attacker.invalid/x.css>' },
  { name: 'a form', text: '<form action="https://attacker.invalid/"><button>Sign in</button></form>' },
  { name: 'the end of an attribute', text: `" onmouseover="${run}` },
  { name: 'the end of another attribute', text: `' onmouseover='${run}' x='` },
  { name: 'an address that is a script', text: `javascript:${run}` },
  { name: 'the same behind blanks and controls', text: ` \u0001java\tscript:${run}` },
  { name: 'an address that is a page', text: `data:text/html,<script>${run}</script>` },
  { name: 'an address without a scheme', text: '//attacker.invalid/x.png' },
  { name: 'a style', text: `}</style>*{background:url(https://attacker.invalid/)}` },
  { name: 'an expression of a style', text: `x;background-image:url("https://attacker.invalid/");--x:` },
  { name: 'a template', text: '{{constructor.constructor("globalThis.owned=1")()}}' },
  { name: 'another template', text: `\${${run}} <%= ${run} %> #{${run}}` },
  { name: 'the begin of a comment', text: '<!-- <script>' },
  { name: 'the end of a comment and of data', text: ']]>--><script>globalThis.owned=1</script>' },
  { name: 'commands of a terminal', text: '\u001b[2J\u001b[31mred\u001b]0;title\u0007\u009b31m' },
  { name: 'a line of its own', text: 'innocent\r\n0 findings, complete' },
  { name: 'a change of direction', text: 'invoice\u202Egpj.exe\u202C \u2066x\u2069' },
  { name: 'what is not seen', text: 'pay\u200Bpal\u00AD\uFEFF\u2060\u{E0041}' },
  { name: 'nothing, and half a pair', text: 'nul\u0000 half\uD83D end' },
  { name: 'signs that pile up', text: `Z${'\u0321\u0489\u0336\u034F'.repeat(40)}algo` },
  { name: 'pictures', text: '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 ﷽𒐫' },
  { name: 'a name without end', text: `${'very-long-'.repeat(2000)}end` },
];
