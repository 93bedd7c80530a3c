import { test } from 'vitest';
import { describePortal, Portal } from './support/portal.ts';
import { goTo, heading } from './support/steps.ts';

describePortal('x', () => {
  test('control plane', { timeout: 90_000 }, async () => {
    const portal = await Portal.start();
    try {
      const watched = await portal.signedIn('/');
      const { page } = watched;
      await heading(page, 'Home').waitFor();
      await portal.instance.end();
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Catalog', exact: true }).click();
      await new Promise((r) => setTimeout(r, 3000));
      await watched.picture('x-1');
      await portal.instance.start();
      await heading(page, 'Catalog').waitFor();
      await new Promise((r) => setTimeout(r, 1000));
      await watched.picture('x-2');
      console.log(watched.errors());
      await goTo(page, 'Nodes');
      await new Promise((r) => setTimeout(r, 1000));
      await portal.instance.end();
      await page.getByText('The control plane cannot be reached. Calls').waitFor();
      await watched.picture('x-3');
      await portal.instance.start();
      await page.getByText('The control plane cannot be reached').first().waitFor({ state: 'detached' });
      await watched.picture('x-4');
      console.log(watched.errors());
    } finally {
      await portal.close();
    }
  });
});
