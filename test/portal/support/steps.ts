import type { Locator, Page } from 'playwright-core';

/** What people do on any page, by what they see and by the keyboard where that is quicker. */

/** Opens the search with its keys and types; what is found is the list of options. */
export async function search(page: Page, words: string): Promise<Locator> {
  await page.keyboard.press('Control+k');
  const dialog = page.getByRole('dialog', { name: 'Search' });
  await dialog.getByRole('combobox', { name: 'Search' }).fill(words);
  return dialog.getByRole('option');
}

/** Closes the search. */
export async function leaveSearch(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Search' }).waitFor({ state: 'hidden' });
}

/** Goes where the navigation leads. */
export async function goTo(page: Page, label: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: label, exact: true }).click();
  await heading(page, label).waitFor();
}

export function heading(page: Page, name: string | RegExp): Locator {
  return page.getByRole('heading', { level: 1, name });
}

/** Opens a tab of the page. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click();
}

/** Chooses one of a list, by the name that it begins with. */
export async function choose(within: Page | Locator, label: string, option: string): Promise<void> {
  const field = within.getByRole('combobox', { name: label });
  await field.click();
  // An option may say more about itself after its name.
  const options = field.page().getByRole('option', { name: new RegExp(`^${option}(?: |$)`) });
  await options.click();
}

/** Replaces the text of an editor, by the keys that people use for it. */
export async function rewrite(editor: Locator, text: string): Promise<void> {
  await editor.focus();
  await editor.press('Control+a');
  await editor.press('Delete');
  await editor.page().keyboard.insertText(text);
}

/** Chooses an operation in the contents of a definition. */
export async function openOperation(page: Page, method: string, summary: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Contents' })
    .getByRole('link', { name: `${method} ${summary}` })
    .click();
  await page.getByRole('heading', { level: 2, name: summary }).waitFor();
}

/** Executes the operation that is shown; what came of it is the response. */
export async function execute(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Execute' }).click();
  const response = page.getByRole('region', { name: 'Response' });
  await response.waitFor();
  return response;
}
