import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@fontsource-variable/inter/wght.css';
import './app/theme.css';
import './app/starting.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { type AnyRoute, type RouteComponent, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createPortalRouter } from './app/router.tsx';
import { colorSchemeManager, theme } from './app/theme.ts';
import { createQueryClient } from './server/query-client.ts';
import { ServerError } from './server/server-error.ts';
import { Later } from './ui/later.tsx';
import { lazyPart } from './ui/lazy-part.tsx';

const root = document.getElementById('portal');
if (root === null) throw new Error('The page has no element for the portal');

const Messages = lazyPart(() => import('./app/messages.tsx'), 'Messages');
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// The name under which the library that keeps the page still behind a dialog looks for the nonce of the style that it makes.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const queryClient = createQueryClient();
const router = createPortalRouter(queryClient);

// The code of the page that was asked for comes while it is found out who is signed in. A failure is told where the page is shown.
const routes: Readonly<Record<string, AnyRoute>> = router.routesById;
for (const { routeId } of router.matchRoutes(router.latestLocation)) {
  const component: RouteComponent | undefined = routes[routeId]?.options.component;
  component?.preload?.()?.catch(() => undefined);
}

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
        <Later>
          <Messages />
        </Later>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
