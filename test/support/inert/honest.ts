import { joined } from './sample.ts';

const ones = '\\xff';

/**
 * What honest programs have that a rule about webshells once took: id of the rule, and a text that we wrote which has the
 * same trait. `php` stands before each.
 */
export const honestTexts: readonly (readonly [id: string, text: string])[] = (
  [
    // Frameworks put the request together.
    ['php-request-is-function', '$_REQ¦UEST = array_merge(...$_REQ¦UEST);'],
    ['php-request-is-function', '$all = array_replace(...$_G¦ET);'],
    ['php-request-loop', 'parse_str($line, $fields); if ($this->ok) { $map = $mapper($fields); }'],
    // A body that is plain text, and a request that has to do with something else.
    ['php-create-function', "$f = create_fun¦ction('$a', 'return $a + 1;'); $page = $_G¦ET['page'];"],
    ['php-create-function', "// create_fun¦ction() is gone.\n$page = $_G¦ET['page'];"],
    ['php-tiny-eval', 'Puppet::Functions.create_fun¦ction(:name) do\n  $_G¦ET\nend'],
    // Classes hold what they call in arrays of theirs.
    ['php-variable-calls-request', "class A { function f($b) { return $this->options['call']($b); } }"],
    ['php-variable-calls-request', 'return preg_match("~@$name($this->end)~", $text);'],
    ['php-variable-calls-request', 'echo "Release @$release ($date)";'],
    ['php-callback-runs', "$words = array_filter(['docker', 'ex¦ec', $name]);"],
    ['php-drops-code', 'file_put_contents($file, "<?php\\n$SYSTEM_DIRECTORY = 1;");'],
    // Constants of cryptography.
    ['php-escaped-code', `ev¦al($generated); $ones = [${`"${ones.repeat(8)}", `.repeat(4)}];`],
    // Comments tell what must not be.
    ['php-exec-request', "/**\n * Never pass¦thru($_G¦ET['cmd']), as it was once.\n */"],
    ['php-exec-request', "// do not call sys¦tem($_G¦ET['cmd']) here"],
    // Other alphabets behind a tilde, as regular expressions have it.
    ['php-xor-names', "$is = preg_match(~\u03b1\u03b2\u03b3\u03b4~); $text = '(~\u03b1\u03b2\u03b3)';"],
    // Bytes in hexadecimal digits, a line each.
    ['php-names-from-characters', "$der = '3059' . '3013' . '0607' . '2a86' . '48ce' . '3d02';"],
    // Large programs with forms, of which one field has that name.
    [
      'php-command-form',
      `// ${'A program. '.repeat(3000)}\n?><form enctype="multipart/form-data"><input name="cmd" value="next"><?php $step = $_G¦ET[1]; ?>`,
    ],
  ] as const
).map(([id, text]) => [id, joined(`<?php\n${text}\n`)] as const);
