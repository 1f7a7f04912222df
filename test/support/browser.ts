import { spawnSync } from 'node:child_process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** What no page of ours may do. Each is a text to read in a failed test. */
export interface PageFaults {
  /** What the Content-Security-Policy of a page kept from happening: directive and what it was. */
  readonly violations: readonly string[];
  /** Lines of the console that are errors or warnings, and errors that nobody caught. */
  readonly errors: readonly string[];
  /** Requests to anything but the origin of the first page that was opened. */
  readonly strangers: readonly string[];
}

/** A tab, in a profile of its own, that keeps what went wrong in it. */
export interface WatchedPage extends PageFaults {
  readonly page: Page;
  /** Ends the tab with its profile. */
  close(): Promise<void>;
}

/** A browser that a test started. Whoever starts it closes it. */
export interface TestBrowser {
  readonly browser: Browser;
  /**
   * Opens a tab that knows no cookies.
   * @param options of its profile: `viewport`, `colorScheme`, `reducedMotion`, `offline`
   */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  close(): Promise<void>;
}

/** Names that distributions give to the browser that people use. */
const whole = ['chromium', 'chromium-browser', 'google-chrome'] as const;
/** The same engine of pages without windows, extensions and what paints a screen: it takes half of the processor's time. */
const shell = 'chromium-headless-shell';

/** Off the network, but for what a test asks for. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const isThere = new Map<string, boolean>();

/** @returns its path */
function findBrowser(programs: readonly string[]): string | undefined {
  for (const name of programs) {
    if (!isThere.has(name)) isThere.set(name, spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
    if (isThere.get(name) === true) return spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
  }
  return undefined;
}

/** Why a test with a browser is skipped, or undefined where it can run. */
export function whyNoBrowser(): string | undefined {
  return findBrowser(whole) === undefined ? 'Chromium is not installed' : undefined;
}

/**
 * Starts Chromium with a profile in a temporary folder, which goes with it.
 * @param kind `whole`: as people have it; `shell`: only what shows a page, where it is installed
 * @throws Error where there is none, or it does not come up
 */
export async function startBrowser(kind: 'whole' | 'shell' = 'shell'): Promise<TestBrowser> {
  const path = findBrowser(kind === 'whole' ? whole : [shell, ...whole]);
  if (path === undefined) throw new Error('Chromium is not installed');
  const browser = await chromium.launch({ executablePath: path, headless: true, args: flags, timeout: 120_000 });
  return {
    browser,
    open: (options = {}) => openPage(browser, options),
    close: () => browser.close(),
  };
}

async function openPage(browser: Browser, options: BrowserContextOptions): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  // Below the limit of a test, so that what never comes is named.
  context.setDefaultTimeout(40_000);
  const page = await context.newPage();
  const [violations, errors, strangers] = [[], [], []] as [string[], string[], string[]];
  await context.exposeBinding('tellViolation', (_, text: string) => void violations.push(text));
  await context.addInitScript(() => {
    const window = globalThis as unknown as {
      tellViolation(text: string): void;
      addEventListener(name: string, listener: (event: Violation) => void): void;
    };
    interface Violation {
      readonly effectiveDirective: string;
      readonly blockedURI: string;
      readonly sample: string;
    }
    window.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
      window.tellViolation(`${effectiveDirective}: ${blockedURI} ${sample}`.trim()),
    );
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => void errors.push(String(error)));
  let own: string | undefined;
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.protocol === 'blob:' || url.protocol === 'about:') return;
    // Files have no origin: the first one is the page, and others are strangers.
    const origin = url.protocol === 'file:' ? url.pathname : url.origin;
    own ??= origin;
    if (origin !== own) strangers.push(request.url());
  });
  return { page, violations, errors, strangers, close: () => context.close() };
}
