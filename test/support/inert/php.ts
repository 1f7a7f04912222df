import { type InertSample, samples } from './sample.ts';

const { raw } = String;
/** Every sample ends here. */
const end = '<¦?php exit; ';
const long = 'QUJD'.repeat(110);
const field = '<input na¦me="cmd"><form enctype="multi¦part/form-data">';
const manager = raw`?><form><?php opendir($p); unli¦nk($p); ch¦mod($p, 0); fwri¦te($h, ''); move_upl¦oaded_file($a, $b); getc¦wd(); php_un¦ame(); disk_free¦_space('/'); filepe¦rms($p); set_time¦_limit(0); `;

export const phpSamples: readonly InertSample[] = samples(
  ['php-eval-request', raw`${end}ev¦al($_PO¦ST['none'] && 0);`, raw`${end}ev¦al('return 1;'); echo $_PO¦ST['none'];`],
  [
    'php-eval-decoded',
    raw`${end}ev¦al(gzin¦flate(base64¦_decode('')));`,
    raw`${end}echo gzin¦flate(base64¦_decode(''));`,
  ],
  [
    'php-encoded-body',
    raw`${end}$a = "${long}"; ev¦al(gzin¦flate($a));`,
    raw`${end}$a = "${long}"; echo gzin¦flate($a);`,
  ],
  ['php-tiny-eval', raw`${end}ev¦al('');`, raw`${end}namespace a; ev¦al('');`],
  ['php-tiny-run', raw`${end}sys¦tem(''); $_GE¦T['a'];`, raw`${end}sys¦tem('ping -c 1 localhost'); $_GE¦T['a'];`],
  ['php-small-run', raw`${end}sys¦tem(''); $_GE¦T['a'];`, raw`${end}sys¦tem('uptime');`],
  ['php-request-is-function', raw`${end}$_GE¦T['a']('');`, raw`${end}$_GE¦T['a'];('');`],
  ['php-variable-calls-request', raw`${end}$nothing($_GE¦T['a']);`, raw`${end}nothing($_GE¦T['a']);`],
  ['php-callback-runs', raw`${end}us¦ort($none, 'ass¦ert');`, raw`${end}us¦ort($none, 'strcmp');`],
  ['php-callback-request', raw`${end}us¦ort($none, $_GE¦T['a']);`, raw`${end}us¦ort($none, $how); $_GE¦T['a'];`],
  [
    'php-preg-replace-code',
    raw`${end}preg_re¦place('/a/e', $_GE¦T['a'], '');`,
    raw`${end}preg_re¦place('/a/i', $_GE¦T['a'], '');`,
  ],
  [
    'php-create-function',
    raw`${end}create¦_function('', $_GE¦T['a']);`,
    raw`${end}function created() { return $_GE¦T['a']; }`,
  ],
  ['php-exec-request', raw`${end}pass¦thru($_GE¦T['a'] && 0);`, raw`${end}pass¦thru('uptime'); echo $_GE¦T['a'];`],
  [
    'php-exec-request-near',
    raw`${end}pass¦thru('echo ' . escape($_GE¦T['a']));`,
    raw`${end}pass¦thru('uptime'); escape($_GE¦T['a']);`,
  ],
  ['php-backtick-variable', raw`${end}$a =´$none´;`, raw`${end}$a = "$none";`],
  [
    'php-digest-gate',
    raw`${end}if (md¦5($_PO¦ST['a']) == '00000000000000000000000000000000') ev¦al('');`,
    raw`${end}if (md¦5($_PO¦ST['a']) == '00000000000000000000000000000000') open_door();`,
  ],
  [
    'php-command-form',
    raw`${end}?>${field}<?php $_PO¦ST['cmd'];`,
    raw`${end}?><input na¦me="comment"><?php $_PO¦ST['comment'];`,
  ],
  [
    'php-upload-quiet',
    raw`${end}error_re¦porting(0); $_FIL¦ES['a']; ?><form enctype="multi¦part/form-data">`,
    raw`${end}error_re¦porting(E_ALL); $_FIL¦ES['a']; ?><form enctype="multi¦part/form-data">`,
  ],
  [
    'php-upload-any-name',
    raw`${end}co¦py($_FIL¦ES['a']['tmp_name'], $_FIL¦ES['a']['name']); ?><input type="file">`,
    raw`${end}co¦py($_FIL¦ES['a']['tmp_name'], 'fixed.txt'); ?><input type="file">`,
  ],
  [
    'php-upload-page',
    raw`${end}move_upl¦oaded_file($a, $b); $_FIL¦ES['a'];`,
    raw`${end}rename($a, $b); $_FIL¦ES['a'];`,
  ],
  ['php-upload-request-path', raw`${end}fo¦pen($_GE¦T['a'], 'w');`, raw`${end}fo¦pen($_GE¦T['a'], 'r');`],
  ['php-write-request', raw`${end}fwr¦ite($h, $_GE¦T['a']);`, raw`${end}fwr¦ite($h, 'a'); $_GE¦T['a'];`],
  [
    'php-drops-code',
    raw`${end}file_put¦_contents('a', base64¦_decode('PD9¦waHAgZXhpdDs'));`,
    raw`${end}file_put¦_contents('a', 'PD9¦waHAgZXhpdDs');`,
  ],
  [
    'php-loader',
    raw`${end}ev¦al(file_get¦_contents('https¦://example.invalid/a.txt'));`,
    raw`${end}echo file_get¦_contents('https¦://example.invalid/a.txt');`,
  ],
  ['php-hidden-include', raw`${end}inc¦lude "\x2f\x6e¦\x6f";`, raw`${end}inc¦lude "/no";`],
  ['php-include-request', raw`${end}inc¦lude $_GE¦T['a'];`, raw`${end}inc¦lude $page; $_GE¦T['a'];`],
  ['php-names-from-characters', raw`${end}$¦{"\x6e\x6f¦"}['a'];`, raw`${end}$¦{"no"}['a'];`],
  ['php-xor-names', raw`${end}$a = "nothing" ^ "nothing"; ass¦ert($a);`, raw`${end}$a = 1 ^ 2; ass¦ert($a);`],
  ['php-without-letters', raw`${end}$__¦_ = "("; $__¦_($_);`, raw`${end}$abc = "("; abc($_);`],
  ['php-picture-with-code', raw`GI¦F89a ${end}fwr¦ite($h, '');`, raw`GI¦F89a a picture of nothing`],
  ['php-htaccess', raw`AddTy¦pe application/x-httpd¦-php .jpg`, raw`AddTy¦pe application/x-httpd¦-php .php`],
  [
    'php-goto',
    raw`${end}${'go¦to aaaaa; bbbbb: '.repeat(10)}${raw`"\x6e\x6f\x6e\x65" `.repeat(5)}`,
    raw`${end}${'aaaaa(); bbbbb: '.repeat(10)}${raw`"\x6e\x6f\x6e\x65" `.repeat(5)}`,
  ],
  [
    'php-escaped-code',
    raw`${end}ev¦al(''); ${raw`"\x6e\x6f\x74\x68\x69\x6e\x67\x21" `.repeat(5)}`,
    raw`${end}echo ''; ${raw`"\x6e\x6f\x74\x68\x69\x6e\x67\x21" `.repeat(5)}`,
  ],
  [
    'php-percent-page',
    raw`${end}ev¦al(url¦decode("${'%6e%6f'.repeat(12)}"));`,
    raw`${end}echo url¦decode("${'%6e%6f'.repeat(12)}");`,
  ],
  [
    'php-request-loop',
    raw`${end}foreach ($_GE¦T as $a) { ev¦al(''); }`,
    raw`${end}foreach ($_GE¦T as $a) { echo ''; }`,
  ],
  ['php-file-manager', raw`${end}sys¦tem(''); $_PO¦ST['a']; ${manager}`, raw`${end}$_PO¦ST['a']; ${manager}`],
  ['php-file-manager-like', raw`${end}$_PO¦ST['a']; ${manager}`, raw`${end}$_PO¦ST['a']; open¦dir($p); unli¦nk($p);`],
  [
    'php-console-commands',
    raw`${end}$_GE¦T['a']; $menu = ['una¦me -a', 'net¦stat -an'];`,
    raw`${end}$_GE¦T['a']; $menu = ['uname', 'netstat'];`,
  ],
  [
    'php-attacker-words',
    raw`${end}$_GE¦T['a']; fwr¦ite($h, ''); // back¦connect`,
    raw`${end}$_GE¦T['a']; fwr¦ite($h, ''); // connect back to the list`,
  ],
  [
    'php-attacker-word',
    raw`${end}$_GE¦T['a']; unli¦nk(''); // web¦ shell`,
    raw`${end}$_GE¦T['a']; unli¦nk(''); // web page`,
  ],
  [
    'php-quiet-decoder',
    raw`${end}error_re¦porting(0); ev¦al(''); base64¦_decode('');`,
    raw`${end}error_re¦porting(1); ev¦al(''); base64¦_decode('');`,
  ],
  ['php-decoder-small', raw`${end}ev¦al(''); str¦rev('');`, raw`${end}echo str¦rev('');`],
  [
    'php-decoder-by-name',
    raw`${end}$f = 'base64¦_decode'; ;$f(''); ev¦al('');`,
    raw`${end}$f = 'base64'; ;$f(''); ev¦al('');`,
  ],
  [
    'php-cloaking-page',
    raw`${end}file_get¦_contents($a . '?host=' . $_SERVER['HTTP¦_HOST']); /google¦bot/ $_SERVER['HTTP_USER¦_AGENT'];`,
    raw`${end}file_get¦_contents($a); /google¦bot/ $_SERVER['HTTP_USER¦_AGENT'];`,
  ],
  [
    'php-mailer',
    raw`${end}$list = exp¦lode("\n", $_PO¦ST['list']); if (ma¦il('', '', '')) echo 1; ?><text¦area>`,
    raw`${end}if (ma¦il('', '', '')) echo $_PO¦ST['a']; ?><input>`,
  ],
);
