import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasOtherUser, otherUser } from './support/other-user.ts';
import { projectRoot, type RunOptions, type RunResult, runProgram } from './support/run.ts';
import { temporaryFolder } from './support/temporary.ts';

/** Installs what is installed here, without a network; counts how often it is asked, and takes its time. */
const npmThatWorks = `#!/bin/sh
echo run >>"$NPM_RUNS"
sleep "\${NPM_SECONDS:-0}"
rm -rf node_modules && mkdir node_modules && ln -s ${projectRoot}/node_modules/* node_modules/ && : >node_modules/.package-lock.json
`;

function npmThatFails(words: string): string {
  return `#!/bin/sh\necho run >>"$NPM_RUNS"\necho 'npm error ${words}' >&2\nexit 1\n`;
}

function npmWithoutNode(): string {
  return `${npmThatWorks}rm -f node_modules/node-*\n`;
}

const main = "process.stdout.write(JSON.stringify([process.cwd(), ...process.argv.slice(2)]) + '\\n');\n";

/** A small checkout with the real launcher and compiler, and an npm of ours. */
class Checkout {
  readonly root: string;
  readonly npmRuns: string;
  readonly bin: string;

  /**
   * @param npm what stands in for it
   * @param like a copy of this one, with its times, instead of a new one
   */
  constructor(npm: string | false = npmThatWorks, like?: Checkout) {
    const folder = temporaryFolder();
    for (const open of [folder, path.dirname(folder)]) chmodSync(open, 0o755);
    this.root = path.join(folder, 'a checkout');
    this.npmRuns = path.join(folder, 'npm-runs');
    this.bin = path.join(folder, 'bin');
    if (like !== undefined) {
      const whole = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
      cpSync(path.dirname(like.root), folder, whole);
      return;
    }
    for (const name of [
      'drydock',
      'bin',
      'tools/prepare.sh',
      'tools/bundle.config.js',
      'tools/node',
      'web/package.json',
      'web/vite.config.ts',
      'web/vite-plugins',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
    ]) {
      cpSync(path.join(projectRoot, name), path.join(this.root, name), { recursive: true });
    }
    this.write('src/cli/main.ts', main);
    this.write('tools/generate-schemas.ts', '');
    // The other files that the bundle begins with.
    for (const other of [
      'src/index.ts',
      'src/layer-thread.ts',
      'src/contents/yara/wasm-thread.ts',
      'src/runtime/inside/relay.ts',
      'src/runtime/inside/sinkhole.ts',
      'src/runtime/cage/guardian-process.ts',
    ]) {
      this.write(other, 'export {};\n');
    }
    // A page and a report that are next to nothing: of what they are is not a matter of the launcher.
    for (const page of ['index', 'report']) {
      this.write(
        `web/${page}.html`,
        `<title>t</title><body><script type="module" src="/src/${page}.ts"></script></body>`,
      );
      this.write(`web/src/${page}.ts`, "document.title = 'made';\n");
    }
    this.write('web/vite-plugins/first-paint.tsx', "export const firstPaint = () => ({ name: 'none' });\n");
    mkdirSync(this.bin);
    if (npm !== false) this.program('npm', npm);
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.root, name)), { recursive: true });
    writeFileSync(path.join(this.root, name), text);
  }

  program(name: string, text: string): void {
    writeFileSync(path.join(this.bin, name), text, { mode: 0o755 });
  }

  async start(args: readonly string[] = [], options: RunOptions & { launcher?: string } = {}): Promise<RunResult> {
    return await runProgram(options.launcher ?? path.join(this.root, 'drydock'), args, {
      ...options,
      environment: { PATH: `${this.bin}:/usr/bin:/bin`, NPM_RUNS: this.npmRuns, ...options.environment },
    });
  }

  get installs(): number {
    return existsSync(this.npmRuns) ? readFileSync(this.npmRuns, 'utf8').split('\n').length - 1 : 0;
  }

  /** Changes with every build. */
  get build(): number {
    return statSync(path.join(this.root, 'dist/bundle/main.js')).mtimeMs;
  }

  /** What should never stay behind. */
  get leftovers(): string[] {
    const work = path.join(this.root, '.drydock');
    return existsSync(work) ? readdirSync(work).filter((name) => !name.endsWith('.log')) : [];
  }
}

