import { spawnSync } from 'node:child_process';
import type { SecretKind } from './secret-kinds.ts';
import { alphabets, type SeededRandom } from './seeded-random.ts';

/** A file with one secret in it. */
export interface CarriedSecret {
  readonly kind: string;
  readonly carrier: string;
  readonly path: string;
  readonly bytes: Buffer;
  /** The secret as the file has it: escaped, indented. */
  readonly written: string;
}

interface Carrier {
  readonly name: string;
  readonly paths: readonly string[];
  /** Lines that hold the value, written as the format wants it. */
  line(kind: SecretKind, value: string, random: SeededRandom): string;
  /** How the format writes a value of several lines. */
  written(value: string): string;
  /** Lines of an honest file of this kind. */
  honest(random: SeededRandom): string;
  readonly head?: string;
  readonly foot?: string;
}

const words = 'order cart basket price invoice stock parcel customer address voucher session queue worker report'.split(
  ' ',
);
const word = (random: SeededRandom) => random.pick(words);
const number = (random: SeededRandom) => random.below(9000) + 10;
const host = (random: SeededRandom) => `${word(random)}-${random.below(9)}.acme-shop.io`;
const escaped = (value: string) => value.replaceAll('\n', '\\n');
const isKey = (value: string) => value.includes('\n');
const camel = (name: string) => name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const time = (random: SeededRandom) =>
  `2025-03-${10 + random.below(18)} ${10 + random.below(13)}:${10 + random.below(49)}:${10 + random.below(49)}`;

