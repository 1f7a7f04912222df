/**
 * What programs do for whoever may run them with the rights of somebody else: facts of their manuals, such as
 * https://gtfobins.github.io/ collects.
 */
const runsCommands = `ash awk bash bundle busybox capsh chroot cpan cpulimit csh dash dmesg docker dvips ed elvish emacs env
  ex expect find fish flock ftp gawk gcc gdb gem ghc ghci gimp git go gtester hping3 iftop ionice irb java jjs jrunscript
  jshell julia ksh less ltrace lua make man mawk minicom more msgattrib mysql nano nawk ncdu nice nmap node nohup npm nsenter
  octave openvpn perl pg php pic pico pip podman posh psql puppet pwsh python rake rc rlwrap rpm rpmquery rsync ruby rview
  rvim scanmem scp screen script sed service setarch sftp sh socat sqlite3 ssh start-stop-daemon stdbuf strace su-exec
  sudo-rs systemctl tar taskset tclsh tcsh time timeout tmux top unshare vi view vigr vim vimdiff vipw watch wish xargs
  yash yum zip zsh zsoelim`;
const writesFiles = `chattr chmod chown cp dd ed install ln mv shred sponge tee wget curl patch mount rsync tar unzip
  openssl aria2c setfacl setcap usermod useradd passwd`;
const readsFiles = `base32 base64 cat cmp column comm csplit cut dd diff dig expand file fmt fold grep egrep fgrep head hd
  hexdump iconv join jq look nl od paste pr ptx readelf rev sort split strings tac tail tbl troff ul uniq uuencode wc xxd
  xz zcat gzip bzip2 nc ncat`;

const table: ReadonlyMap<string, string> = new Map([
  ...entries(readsFiles, 'reads any file'),
  ...entries(writesFiles, 'changes any file'),
  ...entries(runsCommands, 'runs any command'),
]);

function entries(names: string, what: string): (readonly [string, string])[] {
  return names.split(/\s+/).map((name) => [name, what] as const);
}

/** Programs that are made to be run so: nobody gets more by them than they check. */
const meant = new Set(['passwd', 'mount', 'sudo-rs']);

/**
 * What a program does with the rights of somebody else, as the rest of a sentence: `runs any command`; undefined where
 * nothing is known.
 * @param path of the program, or its name; versions at its end do not matter (`python3.11`, `vim.basic`)
 */
export function escapesOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const known =
    table.get(name) ??
    table.get(name.replace(/[\d.-]+$/, '')) ??
    table.get(name.replace(/\.(?:basic|tiny|nox|gtk3|openbsd|traditional|real)$/, ''));
  return known;
}

/** The same of a program with the setuid bit, which some are made for. */
export function setuidEscapesOf(path: string): string | undefined {
  return meant.has(path.slice(path.lastIndexOf('/') + 1)) ? undefined : escapesOf(path);
}
