import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@fontsource-variable/inter/wght.css';
import './app/theme.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createPortalRouter } from './app/router.tsx';
import { colorSchemeManager, theme } from './app/theme.ts';
import { createQueryClient } from './server/query-client.ts';
import { ServerError } from './server/server-error.ts';

const root = document.getElementById('portal');
if (root === null) throw new Error('The page has no element for the portal');

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// The name under which the library that keeps the page still behind a dialog looks for the nonce of the style that it makes.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const queryClient = createQueryClient();
const router = createPortalRouter(queryClient);

createRoot(root, {
  // What the server refused or could not answer is shown where it happened, and is no fault of the page.
  onCaughtError: (error) => {
    // biome-ignore lint/suspicious/noConsole: what React does with everything else that a page failed with
    if (!(error instanceof ServerError)) console.error(error);
  },
}).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorSchemeManager} getStyleNonce={() => nonce}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={3} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
