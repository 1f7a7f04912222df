import { readTokens, type Tokens, tokenRoom, wordHash } from './tokens.ts';

/** Words of request data, of running code or programs and writing files, and of decoding, in any of the languages. */
const words = `
$_get $_post $_request $_cookie $_files $_server $globals request getparameter getheader querystring form cgi param
getinputstream getquerystring query_string params
eval assert system exec shell_exec passthru popen pcntl_exec proc_open create_function call_user_func
call_user_func_array array_map array_filter usort uasort uksort preg_replace include include_once require require_once
move_uploaded_file file_put_contents fwrite fputs unlink chmod runtime getruntime processbuilder defineclass loadclass
newinstance getmethod invoke scriptengine scriptenginemanager process processstartinfo wscript shell createobject
execute executeglobal executestatement saveas savetofile cfexecute cffile socket fsockopen subprocess spawn
child_process xp_cmdshell cmd sh
base64_decode gzinflate gzuncompress gzdecode str_rot13 strrev chr hex2bin pack unescape frombase64string decode
decode_base64 atob fromcharcode base64decoder base64 urldecode convert_uudecode unserialize
`;

const marked: ReadonlySet<number> = new Set(words.trim().split(/\s+/).map(wordHash));

/**
 * Where marks stand in a text: words of requests, of execution and of decoding. In order.
 *
 * @param room for the tokens of the text, which are left in it
 */
export function markOffsets(text: Uint8Array, room: Tokens = tokenRoom()): number[] {
  const { count, hashes, starts } = readTokens(text, 'php', room);
  const offsets: number[] = [];
  for (let i = 0; i < count; i++) {
    if (marked.has(hashes[i]!)) offsets.push(starts[i]!);
  }
  return offsets;
}

/** Where the `length` bytes begin that have most of the marks; the first of several. Between `from` and `to`. */
export function densestPart(offsets: readonly number[], from: number, to: number, length: number): number {
  let best = from;
  let most = 0;
  let first = 0;
  for (let last = 0; last < offsets.length; last++) {
    const at = offsets[last]!;
    if (at < from) {
      first = last + 1;
      continue;
    }
    if (at >= to) break;
    while (at - offsets[first]! >= length) first++;
    if (last - first + 1 > most) {
      most = last - first + 1;
      best = offsets[first]!;
    }
  }
  // What leads to the first mark is worth more than what follows the last.
  return Math.max(from, Math.min(best - (length >> 3), to - length));
}
