import { deflateRawSync } from 'node:zlib';
import { findComments } from '../../src/checks/webshells/views/comments.ts';
import type { Random } from './random.ts';

/** What somebody may do to a script of PHP without changing what it does; none of it may hide a webshell. */
export const changes = {
  renamed,
  spaced,
  commented,
  split,
  'base64-strings': encodedStrings,
  'base64-file': wrapped,
} satisfies Record<string, (script: Buffer, random: Random) => Buffer>;

export type Change = keyof typeof changes;

const kept = new Set(
  '_GET _POST _REQUEST _COOKIE _SERVER _FILES _SESSION _ENV GLOBALS HTTP_RAW_POST_DATA HTTP_GET_VARS HTTP_POST_VARS HTTP_COOKIE_VARS HTTP_SERVER_VARS HTTP_POST_FILES this argv argc'.split(
    ' ',
  ),
);

/** Variables, and functions that the file itself defines, get other names. */
function renamed(script: Buffer, random: Random): Buffer {
  const text = script.toString('latin1');
  const names = new Map<string, string>();
  const nameOf = (name: string): string => {
    if (!names.has(name)) names.set(name, word(random) + random.below(1000));
    return names.get(name)!;
  };
  const functions = new Set(
    [...text.matchAll(/\bfunction\s+&?\s*([A-Za-z_]\w*)\s*\(/g)]
      .map(([, name]) => name!)
      .filter((name) => !name.startsWith('__')),
  );
  const variables = text.replace(/\$([A-Za-z_]\w*)/g, (whole, name: string) =>
    kept.has(name) ? whole : `$${nameOf(name)}`,
  );
  return Buffer.from(
    functions.size === 0
      ? variables
      : variables.replace(/(?<![$\w>:])[A-Za-z_]\w*(?=\s*\()/g, (name) => (functions.has(name) ? nameOf(name) : name)),
    'latin1',
  );
}

/** Bytes as encoders write them into literals: anything but quotes, backslashes and what ends a literal. */
function binary(random: Random, bytes: number): Buffer {
  const high = 40 + random.below(60);
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => {
      const byte = random.below(100) < high ? 0x80 + random.below(0x80) : 0x20 + random.below(0x5f);
      return byte === 0x22 || byte === 0x27 || byte === 0x5c ? 0xa7 : byte;
    }),
  );
}

function highName(random: Random): Buffer {
  return Buffer.from(Uint8Array.from({ length: 3 + random.below(8) }, () => 0x80 + random.below(0x80)));
}

function unreadable(script: Buffer, table: Buffer, random: Random): Buffer {
  const names = new Map<string, string>();
  const text = script.toString('latin1').replace(/\$([A-Za-z_]\w*)/g, (whole, name: string) => {
    if (kept.has(name)) return whole;
    if (!names.has(name)) names.set(name, highName(random).toString('latin1'));
    return `$${names.get(name)!}`;
  });
  let literals = 0;
  const looked = withLiterals(
    Buffer.from(text, 'latin1'),
    () => `$GLOBALS['${table.toString('latin1')}'][${literals++}]`,
  );
  const at = looked.indexOf('<?php');
  if (at < 0) return looked;
  return Buffer.concat([
    looked.subarray(0, at + 5),
    Buffer.from(` $GLOBALS['`),
    table,
    Buffer.from("']=explode('|',gzinflate('"),
    binary(random, 20 * literals),
    Buffer.from("'));"),
    looked.subarray(at + 5),
  ]);
}

/**
 * As commercial encoders ship files: a stub that looks for the loader and says what to do without it, then what only the
 * loader can read. The stubs name what the products are known by, in words of our own.
 */
