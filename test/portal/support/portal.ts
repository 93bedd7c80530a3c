import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, describe } from 'vitest';
import { Instance, type InstanceOptions } from '../../support/control.ts';
import { findChromium, launchBrowser, pictureOpenPages, WatchedPage } from './browser.ts';

/** The token of the admin that every `Instance` has. */
const ADMIN_TOKEN = 'an-admin-token-for-tests-only';

type PortalOptions = Partial<InstanceOptions> & { files?: Readonly<Record<string, string>> };

/** Defines tests that open the portal in a browser; they are left out where there is none, which CI does not allow. */
export function describePortal(name: string, define: () => void): void {
  describe.skipIf(findChromium() === undefined)(name, () => {
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await pictureOpenPages(task.name);
    });
    define();
  });
}

/** A Gatehouse with its portal, and a browser. */
export class Portal {
  readonly instance: Instance;
  readonly browser: Browser;

  private constructor(instance: Instance, browser: Browser) {
    this.instance = instance;
    this.browser = browser;
  }

  /** `files`: further files beside gatehouse.yaml, by name. */
  static async start({ files = {}, ...options }: PortalOptions = {}): Promise<Portal> {
    const program = findChromium();
    if (program === undefined) throw new Error('There is no browser');
    const instance = await Instance.prepare({ role: 'all', ...options });
    try {
      for (const [name, content] of Object.entries(files)) await writeFile(join(instance.directory, name), content);
      const [browser] = await Promise.all([launchBrowser(program), instance.start()]);
      return new Portal(instance, browser);
    } catch (error) {
      await instance.remove();
      throw error;
    }
  }

  get url(): string {
    return this.instance.controlUrl;
  }

  /** A page of somebody who is not signed in. */
  async visit(path = '/', options: Parameters<typeof WatchedPage.open>[1] = {}): Promise<WatchedPage> {
    const watched = await WatchedPage.open(this.browser, { baseURL: this.url, ...options });
    await watched.page.goto(path);
    return watched;
  }

  /** A page of somebody who signed in with an access token, the admin's when none is given. */
  async signedIn(path = '/', token = ADMIN_TOKEN, options: Parameters<typeof WatchedPage.open>[1] = {}): Promise<WatchedPage> {
    const watched = await WatchedPage.open(this.browser, { baseURL: this.url, ...options });
    const answer = await watched.context.request.post('/api/auth/session', {
      data: { token },
      headers: { 'x-gatehouse-csrf': '1' },
    });
    if (!answer.ok()) throw new Error(`Signing in was refused: ${answer.status()} ${await answer.text()}`);
    await watched.page.goto(path);
    return watched;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.instance.remove();
  }
}
