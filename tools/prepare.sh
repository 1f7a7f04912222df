#!/bin/sh
# Makes the checkout ready to run: dependencies as package-lock.json says, dist as the source says.
# Called by ./drydock and tools/test.sh, at the same time if need be; does nothing where nothing is to do.
# With arguments it then runs Node.js on them, in the folder it was called from.
#
# dist/.stamp is written last. Line 1: the Node.js to run on. Line 2: checksum of everything dist was made of.
# Its modification time is when the build began, so whatever changed since is newer.
#
# Exit status: 0 ready, 69 this machine lacks something, 70 the source does not build, 129/130/143 interrupted.
set -u
unset CDPATH
folder=$(pwd -P)
root=$(cd -P -- "$(dirname -- "$0")/.." && pwd -P) && cd "$root" || exit 70

work=.drydock
lock=$work/lock
build=$work/build.$$
begin=$work/begin.$$
child=''
locked=''

# One line on stderr: redrawn on a terminal, written once elsewhere.
said=''
say() {
  if [ -t 2 ]; then
    printf '\r\033[Kdrydock: %s' "$1" >&2
  elif [ -z "$said" ]; then
    printf 'drydock: %s\n' "$1" >&2
  fi
  said=1
}
for word in "$@"; do
  case $word in -q | --quiet) say() { :; } ;; esac
done
unsay() { [ -n "$said" ] && [ -t 2 ] && printf '\r\033[K' >&2; }

fail() {
  unsay
  printf 'drydock: %s\n' "$2" >&2
  exit "$1"
}

clean() {
  trap '' INT TERM HUP
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null
    wait "$child" 2>/dev/null
  fi
  rm -rf "$build" "$begin"
  [ -n "$locked" ] && rm -rf "$lock"
}
interrupted() {
  unsay
  exit "$1"
}
trap clean EXIT
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
trap 'interrupted 129' HUP

# Runs a command whose output is of interest only when it fails. In the background, so that a signal is served at once.
quietly() {
  log=$work/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null &
  child=$!
  wait "$child"
  status=$?
  child=''
  return "$status"
}

show_log() {
  unsay
  tail -n 15 "$log" | sed 's/^/  /' >&2
}

# ---- what is there

sources() {
  find src web bin package.json package-lock.json tsconfig.json tsconfig.build.json tools/node tools/prepare.sh \
    tools/bundle.config.js tools/generate-schemas.ts -name fixtures -prune -o -name node_modules -prune -o "$@"
}
source_checksum() {
  sources -type f ! -name '*.test.ts' -exec cksum {} + | LC_ALL=C sort | cksum
}
lock_checksum() { cat package-lock.json tools/node/package.json web/package.json | cksum; }

installed() {
  [ -e node_modules/.package-lock.json ] && [ -d node_modules/typescript ] || return 1
  if [ -f node_modules/.drydock-lock ]; then
    [ "$(cat node_modules/.drydock-lock)" = "$(lock_checksum)" ]
  else # installed by hand
    [ -z "$(find package-lock.json tools/node/package.json web/package.json -newer node_modules/.package-lock.json)" ]
  fi
}

ready() {
  [ -f dist/.stamp ] && [ -f dist/bundle/main.js ] && installed || return 1
  { read -r node && read -r built_from; } <dist/.stamp || return 1
  [ -x "$node" ] && [ "$built_from" = "$(source_checksum)" ]
}

stamp() { # FOLDER CHECKSUM
  printf '%s\n%s\n' "$node" "$2" >"$begin.stamp" && touch -r "$begin" "$begin.stamp" && mv -f "$begin.stamp" "$1/.stamp"
}

changed_since_begin() {
  [ -n "$(sources ! -name '*.test.ts' -cnewer "$begin" -print 2>/dev/null || sources -newer "$begin" -print)" ]
}

# ---- one at a time

