// Images as they stand in a registry, built from Debian's packages: below what packages own, the same programs as an upstream
// image has them, where no package owns them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What an image is made of. */
export interface StockImage {
  /** Packages of Debian. */
  readonly packages: readonly string[];
  /** Folders of the packages that are copied, links followed, into a second layer: from, to. */
  readonly copies: readonly (readonly [string, string])[];
  /** Packages of npm, installed as of one day into /app with what they pull in. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Programs that attack, or tell of attacks: what is found in them is shown, and does not fail the run. */
  readonly isHard?: true;
}

const noDatabase = 'dbconfig-no-thanks';

export const stockImages: Readonly<Record<string, StockImage>> = {
  debian: { packages: [], copies: [['/usr', '/opt/copy/usr']] },
  python: {
    packages: ['python3-dev', 'python3-pip', 'python3-numpy', 'python3-scipy', 'python3-django', 'python3-flask'],
    copies: [
      ['/usr/lib/python3.13', '/usr/local/lib/python3.13'],
      ['/usr/lib/python3/dist-packages', '/usr/local/lib/python3.13/site-packages'],
    ],
  },
  node: {
    packages: ['nodejs', 'npm'],
    copies: [
      ['/usr/share/nodejs', '/usr/local/lib/node_modules'],
      ['/usr/bin', '/usr/local/bin'],
    ],
    modules: { express: '4.21.2', webpack: '5.97.0', eslint: '8.57.1', typescript: '5.7.2', lodash: '4.17.21' },
  },
  nginx: {
    packages: ['nginx', 'php-fpm', 'php-mysql', 'php-xml', 'composer', 'php-symfony', 'phpunit', 'libphp-phpmailer'],
    copies: [
      ['/usr/share/php', '/srv/www/vendor'],
      ['/etc', '/opt/copy/etc'],
    ],
  },
  wordpress: {
    packages: [
      'apache2',
      'libapache2-mod-php',
      'php-mysql',
      'php-gd',
      'wordpress',
      'wordpress-theme-twentytwentythree',
      'wordpress-theme-twentytwentyfour',
      'wordpress-theme-twentytwentyfive',
    ],
    copies: [
      ['/usr/share/wordpress', '/var/www/html'],
      ['/usr/share/javascript', '/var/www/html/javascript'],
    ],
  },
  'php-applications': {
    packages: [
      noDatabase,
      'adminer',
      'cacti',
      'dokuwiki',
      'icingaweb2',
      'ldap-account-manager',
      'matomo',
      'mediawiki',
      'phpldapadmin',
      'phpmyadmin',
      'phppgadmin',
      'roundcube',
      'roundcube-sqlite3',
      'spip',
      'zabbix-frontend-php',
    ],
    copies: [
      ...['adminer', 'cacti', 'dokuwiki', 'icingaweb2', 'ldap-account-manager', 'matomo', 'mediawiki'],
      ...['phpldapadmin', 'phpmyadmin', 'phppgadmin', 'roundcube', 'spip', 'zabbix', 'php'],
    ].map((name) => [`/usr/share/${name}`, `/var/www/html/${name}`] as const),
  },
  java: {
    packages: [
      'openjdk-21-jdk-headless',
      'tomcat10',
      'tomcat10-admin',
      'tomcat10-examples',
      'tomcat10-docs',
      'maven',
      'ant',
      'activemq',
      'jetty12',
      'libspring-web-java',
    ],
    copies: [
      ['/usr/lib/jvm', '/opt/java'],
      ['/usr/share/java', '/opt/lib'],
      ...['tomcat10', 'tomcat10-admin', 'tomcat10-examples', 'tomcat10-docs', 'maven', 'ant', 'activemq'].map(
        (name) => [`/usr/share/${name}`, `/usr/local/${name}`] as const,
      ),
    ],
  },
  scripting: {
    packages: [
      ...['perl', 'libmojolicious-perl', 'libcatalyst-perl', 'libdancer2-perl', 'libcgi-pm-perl', 'awstats', 'gitweb'],
      ...['ruby', 'ruby-rails', 'ruby-sinatra', 'puppet-agent', 'lua5.4', 'lua-socket', 'ansible', 'smokeping'],
    ],
    copies: [
      ['/usr/share/perl', '/usr/local/share/perl-core'],
      ['/usr/share/perl5', '/usr/local/share/perl'],
      ['/usr/lib/ruby', '/usr/local/lib/ruby'],
      ['/usr/share/rubygems-integration', '/usr/local/share/gems'],
      ['/usr/share/awstats', '/srv/awstats'],
      ['/usr/lib/cgi-bin', '/srv/cgi-bin'],
      ['/usr/share/gitweb', '/srv/gitweb'],
      ['/usr/share/lua', '/usr/local/share/lua'],
      ['/usr/lib/python3/dist-packages', '/usr/local/lib/python3.13/site-packages'],
    ],
  },
  services: {
    packages: [
      ...['postgresql', 'mariadb-server', 'redis-server', 'docker.io', 'git', 'openssh-server', 'cron', 'busybox'],
      ...['fail2ban', 'certbot', 'socat', 'netcat-openbsd', 'tcpdump', 'rsync', 'build-essential', 'vim', 'gdb'],
    ],
    copies: [
      ['/usr/bin', '/usr/local/bin'],
      ['/usr/sbin', '/usr/local/sbin'],
      ['/usr/share/vim', '/usr/local/share/vim'],
      ['/usr/libexec', '/usr/local/libexec'],
      ['/etc', '/opt/copy/etc'],
    ],
  },
  attackers: {
    packages: [
      ...['nmap', 'sqlmap', 'john', 'hydra', 'medusa', 'ncrack', 'wfuzz', 'dirb', 'aircrack-ng', 'whatweb'],
      ...['lynis', 'rkhunter', 'chkrootkit', 'yara', 'testssl.sh', 'hping3', 'sslscan'],
    ],
    copies: ['nmap', 'sqlmap', 'john', 'wfuzz', 'dirb', 'whatweb', 'lynis'].map(
      (name) => [`/usr/share/${name}`, `/opt/${name}`] as const,
    ),
    isHard: true,
  },
};

