#!/bin/sh
# Installs the programs that end-to-end tests run, on Debian as root; elsewhere says which are absent. Never fails:
# a test whose program is absent is skipped and says so. DRYDOCK_TEST_INSTALL=0 installs nothing.
set -u

# command:package
programs='dpkg:dpkg mmdebstrap:mmdebstrap zstd:zstd xz:xz-utils bzip2:bzip2 rpm:rpm rpmbuild:rpm vercmp:makepkg ruby:ruby php:php-cli composer:composer db5.3_load:db5.3-util openssl:openssl busybox:busybox-static dockerd:docker.io podman:podman /usr/lib/podman/aardvark-dns:aardvark-dns skopeo:skopeo docker-registry:docker-registry cosign:cosign zsh:zsh fish:fish postgres:postgresql pg_dump:postgresql-client docker:docker-cli docker-compose:docker-compose kubectl:kubernetes-client systemd-analyze:systemd clamscan:clamav ssdeep:ssdeep git:git 7z:7zip cpio:cpio genisoimage:genisoimage buildah:buildah ss:iproute2 python3:python3 redis-server:redis-server memcached:memcached nginx:nginx-light strace:strace mosquitto:mosquitto sshd:openssh-server rsync:rsync etcd:etcd-server nats-server:nats-server nmap:nmap runsc:runsc apparmor_parser:apparmor dnsmasq:dnsmasq-base snmpd:snmpd chromium:chromium chromium-headless-shell:chromium-headless-shell mksquashfs:squashfs-tools containerd:containerd haproxy:haproxy lighttpd:lighttpd tor:tor unbound:unbound valkey-cli:valkey-tools sudo:sudo apache2:apache2-bin named:bind9 mariadb:mariadb-client-core proftpd:proftpd-core sqlcipher:sqlcipher'

# a file of the package:package, of libraries in JavaScript whose versions a test holds against those of dpkg
libraries='/usr/share/javascript/angular.js:libjs-angularjs /usr/share/javascript/backbone/backbone.js:libjs-backbone /usr/share/javascript/bootbox/bootbox.js:libjs-bootbox /usr/share/javascript/bootstrap/js/bootstrap.js:libjs-bootstrap /usr/share/nodejs/bootstrap/js/dist/tab.js:libjs-bootstrap4 /usr/share/bootstrap-html/js/tab.js:libjs-bootstrap5 /usr/share/javascript/c3/c3.js:libjs-c3 /usr/share/javascript/chart.js:libjs-chart.js /usr/share/nodejs/codemirror/src/modes.js:libjs-codemirror /usr/share/javascript/d3/d3.js:libjs-d3 /usr/share/nodejs/dropzone/index.js:libjs-dropzone /usr/share/javascript/dygraphs/index.js:libjs-dygraphs /usr/share/javascript/handlebars/handlebars.js:libjs-handlebars /usr/share/javascript/htmx/htmx.min.js:libjs-htmx /usr/share/javascript/jquery/jquery.js:libjs-jquery /usr/share/javascript/jquery-datatables/dataTables.bulma.js:libjs-jquery-datatables /usr/share/javascript/jstree/jstree.js:libjs-jquery-jstree /usr/share/javascript/jquery-migrate-1.js:libjs-jquery-migrate-1 /usr/share/javascript/jquery-mobile/jquery-mobile.js:libjs-jquery-mobile /usr/share/javascript/jquery-ui/ui/ie.js:libjs-jquery-ui /usr/share/javascript/katex/katex.js:libjs-katex /usr/share/javascript/less/less.js:libjs-less /usr/share/javascript/lodash/lodash.js:libjs-lodash /usr/share/javascript/luxon/luxon.js:libjs-luxon /usr/share/javascript/mediaelement/mediaelement.js:libjs-mediaelement /usr/share/javascript/modernizr/modernizr.js:libjs-modernizr /usr/share/javascript/moment/moment.js:libjs-moment /usr/share/javascript/moment-timezone/moment-timezone.js:libjs-moment-timezone /usr/share/javascript/mootools/mootools.js:libjs-mootools /usr/share/javascript/mustache/mustache.js:libjs-mustache /usr/share/javascript/prototype/prototype.js:libjs-prototype /usr/share/javascript/qunit/qunit.js:libjs-qunit /usr/share/javascript/raphael/raphael.js:libjs-raphael /usr/share/javascript/requirejs/r.js:libjs-requirejs /usr/share/javascript/scriptaculous/sound.js:libjs-scriptaculous /usr/share/javascript/select2.js:libjs-select2.js /usr/share/javascript/sortable/Sortable.js:libjs-sortable /usr/share/javascript/three/three.js:libjs-three /usr/share/javascript/toastr/toastr.js:libjs-toastr /usr/share/javascript/underscore/underscore.js:libjs-underscore /usr/share/javascript/vue/vue.js:libjs-vue /usr/share/nodejs/axios/index.js:node-axios /usr/share/nodejs/clipboard/package.js:node-clipboard /usr/share/nodejs/jszip/lib/load.js:node-jszip /usr/share/nodejs/knockout/build/output/knockout-latest.js:node-knockout'

has() {
  # Debian keeps the programs of its PostgreSQL servers off the path.
  command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1
}

missing() {
  for program in $programs $libraries; do
    has "${program%%:*}" || printf '%s ' "${program#*:}"
  done
}

# Debian installs one server of FTP and no other beside it: the program of this one is taken out of its package.
lone=vsftpd
lone_libraries='libwrap0 libpam0g libcap2 libssl3t64'

packages=$(missing)
[ -n "$packages" ] || has "$lone" || packages="$lone "
[ -n "$packages" ] || exit 0

if [ "${DRYDOCK_TEST_INSTALL:-1}" != 0 ] && [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] &&
  command -v apt-get >/dev/null; then
  printf 'drydock: installing for end-to-end tests: %s(DRYDOCK_TEST_INSTALL=0 installs nothing)\n' "$packages" >&2

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