export function sealed(random: Random): Buffer {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const blob = (bytes: number): string => Array.from({ length: bytes }, () => letters[random.below(64)]!).join('');
  const size = 400 + random.below(24_000);
  const width = random.pick([64, 76, 80, 100, 100_000]);
  const body = blob(size)
    .match(new RegExp(`.{1,${width}}`, 'g'))!
    .join('\n');
  const note =
    random.below(2) === 0
      ? ''
      : `/**\n * ${word(random)} ${word(random)}\n * @copyright ${2004 + random.below(20)} ${word(random)}\n * @license ${word(random)}\n * @package ${word(random)}\n */\n`;
  const u = random.pick(['__', '_', '']);
  const version = `${4 + random.below(10)}.${random.below(4)}.${random.below(9)}`;
  switch (random.below(4)) {
    case 0:
    case 1: {
      const find = random.pick([
        `$${u}ln='/ioncube/'.$${u}ln;$${u}id=realpath(ini_get('extension_dir'));$${u}here=dirname(__FILE__);if((@$${u}id[1])==':'){$${u}id=str_replace('\\\\','/',substr($${u}id,2));}$${u}rd=str_repeat('/..',substr_count($${u}id,'/')).$${u}here.'/';$${u}i=strlen($${u}rd);while($${u}i--){if($${u}rd[$${u}i]=='/'){$${u}lp=substr($${u}rd,0,$${u}i).$${u}ln;if(file_exists($${u}id.$${u}lp)){$${u}ln=$${u}lp;break;}}}@dl($${u}ln);`,
        '',
      ]);
      const say = random.pick([
        `echo('Site error: the file <b>'.__FILE__.'</b> requires the ionCube PHP Loader '.basename($${u}ln).' to be installed by the website operator.');`,
        `echo("Site error: the ionCube PHP Loader needs to be installed. Visit the ioncube.com loader wizard.\\n\\n");`,
        `die('The file '.__FILE__." is corrupted.\\n");`,
      ]);
      const tail = random.pick(['HR+cP', '4+oV5', '0y4h', 'HR+c']);
      return Buffer.from(
        `<?php //00${random.below(256).toString(16)}${random.below(16).toString(16)}\n${note}if(!extension_loaded('ionCube Loader')){$${u}oc=strtolower(substr(php_uname(),0,3));$${u}ln='ioncube_loader_'.$${u}oc.'_'.substr(phpversion(),0,3).(($${u}oc=='win')?'.dll':'.so');if(function_exists('dl')){@dl($${u}ln);}if(function_exists('_il_exec')){return _il_exec();}${find}}else{die('The file '.__FILE__." is corrupted.\\n");}if(function_exists('_il_exec')){return _il_exec();}${say}exit(199);\n?>\n${tail}${body}\n`,
      );
    }
    case 2:
      return Buffer.from(
        `<?php ${random.pick([`@"SourceGuardian"; //v${version}\n`, `//v${version}\n`, ''])}${note}if(!function_exists('sg_load')){$${u}v=phpversion();$${u}x=explode('.',$${u}v);$${u}v2=$${u}x[0].'.'.(int)$${u}x[1];$${u}u=strtolower(substr(php_uname(),0,3));$${u}ts=(@constant('PHP_ZTS')?'ts':'');$${u}f='ixed.'.$${u}v2.$${u}ts.'.'.$${u}u;$${u}dt=dirname(__FILE__);${random.pick(['', `while(!file_exists($${u}dt.'/'.$${u}f)&&strlen($${u}dt)>1)$${u}dt=dirname($${u}dt);`])}if(function_exists('dl')&&@dl($${u}f)){}else{die('This script is protected by SourceGuardian and requires the SourceGuardian loader '.$${u}f.' to be installed. The loader can be downloaded from their site.');}}return sg_load('${blob(size)}');`,
      );
    default:
      return Buffer.concat([
        Buffer.from(
          `<?php @Zend;\n${String(1000 + random.below(9000))};\n/* ${version} !This is not a text file, do not edit! */ ${note}print <<<EOM\n<html><body><h2>Zend Optimizer not installed</h2><p>This file was encoded by the Zend Encoder / Zend Guard. In order to run it, please install the Zend Optimizer (or Guard Loader), version ${version} or later.</p></body></html>\nEOM;\nexit();\n?>\n`,
        ),
        random.below(2) === 0 ? binary(random, size) : Buffer.from(body),
      ]);
  }
}

/**
 * As encoders write that anybody can use on the web: names and literals of bytes that nobody can read, statements that do
 * nothing, functions that decode, and the rest in one literal that is evaluated.
 */