const carriers: readonly Carrier[] = [
  {
    name: '.env',
    paths: ['srv/shop/.env', 'app/.env.production', 'var/www/html/.env'],
    written: escaped,
    line: ({ name }, value, random) => {
      const quote = isKey(value) ? '"' : random.pick(['', '"', "'"]);
      return `${name}=${quote}${escaped(value)}${quote}`;
    },
    honest: (r) =>
      r.pick([
        `${word(r).toUpperCase()}_LIMIT=${number(r)}`,
        `${word(r).toUpperCase()}_HOST=${host(r)}`,
        `# what the ${word(r)} service needs`,
        'LOG_LEVEL=info',
        `FEATURE_${word(r).toUpperCase()}=true`,
        '',
      ]),
  },
  {
    name: 'YAML',
    paths: ['app/config/production.yaml', 'etc/shop/config.yml', 'opt/deploy/values.yaml'],
    written: (value) => value.replaceAll('\n', '\n    '),
    line: ({ name }, value, random) => {
      if (isKey(value)) return `  ${name.toLowerCase()}: |\n    ${value.replaceAll('\n', '\n    ')}`;
      const text = /^[\w-]+$/.test(value) && random.below(2) === 0 ? value : `"${value}"`;
      return random.pick([
        `  ${camel(name)}: ${text}`,
        `  ${name.toLowerCase()}: ${text}`,
        `    - name: ${name}\n      value: ${text}`,
        `  ${name}: ${text}`,
      ]);
    },
    honest: (r) =>
      r.pick([`${word(r)}:\n  limit: ${number(r)}`, `  host: ${host(r)}`, `  # of each ${word(r)}`, `  enabled: true`]),
  },
  {
    name: 'JSON',
    paths: ['app/config/config.json', 'srv/api/appsettings.Production.json', 'opt/shop/settings.json'],
    written: escaped,
    line: ({ name }, value, random) =>
      random.pick([
        `  "${camel(name)}": "${escaped(value)}",`,
        `  "${name}": "${escaped(value)}",`,
        `  "${name.toLowerCase()}":"${escaped(value)}",`,
      ]),
    honest: (r) =>
      r.pick([
        `  "${word(r)}Limit": ${number(r)},`,
        `  "${word(r)}Host": "${host(r)}",`,
        `  "${word(r)}": { "enabled": true },`,
      ]),
    head: '{',
    foot: '  "version": 3\n}',
  },
  {
    name: 'INI/properties',
    paths: ['app/config/application-prod.properties', 'etc/shop/shop.ini', 'opt/worker/worker.conf'],
    written: escaped,
    line: ({ name }, value, random) =>
      random.pick([
        `${name.toLowerCase().replaceAll('_', '.')}=${escaped(value)}`,
        `${name.toLowerCase()} = ${escaped(value)}`,
        `${name.toLowerCase().replaceAll('_', '-')}: ${escaped(value)}`,
      ]),
    honest: (r) =>
      r.pick([`${word(r)}.limit=${number(r)}`, `${word(r)}.host=${host(r)}`, `# ${word(r)} and ${word(r)}`, '']),
  },
  {
    name: 'shell',
    paths: ['root/.bash_history', 'opt/deploy/deploy.sh', 'usr/local/bin/start-shop.sh', 'home/app/.bashrc'],
    written: (value) => value,
    line: ({ name, byName }, value, random) => {
      if (isKey(value)) return `cat > /etc/shop/service.key <<'KEY'\n${value}\nKEY`;
      const quote = /[$]/.test(value) ? "'" : random.pick(['', '"', "'"]);
      const plain = [`export ${name}=${quote}${value}${quote}`, `${name}=${quote}${value}${quote} ./migrate --all`];
      if (byName || value.includes('://')) return random.pick(plain);
      return random.pick([
        ...plain,
        `curl -sf -H "Authorization: Bearer ${value}" https://${host(random)}/v1/me`,
        `./login --token ${value}`,
      ]);
    },
    honest: (r) =>
      r.pick([
        `cd /opt/${word(r)}`,
        `systemctl restart ${word(r)}`,
        `curl -sf https://${host(r)}/health`,
        `tail -n ${number(r)} /var/log/${word(r)}.log`,
        'git pull',
      ]),
  },
  {
    name: 'Python',
    paths: ['app/shop/settings.py', 'srv/api/config.py', 'opt/worker/tasks.py'],
    written: (value) => value,
    line: ({ name, byName }, value, random) => {
      if (isKey(value)) return `${name} = """${value}\n"""`;
      const plain = [
        `${name} = "${value}"`,
        `os.environ.setdefault('${name}', '${value}')`,
        `    "${name.toLowerCase()}": "${value}",`,
      ];
      return random.pick(byName ? plain : [...plain, `client = Client('${value}')`]);
    },
    honest: (r) =>
      r.pick([
        `${word(r).toUpperCase()}_LIMIT = ${number(r)}`,
        `def ${word(r)}_of(${word(r)}):\n    return ${word(r)}.all()[:${number(r)}]`,
        `# the ${word(r)} first`,
        `import ${word(r)}`,
      ]),
  },
  {
    name: 'JavaScript',
    paths: ['app/src/config.js', 'usr/src/app/server.js', 'srv/shop/lib/client.mjs'],
    written: (value) => value,
    line: ({ name, byName }, value, random) => {
      if (isKey(value)) return `const ${camel(name)} = \`${value}\n\`;`;
      const plain = [
        `const ${camel(name)} = '${value}';`,
        `  ${camel(name)}: "${value}",`,
        `const ${name} = process.env.${name} || '${value}';`,
      ];
      return random.pick(byName ? plain : [...plain, `const client = createClient('${value}');`]);
    },
    honest: (r) =>
      r.pick([
        `const ${word(r)}Limit = ${number(r)};`,
        `import { ${word(r)} } from './${word(r)}.js';`,
        `// no ${word(r)} without ${word(r)}`,
        `app.get('/${word(r)}', (request, response) => response.json(${word(r)}));`,
      ]),
  },
  {
    name: 'Dockerfile',
    paths: ['app/Dockerfile', 'srv/shop/docker/Dockerfile.prod', 'build/Dockerfile'],
    written: escaped,
    line: ({ name }, value, random) => {
      if (isKey(value)) return `RUN printf '${escaped(value)}\\n' > /root/.ssh/id_deploy`;
      return random.pick([
        `ENV ${name}=${value}`,
        `ENV ${name} ${value}`,
        `ARG ${name}="${value}"`,
        `RUN ${name}='${value}' make release`,
      ]);
    },
    honest: (r) =>
      r.pick([
        `RUN apt-get install -y lib${word(r)}-dev`,
        `COPY ${word(r)} /app/${word(r)}`,
        `ENV ${word(r).toUpperCase()}_LIMIT=${number(r)}`,
        `# for the ${word(r)}`,
        `EXPOSE ${number(r)}`,
      ]),
    head: 'FROM debian:bookworm-slim',
  },
  {
    name: 'XML',
    paths: ['app/web.config', 'opt/shop/conf/settings.xml', 'srv/api/app.config'],
    written: (value) => value,
    line: ({ name }, value, random) =>
      random.pick([
        `    <add key="${name.toLowerCase().replace(/(^|_)(.)/g, (_, __, letter: string) => letter.toUpperCase())}" value="${value}" />`,
        `    <entry key="${name.toLowerCase().replaceAll('_', '.')}">${value}</entry>`,
        `    <${camel(name)}>${value}</${camel(name)}>`,
        `    <property name="${camel(name)}" value="${value}"/>`,
      ]),
    honest: (r) =>
      r.pick([
        `    <add key="${word(r)}Limit" value="${number(r)}" />`,
        `    <${word(r)} enabled="true"/>`,
        `    <!-- the ${word(r)} -->`,
        `    <host>${host(r)}</host>`,
      ]),
    head: '<?xml version="1.0" encoding="utf-8"?>\n<configuration>',
    foot: '</configuration>',
  },
  {
    name: 'SQL dump',
    paths: ['var/backups/shop.sql', 'opt/shop/db/seed.sql', 'docker-entrypoint-initdb.d/10-data.sql'],
    written: escaped,
    line: ({ name, byName }, value, random) => {
      const column = name.toLowerCase();
      if (/^(?:SMTP|DB)_PASSWORD$/.test(name)) return `ALTER USER 'shop'@'%' IDENTIFIED BY '${value}';`;
      if (byName) return `UPDATE settings SET ${column} = '${value}' WHERE id = ${number(random)};`;
      return `INSERT INTO \`settings\` VALUES (${number(random)},'${column}','${escaped(value)}','${time(random)}');`;
    },
    honest: (r) =>
      r.pick([
        `INSERT INTO \`${word(r)}\` VALUES (${number(r)},'${word(r)}',${number(r)},'${time(r)}');`,
        `CREATE TABLE \`${word(r)}\` (\n  \`id\` int NOT NULL,\n  \`name\` varchar(64) DEFAULT NULL\n);`,
        '--',
        `LOCK TABLES \`${word(r)}\` WRITE;`,
      ]),
  },
  {
    name: 'log',
    paths: ['var/log/shop/app.log', 'app/logs/production.log', 'var/log/worker.log.1'],
    written: escaped,
    line: ({ name, byName }, value, random) => {
      const plain = [
        `${time(random)} DEBUG config: ${name}=${escaped(value)}`,
        `${time(random)} INFO environment {"${name}":"${escaped(value)}"}`,
      ];
      if (byName || isKey(value)) return random.pick(plain);
      if (value.includes('://')) return `${time(random)} ERROR could not connect to ${value}: timeout`;
      return random.pick([
        ...plain,
        `${time(random)} DEBUG request headers: authorization: Bearer ${value}`,
        `${time(random)} WARN 401 for key ${value}`,
      ]);
    },
    honest: (r) =>
      r.pick([
        `${time(r)} INFO GET /${word(r)}/${number(r)} 200 ${number(r)}ms`,
        `${time(r)} WARN ${word(r)} is slow: ${number(r)}ms`,
        `${time(r)} DEBUG ${word(r)} ${r.of(alphabets.hex, 8)} done`,
        `${time(r)} INFO connected to ${host(r)}`,
      ]),
  },
];

