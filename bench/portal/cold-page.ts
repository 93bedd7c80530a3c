import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { InPage, Part, Transfer } from './in-page-calls.ts';
import type { PaintFigures } from './scores.ts';

const TIMEOUT_MS = 60_000;
/** What comes late (fonts, pictures, what is loaded ahead) belongs to a visit too. */
const QUIET_MS = 700;
const VIEWPORT = { width: 1360, height: 860 };
const IN_PAGE = stripTypeScriptTypes(readFileSync(new URL('./in-page.ts', import.meta.url), 'utf8'));

/** Where to, as whom, and how slow the browser's processor is: 4 is a quarter of the speed of this machine. */
export interface Visit {
  browser: Browser;
  url: string;
  /** The session's. */
  cookie: { name: string; value: string };
  slowdown: number;
}

export interface VisitFigures extends PaintFigures, Transfer {
  /** Until what the page is for was on the screen, in ms. */
  usefulMs: number;
}

/** A page in a browser that has never been here: nothing is cached, nothing is compiled. */
export class ColdPage {
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  static async open({ browser, url, cookie, slowdown }: Visit, path: string, useful: readonly Part[]): Promise<ColdPage> {
    const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce' });
    context.setDefaultTimeout(TIMEOUT_MS);
    try {
      await context.addCookies([{ ...cookie, url, httpOnly: true, sameSite: 'Lax' }]);
      await context.addInitScript(`{ window.gatehouseUseful = ${JSON.stringify(useful)}; ${IN_PAGE} }`);
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      if (slowdown > 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
      await page.goto(url + path, { waitUntil: 'commit' });
      return new ColdPage(context, page);
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  /** The figures of the visit, once it is over. */
  async figures(): Promise<VisitFigures> {
    const usefulMs = await this.#call('useful');
    await this.page.waitForLoadState('networkidle');
    await this.page.waitForTimeout(QUIET_MS);
    return { usefulMs, ...(await this.#call('paints')), ...(await this.#call('transfer')) };
  }

  /** From the click until the parts are on the screen, in ms. */
  click(target: Part, parts: readonly Part[]): Promise<number> {
    return this.#call('click', target, parts);
  }

  type(selector: string, text: string, parts: readonly Part[]): Promise<number> {
    return this.#call('type', selector, text, parts);
  }

  scroll(selector: string, share: number, parts: readonly Part[]): Promise<number> {
    return this.#call('scroll', selector, share, parts);
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  /** What never comes to be on the screen ends the measurement, with what was waited for. */
  async #call<Name extends keyof InPage>(name: Name, ...given: Parameters<InPage[Name]>): Promise<Awaited<ReturnType<InPage[Name]>>> {
    const call = `window.gatehouseBench.${name}(${given.map((value) => JSON.stringify(value)).join(', ')})`;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`After ${TIMEOUT_MS / 1_000} s not on the screen of ${this.page.url()}: ${call}`)),
        TIMEOUT_MS,
      );
    });
    try {
      return await Promise.race([this.page.evaluate<Awaited<ReturnType<InPage[Name]>>>(call), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