export function mangled(random: Random): Buffer {
  const names = Array.from({ length: 6 + random.below(20) }, () => highName(random));
  const alphabet = random.pick([
    '0123456789ABCD+/',
    'ABCDEFabcdef0123456789',
    '0123456789',
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/',
  ]);
  const high = 30 + random.below(65);
  const noise = (bytes: number): Buffer =>
    Buffer.from(
      Uint8Array.from({ length: bytes }, () =>
        random.below(100) < high ? 0x80 + random.below(0x80) : alphabet.charCodeAt(random.below(alphabet.length)),
      ),
    );
  const parts: (string | Buffer)[] = ['<?php '];
  const variable = (): void => void parts.push('$', random.pick(names));
  const literal = (bytes: number): void =>
    void parts.push("'", noise(1 + random.below(bytes)), random.pick(['', '=', '==']), "'");
  const call = (): void => {
    variable();
    parts.push('(');
    if (random.below(3) === 0) variable();
    else literal(24);
    parts.push(')');
  };
  const junk = (): void => {
    for (let i = random.below(4); i > 0; i--) parts.push(noise(2 + random.below(20)), ';');
  };
  const assign = (): void => {
    variable();
    parts.push('=');
    if (random.below(4) === 0) {
      for (let i = 1 + random.below(10); i > 0; i--) {
        variable();
        parts.push('=');
      }
      literal(3);
    } else call();
    parts.push(';');
  };
  const mark = word(random);
  if (random.below(2) === 0)
    parts.push(
      `/* ${random.pick(['http://www.', 'https://', ''])}${mark}.${random.pick(['com', 'net', 'cn', 'ru'])}/ */`,
    );
  if (random.below(3) > 0) parts.push('error_reporting(0);');
  if (random.below(3) > 0) parts.push('ini_set("display_errors", 0);');
  if (random.below(2) === 0) parts.push(`if(!defined('${mark}')){define('${mark}',__FILE__);`);
  if (random.below(4) === 0) parts.push('set_time_limit(0);@ignore_user_abort(true);');
  for (let i = 1 + random.below(3); i > 0; i--) {
    junk();
    parts.push(random.pick(['', '/*=*/', '/**/']), 'function ', random.pick(names), '(', random.pick(['&', '']));
    variable();
    if (random.below(2) === 0) {
      parts.push(',');
      variable();
    }
    parts.push('){');
    if (random.below(2) === 0) {
      parts.push('global');
      for (let n = 1 + random.below(12); n > 0; n--) {
        variable();
        parts.push(n === 1 ? ';' : ',');
      }
    }
    for (let n = 2 + random.below(12); n > 0; n--) {
      if (random.below(3) === 0) junk();
      assign();
    }
    if (random.below(2) === 0) {
      parts.push(random.pick(['if((', 'if(']));
      call();
      parts.push(`>${random.below(200)}){`);
      call();
      parts.push(';}');
    }
    parts.push(random.pick(['return ', 'eval("");return ', '']));
    variable();
    parts.push(';}');
  }
  for (let n = 2 + random.below(10); n > 0; n--) assign();
  parts.push(random.pick(['eval(', '@eval(', 'return eval(', 'die(', '']));
  const depth = 1 + random.below(5);
  for (let n = 0; n < depth; n++) {
    variable();
    parts.push('(');
  }
  parts.push("'", noise(1000 + random.below(25_000)), "'", ')'.repeat(depth), random.pick([');', '));']));
  if (random.below(2) === 0) parts.push(noise(random.below(3000)), ';');
  if (random.below(2) === 0) parts.push('?>', noise(random.below(200)));
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** Other white space behind each `;`, `{` and `}` of code. */
function spaced(script: Buffer, random: Random): Buffer {
  return behindStatements(script, () => random.pick(['\n', '\n\n', '\r\n\t', ' ', '   ', '\n        ', '\t\t\n\n\n']));
}

/** A comment behind every second statement. */
function commented(script: Buffer, random: Random): Buffer {
  return behindStatements(script, () => {
    if (random.below(2) === 0) return '';
    const words = Array.from({ length: 4 + random.below(30) }, () => word(random)).join(' ');
    return random.below(3) === 0 ? `\n// ${words}\n` : `/* ${words} */`;
  });
}

/** Every literal that holds no variable and no escape, in two to four parts. */
function split(script: Buffer, random: Random): Buffer {
  return withLiterals(script, (text, quote) => {
    if (text.length < 2) return undefined;
    const parts: string[] = [];
    for (let i = 0; i < text.length; ) {
      const size = Math.max(1, Math.ceil(text.length / (2 + random.below(3))));
      parts.push(quote + text.slice(i, i + size) + quote);
      i += size;
    }
    return parts.length === 1 ? undefined : `${parts.join('.')}`;
  });
}

/** Every such literal as a call of `base64_decode`. */
function encodedStrings(script: Buffer): Buffer {
  return withLiterals(script, (text) =>
    text.length < 2 ? undefined : `base64_decode('${Buffer.from(text, 'latin1').toString('base64')}')`,
  );
}

/** The file in one literal that is decoded and run. */
function wrapped(script: Buffer, random: Random): Buffer {
  const code = Buffer.concat([Buffer.from('?>'), script]);
  if (random.below(2) === 0) return Buffer.from(`<?php eval(base64_decode('${code.toString('base64')}')); ?>`);
  return Buffer.from(`<?php eval(gzinflate(base64_decode("${deflateRawSync(code).toString('base64')}")));`);
}

/**
 * A script between parts of others. Parts of PHP are closed where they are cut, so that what follows is still code.
 *
 * @param front bytes of the first file before it
 * @param back bytes of the second behind it
 */
export function spliced(script: Buffer, first: Buffer, front: number, second: Buffer, back: number): Buffer {
  const before = first.subarray(0, front);
  const after = second.subarray(Math.max(0, second.length - back));
  const isPhp = script.includes('<?');
  const close = (part: Buffer): Buffer =>
    isPhp && part.lastIndexOf('<?') > part.lastIndexOf('?>') ? Buffer.from('\n?>\n') : Buffer.from('\n');
  return Buffer.concat([
    before,
    before.length > 0 ? close(before) : Buffer.alloc(0),
    script,
    ...(back > 0 ? [close(script), after] : []),
  ]);
}

/** Ways in which honest software is shipped encoded. What a loader decrypts is noise here. */
export function legallyEncoded(script: Buffer, random: Random): Buffer {
  const code = Buffer.concat([Buffer.from('?>'), script]);
  const base64 = code.toString('base64');
  const packed = deflateRawSync(code).toString('base64');
  const noise = (bytes: number): Buffer => Buffer.from(Uint8Array.from({ length: bytes }, () => random.below(256)));
  const blob = noise(Math.min(script.length, 20_000)).toString('base64');
  const lines = blob.match(/.{1,76}/g)?.join('\n') ?? '';
  const product = word(random);
  const version = `${1 + random.below(9)}.${random.below(20)}`;
  const header = `<?php\n/*\n * ${product} ${version}\n * Copyright ${2005 + random.below(20)} ${word(random)} ${word(random)}. All rights reserved.\n */\n`;
  const opaque = binary(random, 500 + random.below(20_000));
  const name = highName(random);
  const other = highName(random);
  switch (random.below(14)) {
    case 0:
      return Buffer.from(`${header}eval(base64_decode('${base64}'));`);
    case 1:
      return Buffer.from(`<?php eval(gzinflate(base64_decode('${packed}')));?>`);
    case 2:
      return Buffer.from(`${header}$_X=base64_decode('${base64}');eval($_X);`);
    case 3:
      return Buffer.from(`<?php /* ${product} */ eval(gzinflate(str_rot13(base64_decode('${blob}'))));`);
    case 4:
      return Buffer.from(
        `<?php //${blob.slice(0, 8)}\nif(!extension_loaded('${product}')){$o='${product}_'.strtolower(substr(php_uname(),0,3)).'_'.substr(phpversion(),0,3).'.so';if(function_exists('dl')){@dl($o);}if(function_exists('_${product}_exec')){return _${product}_exec();}echo('Site error: the file '.__FILE__.' needs the ${product} loader to run. Please contact your host.');exit(199);}\n?>\n${lines}\n`,
      );
    case 5:
      return Buffer.from(
        `<?php @${product.toUpperCase()};\nif (!function_exists('${product}_load')) { echo "The encoded file requires the ${product} loader"; exit(1); }\nreturn ${product}_load('${blob}');\n`,
      );
    case 6:
      return Buffer.from(
        `${header}$keystroke1 = base64_decode("${noise(24).toString('base64')}");$O0O="";eval(base64_decode("${blob.slice(0, 2000)}"));${product}("${blob}");`,
      );
    case 7:
      return Buffer.concat([
        Buffer.from(`<?php exit('This file is encoded by ${product} ${version}'); __halt_compiler();`),
        noise(script.length % 20_000),
      ]);
    case 8:
      return Buffer.concat([
        Buffer.from(`<?php if(!defined('${product}'))define('${product}',__FILE__);error_reporting(0);global $`),
        name,
        Buffer.from('; eval($'),
        name,
        Buffer.from("('"),
        opaque,
        Buffer.from("'));return;?>"),
        binary(random, 32),
      ]);
    case 9:
      return Buffer.concat([
        Buffer.from(`<?php /* ${product} */ ini_set('display_errors',0);if(!function_exists('`),
        name,
        Buffer.from("')){function "),
        name,
        Buffer.from('($'),
        name,
        Buffer.from(',$'),
        other,
        Buffer.from("=''){$k=md5($"),
        other,
        Buffer.from(");$r='';for($i=0;$i<strlen($"),
        name,
        Buffer.from(');$i++){$r.=chr(ord(substr($'),
        name,
        Buffer.from(',$i,1))^ord($k[$i%32]));}return gzuncompress($r);}}$'),
        other,
        Buffer.from('='),
        name,
        Buffer.from("('"),
        opaque,
        Buffer.from("','"),
        binary(random, 16),
        Buffer.from("');eval($"),
        other,
        Buffer.from(');?>'),
      ]);
    case 10:
      return Buffer.concat([
        Buffer.from(`<?php\n$`),
        name,
        Buffer.from(`=array('`),
        binary(random, 8),
        Buffer.from(`','`),
        binary(random, 12),
        Buffer.from("');"),
        Buffer.from(
          `namespace_${product};return include('php://filter/read=convert.base64-decode/resource='.__FILE__);__halt_compiler();`,
        ),
        opaque,
      ]);
    case 11:
    case 12:
      // The code itself, with names of bytes that nobody can read and literals that a function looks up.
      return unreadable(script, name, random);
    default:
      return Buffer.from(
        `<?php $GLOBALS['${product}']=base64_decode('${noise(40).toString('base64')}'); $f=fopen(__FILE__,'rb');while(--$n)fgets($f,1024);fgets($f,4096);$d=strtr(fread($f,${blob.length}),'${noise(48).toString('base64')}','ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');eval(base64_decode($d));return;?>\n${blob}`,
      );
  }
}

function behindStatements(script: Buffer, what: () => string): Buffer {
  const parts: string[] = [];
  const code = codeOf(script);
  const text = script.toString('latin1');
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (code[i] === 0 || (c !== 0x3b && c !== 0x7b && c !== 0x7d)) continue;
    parts.push(text.slice(from, i + 1), what());
    from = i + 1;
  }
  parts.push(text.slice(from));
  return Buffer.from(parts.join(''), 'latin1');
}