export const carrierNames: readonly string[] = [...carriers.map(({ name }) => name), 'binary'];

/** Puts a value of a kind into the carrier of that number. */
export function carry(kind: SecretKind, carrierNumber: number, random: SeededRandom): CarriedSecret {
  const value = kind.make(random);
  const secret = kind.secret?.(value) ?? value;
  const carrier = carriers[carrierNumber];
  if (!carrier) return carryInBinary(kind, value, secret, random);
  const lines = Array.from({ length: 20 + random.below(80) }, () => carrier.honest(random));
  lines.splice(random.below(lines.length), 0, carrier.line(kind, value, random));
  const text = [carrier.head ?? [], lines, carrier.foot ?? [], ''].flat().join('\n');
  return {
    kind: kind.name,
    carrier: carrier.name,
    path: random.pick(carrier.paths),
    bytes: Buffer.from(text),
    written: carrier.written(secret),
  };
}

/** Every second in a compiled Python module, where Python is there to compile; else among the strings of a program. */
function carryInBinary(kind: SecretKind, value: string, secret: string, random: SeededRandom): CarriedSecret {
  const compiled = !kind.byName && random.below(2) === 0 ? compile(value, random) : undefined;
  if (compiled)
    return {
      kind: kind.name,
      carrier: '.pyc',
      path: 'app/shop/__pycache__/settings.cpython-313.pyc',
      bytes: compiled,
      written: secret,
    };
  const strings = () =>
    Array.from({ length: 20 + random.below(40) }, () =>
      random.pick([
        `${word(random)}_${word(random)}`,
        `%s: no such ${word(random)}`,
        `https://${host(random)}/`,
        `/usr/lib/${word(random)}.so`,
      ]),
    );
  const own = kind.byName ? `${kind.name}=${value}` : value;
  const bytes = Buffer.concat([
    Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
    Buffer.alloc(57),
    random.bytes(500 + random.below(3000)),
    Buffer.alloc(16 + random.below(500)),
    Buffer.from(`${[...strings(), own, ...strings()].join('\0')}\0`),
    Buffer.alloc(random.below(64)),
    random.bytes(500 + random.below(3000)),
  ]);
  return {
    kind: kind.name,
    carrier: 'binary',
    path: random.pick(['usr/local/bin/shop-agent', 'app/lib/libshop.so']),
    bytes,
    written: secret,
  };
}

const program = `
import sys, marshal, importlib.util
code = compile(sys.stdin.read(), 'settings.py', 'exec')
sys.stdout.buffer.write(importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code))
`;

function compile(value: string, random: SeededRandom): Buffer | undefined {
  const honest = Array.from(
    { length: 20 },
    () => `${word(random).toUpperCase()}_LIMIT = ${number(random)}\n${word(random)} = "${host(random)}"`,
  );
  const source = [...honest.slice(0, 10), `client = connect(${JSON.stringify(value)})`, ...honest.slice(10)].join('\n');
  const { status, stdout } = spawnSync('python3', ['-S', '-c', program], { input: source });
  return status === 0 ? stdout : undefined;
}
