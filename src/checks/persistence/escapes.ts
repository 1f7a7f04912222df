/**
 * What programs do for whoever may run them with the rights of somebody else (by the setuid bit, a capability or sudo), the
 * gravest that is known: https://gtfobins.github.io/ (2026-04-20), and sh, su-exec, sudo-rs, rview, sponge, patch, useradd, usermod
 * and ncat by their manuals. Programs that ask themselves who may do what (su, pkexec, newgrp, crontab, ping, firejail) are no
 * part of it.
 */
const runsCommands = `R aa-exec acr agetty ansible-playbook ansible-test aoss apt apt-get aptitude arch-nspawn aria2c ash asterisk
  autoconf autoheader autoreconf awk aws bash bashbug batcat bconsole bee borg bpftrace bundle bundler busctl busybox
  byebug c89 c99 cabal capsh cargo cc cdist certbot check_by_ssh check_ssl_cert choom chroot chrt clisp cmake cobc
  code codex composer cowsay cowthink cpan cpio cpulimit crash csh csvtool ctr curl dash dc debugfs dhclient distcc
  dmesg dmsetup dnf dnsmasq docker dotnet dpkg dstat dvips easy_install easyrsa eb ed elvish emacs enscript env ex
  exiftool expect facter fail2ban-client fastfetch ffmpeg find fish flock forge ftp fzf g++ gawk gcc gcloud gdb gem
  genie ghc ghci gimp ginsh git gnuplot go grc gtester guile hg hping3 iftop ionice ip irb ispell java jjs joe
  journalctl jrunscript jshell jtag julia knife ksh kubectl latex latexmk ldconfig less lftp loginctl logrotate
  logsave ltrace lua lualatex luatex lxd m4 mail make man mawk minicom more mosh-server msfconsole msgfilter multitime
  mysql nano nawk nc ncdu ncftp needrestart neofetch nginx nice nmap node nohup npm nroff nsenter nvim octave opencode
  openssl openvpn openvt opkg pandoc pdb pdflatex pdftex perf perl perlbug pexec pg php pic pico pidstat pip pipx pkg
  plymouth podman poetry posh pry psftp psql puppet pwsh python rake ranger rc red restic rlwrap rpm rpmdb rpmquery
  rpmverify rsync rsyslogd rtorrent ruby run-mailcap run-parts runscript rustc rustup rview rvim sash scanmem scp
  screen script scrot sed service setarch setlock sftp sh slsh smbclient socat socket softlimit split sqlite3 sqlmap
  ssh ssh-keygen sshfs sshpass sshuttle start-stop-daemon stdbuf strace su-exec sudo-rs sysctl systemctl
  systemd-resolve systemd-run tar task taskset tasksh tclsh tcpdump tcsh tdbtool telnet tex time timedatectl timeout
  tmate tmux top torify torsocks tshark unshare uv vagrant valgrind vi view vigr vim vimdiff vipw virsh volatility
  watch wg-quick wget wireshark wish xargs xdg-user-dir xdotool xelatex xetex yarn yash yt-dlp yum zathura zic zip
  zless zsh zypper`;
const writesFiles = `arj chattr check_log chmod chown cp csplit dd dos2unix dosbox getent hashcat iconv install iptables-save ln
  lwp-download mount mv mypy passwd patch redis rustdoc setcap setfacl shred shuf sort sponge ssh-copy-id tee tsc
  unsquashfs unzip update-alternatives useradd usermod varnishncsa xxd`;
const readsFiles = `7z ab alpine apache2 apache2ctl ar arp as ascii-xfr ascii85 aspell atobm base32 base58 base64 basenc basez bbot bc
  bridge bzip2 cat check_cups check_memory check_raid check_statusfile clamscan cmp column comm cupsfilter cut date
  dialog diff dig efax egrep eqn espeak expand fgrep file finger fmt fold fping genisoimage grep gzip hd head hexdump
  highlight join jq ksshell links look lp lwp-request mosquitto msgattrib msgcat msgconv msgmerge msguniq mutt nasm
  ncat nft nl nm ntpdate od paste pax pr ptx pygmentize pyright qpdf readelf redcarpet rev rustfmt soelim ss
  ssh-keyscan strings tac tail tailscale tbl terraform tftp tic troff ul unexpand uniq urlget uuencode w3m wc whiptail
  whois xmodmap xmore xpad xz yelp zcat zgrep zsoelim`;

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