/** 1 where a byte is code of PHP: neither page, nor comment, nor literal. */
function codeOf(script: Buffer): Uint8Array {
  const code = new Uint8Array(script.length);
  for (const { 0: part, index } of script.toString('latin1').matchAll(/<\?(?!xml)[\s\S]*?(?:\?>|$)/g))
    code.fill(1, index, index + part.length);
  const { cuts, literals } = findComments(script, 'php');
  for (const spans of [cuts, literals]) {
    for (let i = 0; i < spans.length; i += 2) code.fill(0, spans[i]!, spans[i + 1]!);
  }
  return code;
}

function withLiterals(script: Buffer, change: (text: string, quote: string) => string | undefined): Buffer {
  const { literals } = findComments(script, 'php');
  const text = script.toString('latin1');
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < literals.length; i += 2) {
    const literal = text.slice(literals[i]!, literals[i + 1]!);
    const found = /^(?:'([^'\\]*)'|"([^"\\$]*)")$/.exec(literal);
    const isKey = /(?:\bcase|\bconst\s+\w+\s*=|\bdefault\s*:)\s*$/.test(
      text.slice(Math.max(0, literals[i]! - 40), literals[i]!),
    );
    const made = found === null || isKey ? undefined : change(found[1] ?? found[2]!, literal[0]!);
    if (made === undefined) continue;
    parts.push(text.slice(from, literals[i]!), made);
    from = literals[i + 1]!;
  }
  parts.push(text.slice(from));
  return Buffer.from(parts.join(''), 'latin1');
}

const syllables = 'ba co du fi ga hem in jo ka lor mi nes or pa qui ra sol ta ul ver wa xen yo zi'.split(' ');

/** A word that means nothing. */
function word(random: Random): string {
  return Array.from({ length: 2 + random.below(3) }, () => random.pick(syllables)).join('');
}
