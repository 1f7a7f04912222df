/** YARA rules that a test wrote: each finds its own name, and nothing else. */
export function yaraRules(names: readonly string[], author = 'A. Tester'): string {
  const rule = (name: string): string =>
    `rule ${name} {\n  meta:\n    author = "${author}"\n  strings:\n    $a = "marker-of-${name}"\n  condition:\n    $a\n}\n`;
  return names.map(rule).join('\n');
}

/** Rules that no engine takes, each for a pattern that it does not use. */
export function brokenRules(names: readonly string[]): string {
  return names
    .map((name) => `rule ${name} {\n  strings:\n    $unused = "x${name}"\n  condition:\n    true\n}\n`)
    .join('\n');
}