let built: Promise<Checkout> | undefined;

/** One that was built. All are copies of one: a build takes seconds of a processor, and nothing of it names its folder. */
async function ready(): Promise<Checkout> {
  built ??= (async () => {
    const checkout = new Checkout();
    checkout.write('src/other.ts', 'export const other = 1;\n');
    expect(await checkout.start()).toMatchObject({ status: 0 });
    return checkout;
  })().catch((error: unknown) => {
    // A build that failed is not kept: the next test makes another one.
    built = undefined;
    throw error;
  });
  return new Checkout(undefined, await built);
}

describe('the launcher', () => {
  it('installs and builds on the first start with one line, and runs at once on the next', async () => {
    const checkout = new Checkout();
    const first = await checkout.start(['a b', '', '--c'], { folder: checkout.bin });
    expect(first.stdout).toBe(`${JSON.stringify([checkout.bin, 'a b', '', '--c'])}\n`);
    expect(first.stderr).toBe(
      'drydock: installing dependencies and building; this happens once and takes about half a minute ...\n',
    );
    const { build } = checkout;
    expect(await checkout.start()).toMatchObject({ status: 0, stderr: '' });
    expect([checkout.installs, checkout.build, checkout.leftovers]).toEqual([1, build, []]);
  });

  it('says nothing when quiet', async () => {
    expect(await new Checkout().start(['-q'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('works through links, relative and absolute', async () => {
    const checkout = await ready();
    const folder = path.dirname(checkout.root);
    symlinkSync('a checkout/drydock', path.join(folder, 'relative'));
    symlinkSync(path.join(folder, 'relative'), path.join(checkout.bin, 'dry'));
    expect(await checkout.start(['x'], { folder, launcher: path.join(checkout.bin, 'dry') })).toMatchObject({
      stdout: `${JSON.stringify([folder, 'x'])}\n`,
      stderr: '',
    });
    expect(await checkout.start([], { folder: checkout.root, launcher: './drydock' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it('tells the program what it was called', async () => {
    const checkout = new Checkout();
    const tell = "process.stdout.write(process.env['DRYDOCK_STARTED_AS'] ?? '');\n";
    checkout.write('src/cli/main.ts', tell);
    symlinkSync(path.join(checkout.root, 'drydock'), path.join(checkout.bin, 'dry'));
    const folder = checkout.root;
    expect((await checkout.start([], { folder, launcher: './drydock' })).stdout).toBe('./drydock');
    expect((await checkout.start([], { folder, launcher: '../bin/dry' })).stdout).toBe('../bin/dry');
    // As a shell does that finds it on the PATH.
    const dry = path.join(checkout.bin, 'dry');
    expect(
      (await runProgram('sh', ['-c', 'dry'], { environment: { PATH: `${checkout.bin}:/usr/bin:/bin` } })).stdout,
    ).toBe(dry);
  });

  it('passes the exit status on', async () => {
    const checkout = new Checkout();
    checkout.write('src/cli/main.ts', 'process.exitCode = 17;\n');
    expect(await checkout.start()).toMatchObject({ status: 17 });
  });

  it.each<[string, (checkout: Checkout) => void]>([
    ['an edited file', (c) => c.write('src/cli/main.ts', `// new\n${main}`)],
    ['a new file', (c) => c.write('src/new.ts', 'export const a = 1;\n')],
    ['a removed file', (c) => rmSync(path.join(c.root, 'src/other.ts'))],
    [
      'a setting of the compiler',
      (c) => c.write('tsconfig.build.json', `${readFileSync(path.join(c.root, 'tsconfig.build.json'), 'utf8')}\n`),
    ],
    [
      'a file replaced by an older one',
      (c) => {
        c.write('src/cli/main.ts', `// old\n${main}`);
        utimesSync(path.join(c.root, 'src/cli/main.ts'), 1e9, 1e9);
      },
    ],
    ['a removed build', (c) => rmSync(path.join(c.root, 'dist'), { recursive: true })],
    ['half a build', (c) => rmSync(path.join(c.root, 'dist/.stamp'))],
  ])('builds again after %s, without installing', async (_, change) => {
    const checkout = await ready();
    const before = checkout.build;
    change(checkout);
    const again = await checkout.start();
    expect([again.status, again.stderr]).toEqual([0, 'drydock: building ...\n']);
    expect(checkout.installs).toBe(1);
    expect(checkout.build).not.toBe(before);
    expect(await checkout.start()).toMatchObject({ status: 0, stderr: '' });
  });

  it.each<[string, (checkout: Checkout) => void]>([
    ['a touched file', (c) => utimesSync(path.join(c.root, 'src/cli/main.ts'), new Date(), new Date())],
    ['a file written again as it was', (c) => c.write('src/cli/main.ts', main)],
    ['a test', (c) => c.write('src/cli/main.test.ts', 'export const test = 1;\n')],
  ])('does not build again for %s', async (_, change) => {
    const checkout = await ready();
    const { build } = checkout;
    change(checkout);
    expect(await checkout.start()).toMatchObject({ status: 0, stderr: '' });
    expect([checkout.build, checkout.installs]).toEqual([build, 1]);
  });

  it.each<[string, (checkout: Checkout) => void]>([
    [
      'the lock file changed',
      (c) => c.write('package-lock.json', `${readFileSync(path.join(c.root, 'package-lock.json'), 'utf8')}\n`),
    ],
    ['dependencies went away', (c) => rmSync(path.join(c.root, 'node_modules'), { recursive: true })],
    ['an installation was cut off', (c) => rmSync(path.join(c.root, 'node_modules/.package-lock.json'))],
  ])('installs again when %s', async (_, change) => {
    const checkout = await ready();
    change(checkout);
    expect(await checkout.start()).toMatchObject({ status: 0 });
    expect(checkout.installs).toBe(2);
  });

  it('installs once when started five times at once', async () => {
    const checkout = new Checkout();
    const environment = { NPM_SECONDS: '0.5' };
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => checkout.start([String(n)], { environment })));
    expect(results.map((result) => [result.status, JSON.parse(result.stdout)[1]])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [0, String(n)]),
    );
    expect([checkout.installs, checkout.leftovers]).toEqual([1, []]);
  });

  it.each([
    ['whose owner is gone', '4194300 HOST\n'],
    ['whose owner is another program by now', `1 HOST\n`],
  ])('takes over a lock %s', async (_, owner) => {
    const checkout = new Checkout();
    const { stdout } = await runProgram('uname', ['-n']);
    checkout.write('.drydock/lock/owner', owner.replace('HOST', stdout.trim()));
    expect(await checkout.start([], { timeout: 100_000 })).toMatchObject({ status: 0 });
    expect(checkout.leftovers).toEqual([]);
  });

  it('says nothing of the owner of a lock that ends while it is looked at', async () => {
    const script = `eval "$(sed -n '/^alive()/,/^}/p' "$1")"
      kill() { :; }
      [() { false; }
      alive 4194300`;
    const prepare = path.join(projectRoot, 'tools/prepare.sh');

    const { status, stderr } = await runProgram('bash', ['--norc', '-c', script, 'bash', prepare]);

    expect([status, stderr]).toEqual([1, '']);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('cleans up on %s', async (signal, status) => {
    const checkout = new Checkout();
    const result = await checkout.start([], {
      environment: { NPM_SECONDS: '9' },
      onOutput: (send) => send(signal),
      timeout: 100_000,
    });
    expect([result.status, checkout.leftovers, existsSync(path.join(checkout.root, 'dist'))]).toEqual([
      status,
      [],
      false,
    ]);
    expect(await checkout.start()).toMatchObject({ status: 0 });
  });

  it('shows the end of a failed installation and where the rest is', async () => {
    const checkout = new Checkout(npmThatFails('code EBADTHING'));
    const { status, stderr } = await checkout.start();
    expect(status).toBe(69);
    expect(stderr).toContain('  npm error code EBADTHING\n');
    expect(stderr).toContain(`All of its output: ${checkout.root}/.drydock/npm.log\n`);
    expect(checkout.leftovers).toEqual([]);
  });

  it('says that a network is needed', async () => {
    const { status, stderr } = await new Checkout(
      npmThatFails('request failed, reason: getaddrinfo EAI_AGAIN'),
    ).start();
    expect(status).toBe(69);
    expect(stderr).toContain('A network is needed for the first start only.');
  });

  it.each([
    ['a folder', true],
    ['nothing', false],
  ])('does not install where node_modules is a link to %s', async (_, exists) => {
    const checkout = new Checkout();
    const other = path.join(path.dirname(checkout.root), 'other modules');
    if (exists) {
      mkdirSync(other);
      writeFileSync(path.join(other, 'precious'), '');
    }
    symlinkSync(other, path.join(checkout.root, 'node_modules'));
    const { status, stdout, stderr } = await checkout.start();
    expect([status, stdout, checkout.installs]).toEqual([69, '', 0]);
    expect(stderr).toBe(
      `drydock: ${checkout.root}/node_modules is a symbolic link to ${other}, and the installation would empty that folder.\n` +
        'Remove the link (rm node_modules) and start again, or install there what package-lock.json names.\n',
    );
    expect([existsSync(path.join(other, 'precious')), checkout.leftovers]).toEqual([exists, []]);
  });

  it('says that npm is needed', async () => {
    const checkout = new Checkout(false);
    // Everything a bare system has, except npm.
    for (const name of [
      'sh',
      'find',
      'cksum',
      'sort',
      'cat',
      'mkdir',
      'rm',
      'rmdir',
      'uname',
      'touch',
      'mv',
      'dirname',
      'sleep',
      'node',
    ]) {
      symlinkSync(`/usr/bin/${name}`, path.join(checkout.bin, name));
    }
    const { status, stderr } = await checkout.start([], { environment: { PATH: checkout.bin } });
    expect([status, stderr]).toEqual([
      69,
      'drydock: npm is needed once, to install the dependencies, and is not on the PATH.\nInstall Node.js 20 or newer with its npm, then start again.\n',
    ]);
  });

  it('runs on a new enough Node.js of the system where npm has none', async () => {
    const checkout = new Checkout(npmWithoutNode());
    checkout.program('node', `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
    expect(await checkout.start()).toMatchObject({ status: 0 });
  });

  it('says when the only Node.js is too old', async () => {
    const checkout = new Checkout(npmWithoutNode());
    checkout.program('node', '#!/bin/sh\ncase $1 in --version) echo v20.0.0 ;; *) exit 1 ;; esac\n');
    const { status, stderr } = await checkout.start();
    expect(status).toBe(69);
    expect(stderr).toMatch(
      /Node\.js 24\.12 or newer is needed\. npm has none for this machine .*, and the system has v20\.0\.0\./,
    );
  });

  it('keeps the old build and says why when the source does not build', async () => {
    const checkout = await ready();
    const { build } = checkout;
    checkout.write('src/cli/main.ts', 'const a: string = 1;\n');
    const { status, stderr } = await checkout.start();
    expect(status).toBe(70);
    expect(stderr).toContain("error TS2322: Type 'number' is not assignable to type 'string'.");
    expect([checkout.build, checkout.leftovers]).toEqual([build, []]);
  });

  it.skipIf(!hasOtherUser)(
    'just runs a ready build that it cannot write, and says so when it is not ready',
    async () => {
      const checkout = await ready();
      const user = otherUser === undefined ? {} : { user: otherUser };
      chmodSync(checkout.root, 0o555);
      chmodSync(path.join(checkout.root, '.drydock'), 0o555);
      expect(await checkout.start([], user)).toMatchObject({ status: 0, stderr: '' });
      utimesSync(path.join(checkout.root, 'src/cli/main.ts'), new Date(), new Date());
      expect(await checkout.start([], user)).toMatchObject({ status: 0, stderr: '' });
      checkout.write('src/cli/main.ts', `// new\n${main}`);
      const { status, stderr } = await checkout.start([], user);
      expect([status, stderr]).toEqual([
        69,
        `drydock: dependencies or build are missing or older than the source, and ${checkout.root} cannot be written.\nStart it once as a user who may write there.\n`,
      ]);
      chmodSync(checkout.root, 0o755);
    },
  );
});
