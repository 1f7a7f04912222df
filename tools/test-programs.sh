#!/bin/sh
# Installs the programs that `npm run test:system` runs, on Debian as root; elsewhere names the absent ones. Never fails:
# a test whose program is absent is skipped and says so.
set -u

# command:package
programs='dpkg:dpkg mmdebstrap:mmdebstrap zstd:zstd xz:xz-utils bzip2:bzip2 rpm:rpm rpmbuild:rpm vercmp:makepkg ruby:ruby php:php-cli composer:composer db5.3_load:db5.3-util openssl:openssl busybox:busybox-static dockerd:docker.io podman:podman /usr/lib/podman/aardvark-dns:aardvark-dns skopeo:skopeo docker-registry:docker-registry cosign:cosign zsh:zsh fish:fish postgres:postgresql pg_dump:postgresql-client docker:docker-cli docker-compose:docker-compose kubectl:kubernetes-client systemd-analyze:systemd clamscan:clamav ssdeep:ssdeep git:git 7z:7zip cpio:cpio genisoimage:genisoimage buildah:buildah ss:iproute2 python3:python3 redis-server:redis-server memcached:memcached nginx:nginx-light strace:strace mosquitto:mosquitto sshd:openssh-server rsync:rsync etcd:etcd-server nats-server:nats-server nmap:nmap runsc:runsc apparmor_parser:apparmor dnsmasq:dnsmasq-base snmpd:snmpd chromium:chromium chromium-headless-shell:chromium-headless-shell mksquashfs:squashfs-tools containerd:containerd haproxy:haproxy lighttpd:lighttpd tor:tor unbound:unbound valkey-cli:valkey-tools sudo:sudo apache2:apache2-bin named:bind9 mariadb:mariadb-client-core proftpd:proftpd-core sqlcipher:sqlcipher'

has() {
  # Debian keeps the programs of its PostgreSQL servers off the path.
  command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1
}

missing() {
  for program in $programs; do
    has "${program%%:*}" || printf '%s ' "${program#*:}"
  done
}

# Debian installs one server of FTP and no other beside it: the program of this one is taken out of its package.
lone=vsftpd
lone_libraries='libwrap0 libpam0g libcap2 libssl3t64'

packages=$(missing)
[ -n "$packages" ] || has "$lone" || packages="$lone "
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] &&
  command -v apt-get >/dev/null; then
  printf 'drydock: installing for the system tests: %s\n' "$packages" >&2

  # No package may start a service here. A policy that the machine has already is left to decide.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
  fi

  log=$(mktemp)
  apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 \
      -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 "$@" >>"$log" 2>&1 </dev/null
  }
  apt update
  # shellcheck disable=SC2086 # a list
  [ "$packages" = "$lone " ] || apt install --no-install-recommends $packages || for package in $packages; do
    # One that does not exist here must not keep the others away.
    apt install --no-install-recommends "$package"
  done
  if ! has "$lone"; then
    folder=$(mktemp -d)
    # shellcheck disable=SC2086 # a list
    (
      cd "$folder" && apt install --no-install-recommends $lone_libraries && apt download "$lone" &&
        dpkg-deb -x "$lone"_*.deb . && install -m 755 "usr/sbin/$lone" "/usr/local/sbin/$lone"
    ) >>"$log" 2>&1
    rm -rf "$folder"
  fi
  packages=$(missing)
  has "$lone" || packages="$packages$lone "
  if [ -n "$packages" ]; then
    tail -n 5 "$log" | sed 's/^/  /' >&2
  fi
  rm -f "$log"
fi

[ -z "$packages" ] || printf 'drydock: not installed, so the tests that need them are skipped: %s\n' "$packages" >&2
exit 0
