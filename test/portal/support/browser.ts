import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureDebianPackage } from '@gatehouse/database/testing';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const SCREENSHOTS = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** Chromium of this machine, installed where that may be done. Undefined where there is none, which CI does not allow. */
export function findChromium(): string | undefined {
  const find = () => PROGRAMS.find((program) => existsSync(program));
  const why = ensureDebianPackage('chromium', () => find() !== undefined);
  if (why !== undefined) {
    const message = `The portal's tests need Chromium (Debian: apt-get install chromium); ${why}`;
    if (process.env.CI === 'true') throw new Error(message);
    process.stderr.write(`${message}\n`);
  }
  return find();
}

/** Arguments with which Chromium calls nobody by itself. */
export const BROWSER_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium without a window and without calls to anybody but what a test opens. */
export function launchBrowser(program: string): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: [...BROWSER_ARGUMENTS] });
}

const open = new Set<WatchedPage>();

/** Keeps pictures of all pages that are open, for whoever looks why a test failed. */
export async function pictureOpenPages(name: string): Promise<void> {
  const safe = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
  const pages = [...open].map((watched, index) => watched.picture(`failed-${safe}-${index + 1}`));
  // A page that can show nothing any more is no second failure.
  await Promise.allSettled(pages);
}

/** A page whose failures are the test's: errors that nobody caught, refusals of the content security policy, failed scripts. */
export class WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #errors: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.#errors.push(`${error.name}: ${error.message}`));
    page.on('console', (message) => {
      // The browser's own lines on answers of 4xx and 5xx: those are shown on the page, and tests look at them there.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) this.#errors.push(message.text());
    });
  }

  static async open(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(10_000);
    const watched = new WatchedPage(context, await context.newPage());
    open.add(watched);
    context.once('close', () => open.delete(watched));
    return watched;
  }

  /** What went wrong on the page since the last time that this was asked. */
  errors(): string[] {
    return this.#errors.splice(0);
  }

  /** Keeps a picture of the page as it is now, for people: test/portal/screenshots/<name>.png. */
  async picture(name: string, options: { fullPage?: boolean } = {}): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled', ...options });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