/** Modules of a day, as bench/image-set.ts has them. */
const MODULES_BEFORE = '2025-06-01';

function run(program: string, words: readonly string[], cwd?: string): void {
  const { error, status } = spawnSync(program, words, { stdio: ['ignore', 2, 2], ...(cwd !== undefined && { cwd }) });
  if (error !== undefined) throw new Error(`${program} is needed`, { cause: error });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: status ${status}`);
}

/**
 * Builds an image as an OCI layout folder, unless it is there already. Needs root, mmdebstrap and, for modules, npm.
 * @param folder where images are kept: gigabytes
 * @returns the layout
 */
export async function buildStockImage(folder: string, name: string, image: StockImage): Promise<string> {
  const layout = path.join(folder, name);
  if (existsSync(layout)) return layout;
  const work = `${layout}.unfinished`;
  remove(work);
  mkdirSync(path.join(work, 'layout/blobs/sha256'), { recursive: true });
  console.error(`building ${layout} ...`);
  const root = path.join(work, 'root');
  const include = image.packages.length === 0 ? [] : [`--include=${image.packages.join(',')}`];
  run('mmdebstrap', ['--quiet', '--variant=minbase', '--format=directory', ...include, 'trixie', root]);
  copyWithin(root, image.copies);
  const copied = path.join(work, 'copied');
  renameSync(path.join(root, COPIED), copied);
  if (image.modules !== undefined) installModules(path.join(copied, 'app'), image.modules);
  const layers: string[] = [];
  for (const tree of [root, copied]) {
    const tar = `${tree}.tar`;
    run('tar', ['--one-file-system', '--sort=name', '-cf', tar, '-C', tree, '.']);
    remove(tree);
    layers.push(tar);
  }
  await writeLayout(path.join(work, 'layout'), layers);
  renameSync(path.join(work, 'layout'), layout);
  remove(work);
  return layout;
}

/** A build that was killed may have left /proc and /dev mounted: not one file beyond such a mount is removed. */
function remove(tree: string): void {
  run('rm', ['-rf', '--one-file-system', tree]);
}

const COPIED = '.copied';

/** Links lead to where they do in the image, so that it is `cp` of the image that follows them. Those that lead nowhere stay out. */
function copyWithin(root: string, copies: StockImage['copies']): void {
  mkdirSync(path.join(root, COPIED));
  for (const [from, to] of copies) {
    if (!existsSync(path.join(root, from))) throw new Error(`no package of the image brings ${from}`);
    const target = path.posix.join('/', COPIED, to);
    mkdirSync(path.join(root, target), { recursive: true });
    spawnSync('chroot', [root, 'cp', '-rL', '--preserve=mode,timestamps', `${from}/.`, target], { stdio: 'ignore' });
  }
}

function installModules(folder: string, dependencies: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  const about = { name: 'stock-app', version: '1.0.0', private: true, dependencies };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(about, undefined, 2)}\n`);
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', [...words, '--before', MODULES_BEFORE], folder);
}

/** Moves layers into an OCI layout, uncompressed. */
async function writeLayout(layout: string, layers: readonly string[]): Promise<void> {
  mkdirSync(path.join(layout, 'blobs/sha256'), { recursive: true });
  const type = 'application/vnd.oci.image';
  const stored = [];
  for (const tar of layers) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(tar), hash);
    const digest = hash.digest('hex');
    const size = statSync(tar).size;
    renameSync(tar, path.join(layout, 'blobs/sha256', digest));
    stored.push({ mediaType: `${type}.layer.v1.tar`, digest: `sha256:${digest}`, size });
  }
  const write = (mediaType: string, content: unknown): object => {
    const bytes = JSON.stringify(content);
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(path.join(layout, 'blobs/sha256', digest), bytes);
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
  };
  const diffIds = stored.map(({ digest }) => digest);
  const config = write(`${type}.config.v1+json`, {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: layers.map(() => ({ created_by: 'COPY . /' })),
  });
  const manifest = write(`${type}.manifest.v1+json`, { schemaVersion: 2, config, layers: stored });
  writeFileSync(path.join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  writeFileSync(path.join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}