alive() {
  if kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; then
    # The number may belong to another process by now. One that ends meanwhile cannot be opened, which is no news.
    [ ! -r "/proc/$1/cmdline" ] || { tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null | grep -q prepare
  else
    return 1
  fi
}

abandoned() {
  pid='' host=''
  [ -f "$lock/owner" ] && read -r pid host <"$lock/owner"
  if [ -z "$pid" ]; then # killed between making the lock and signing it, unless it is just at it
    [ -n "$(find "$lock" -prune -mmin +1 2>/dev/null)" ]
  elif [ "$host" != "$(uname -n)" ]; then # another machine or container: its processes cannot be seen from here
    [ -n "$(find "$lock" -prune -mmin +15 2>/dev/null)" ]
  else
    ! alive "$pid"
  fi
}

# Only one process may remove an abandoned lock, and it looks again first: else it could remove a new owner's.
recover() {
  if mkdir "$lock.recovery" 2>/dev/null; then
    abandoned && rm -rf "$lock"
    rmdir "$lock.recovery"
  elif [ -n "$(find "$lock.recovery" -prune -mmin +1 2>/dev/null)" ]; then
    rmdir "$lock.recovery" 2>/dev/null
  fi
}

acquire() {
  absent=0
  until mkdir "$lock" 2>/dev/null; do
    if [ ! -d "$lock" ]; then
      absent=$((absent + 1))
      [ "$absent" -lt 20 ] || fail 69 "cannot write to $root/$work (is the disk full?)."
    elif abandoned; then
      recover
    else
      say 'waiting for another start of Drydock, which is installing or building ...'
    fi
    sleep 0.1 2>/dev/null || sleep 1
  done
  locked=1
  printf '%s %s\n' "$$" "$(uname -n)" >"$lock/owner"
}

# ---- the work

install_dependencies() {
  [ ! -L node_modules ] || fail 69 "$root/node_modules is a symbolic link to $(readlink node_modules), and the installation would empty that folder.
Remove the link (rm node_modules) and start again, or install there what package-lock.json names."
  command -v npm >/dev/null || fail 69 'npm is needed once, to install the dependencies, and is not on the PATH.
Install Node.js 20 or newer with its npm, then start again.'
  say 'installing dependencies and building; this happens once and takes about half a minute ...'
  locked_to=$(lock_checksum)
  if ! quietly npm npm ci --include=dev --include=optional --prefer-offline --no-audit --no-fund \
    --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=10000; then
    show_log
    if grep -Eq 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|network' "$log"; then
      fail 69 "the dependencies could not be fetched: no network, or no way to the package registry.
A network is needed for the first start only. All of npm's output: $root/$log"
    fi
    fail 69 "npm could not install the dependencies. All of its output: $root/$log"
  fi
  [ "$(lock_checksum)" = "$locked_to" ] || locked_to='changed while installing'
  printf '%s\n' "$locked_to" >node_modules/.drydock-lock
}

choose_node() {
  for node in node_modules/node-*/bin/node "$(command -v node)"; do
    [ -x "$node" ] && "$node" -e 'const [a, b] = process.versions.node.split(".").map(Number);
      process.exit(a > 24 || (a === 24 && b >= 12) ? 0 : 1)' 2>/dev/null && return
  done
  fail 69 "Node.js 24.12 or newer is needed. npm has none for this machine ($(uname -sm)), and the system has $(
    node --version 2>/dev/null || echo none
  )."
}

build_dist() {
  say 'building ...'
  built_from=$(source_checksum)
  if ! quietly compile "$node" node_modules/typescript/bin/tsc -p tsconfig.build.json --outDir "$build" ||
    ! quietly bundle "$node" node_modules/rolldown/bin/cli.mjs -c tools/bundle.config.js --dir "$build/bundle" ||
    ! quietly page "$node" node_modules/vite/bin/vite.js build web --outDir "$PWD/$build/web" ||
    ! quietly report "$node" node_modules/vite/bin/vite.js build web --mode report --outDir "$PWD/$build/web" ||
    ! quietly schemas "$node" tools/generate-schemas.ts "$build"; then
    show_log
    fail 70 "the source does not build. All of the compiler's output: $root/$log"
  fi
  # The compiler may have read what was changed and changed back meanwhile: then the checksum says nothing.
  changed_since_begin && built_from='changed while building'
  stamp "$build" "$built_from"
  [ ! -d dist ] || mv dist "$work/old.$$"
  mv "$build" dist || fail 69 "cannot write to $root/dist."
  rm -rf "$work/old.$$"
}

# In this process, so that whoever signals the launcher reaches what it became.
finish() {
  unsay
  clean
  trap - EXIT INT TERM HUP
  [ "$#" -gt 0 ] || exit 0
  case $node in /*) ;; *) node=$root/$node ;; esac
  cd "$folder" && exec "$node" "$@"
}

mkdir -p "$work" 2>/dev/null
if [ ! -w "$work" ] || [ ! -w . ]; then
  ready && finish "$@"
  fail 69 "dependencies or build are missing or older than the source, and $root cannot be written.
Start it once as a user who may write there."
fi

acquire
rm -rf "$work"/build.* "$work"/old.* "$work"/begin.* # of one that was killed
: >"$begin"
if ready; then
  stamp dist "$built_from"
else
  installed || install_dependencies
  choose_node
  build_dist
fi
finish "$@"
