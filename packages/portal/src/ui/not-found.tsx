import { Text } from '@mantine/core';
import { TextLink } from './links.tsx';
import { Page } from './page.tsx';

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <Page title="There is no such page">
      <Text>
        The address may be mistyped or out of date. Go to <TextLink to="/">home</TextLink>, or search with <kbd>/</kbd>.
      </Text>
    </Page>
  );
}
