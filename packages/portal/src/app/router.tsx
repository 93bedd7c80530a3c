import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { meQuery } from '../account/server/me.ts';
import { HomePage } from '../home/home-page.tsx';
import { ServerError } from '../server/server-error.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { NotFound } from '../ui/not-found.tsx';
import { PageFailed } from '../ui/page-failed.tsx';
import { PageLoading } from '../ui/page-loading.tsx';
import { Shell } from './shell.tsx';
import { Unreachable } from './unreachable.tsx';

/** What every page can read from. */
interface PortalContext {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<PortalContext>()({ component: Root, notFoundComponent: NotFound });

function Root() {
  return (
    <>
      <Outlet />
      <Unreachable />
    </>
  );
}

/** Everything but signing in needs somebody who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  errorComponent: PageFailed,
  pendingComponent: PageLoading,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (error instanceof ServerError && error.status === 401) {
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { redirect: location.href } });
      }
      throw error;
    }
  },
});

/** What a page keeps in the URL; each page reads its own part, see `useUrlState`. */
type UrlState = Record<string, string | undefined>;

const urlState = (search: Record<string, unknown>): UrlState =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]])),
  );

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: urlState,
  errorComponent: PageFailed,
  component: lazyPart(() => import('../account/sign-in-page.tsx'), 'SignInPage'),
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  // Where most begin: small, and made of what the frame has already.
  component: HomePage,
});

const catalog = createRoute({
  getParentRoute: () => signedIn,
  path: '/catalog',
  validateSearch: urlState,
  component: lazyPart(() => import('../catalog/catalog-page.tsx'), 'CatalogPage'),
});

const register = createRoute({
  getParentRoute: () => signedIn,
  path: '/catalog/register',
  component: lazyPart(() => import('../catalog/register-page.tsx'), 'RegisterPage'),
});

/** As Backstage has it, so that links into a catalog go on working; `tab` is a page of the entity. */
const entity = createRoute({
  getParentRoute: () => signedIn,
  path: '/catalog/$namespace/$kind/$name/{-$tab}',
  validateSearch: urlState,
  component: lazyPart(() => import('../catalog/entity-page.tsx'), 'EntityPage'),
});

const apps = createRoute({
  getParentRoute: () => signedIn,
  path: '/apps',
  validateSearch: urlState,
  component: lazyPart(() => import('../apps/apps-page.tsx'), 'AppsPage'),
});

const app = createRoute({
  getParentRoute: () => signedIn,
  path: '/apps/$app/{-$tab}',
  validateSearch: urlState,
  component: lazyPart(() => import('../apps/app-page.tsx'), 'AppPage'),
});

const requests = createRoute({
  getParentRoute: () => signedIn,
  path: '/requests',
  validateSearch: urlState,
  component: lazyPart(() => import('../requests/requests-page.tsx'), 'RequestsPage'),
});

const consoleApis = createRoute({
  getParentRoute: () => signedIn,
  path: '/console/apis',
  validateSearch: urlState,
  component: lazyPart(() => import('../console/apis/apis-page.tsx'), 'ApisPage'),
});

const consoleNewApi = createRoute({
  getParentRoute: () => signedIn,
  path: '/console/apis/new',
  validateSearch: urlState,
  component: lazyPart(() => import('../console/apis/new-api-page.tsx'), 'NewApiPage'),
});

const consoleApi = createRoute({
  getParentRoute: () => signedIn,
  path: '/console/apis/$api/{-$tab}',
  validateSearch: urlState,
  component: lazyPart(() => import('../console/apis/api-page.tsx'), 'ApiPage'),
});

const consoleBackends = createRoute({
  getParentRoute: () => signedIn,
  path: '/console/backends',
  validateSearch: urlState,
  component: lazyPart(() => import('../console/backends/backends-page.tsx'), 'BackendsPage'),
});

/** `tab` is `draft` or an environment, see B05. */
const consoleBackend = createRoute({
  getParentRoute: () => signedIn,
  path: '/console/backends/$backend/{-$tab}',
  validateSearch: urlState,
  component: lazyPart(() => import('../console/backends/backend-page.tsx'), 'BackendPage'),
});

const consoleDomains = createRoute({
  getParentRoute: () => signedIn,
  path: '/console/domains',
  validateSearch: urlState,
  component: lazyPart(() => import('../console/domains/domains-page.tsx'), 'DomainsPage'),
});

const nodes = createRoute({
  getParentRoute: () => signedIn,
  path: '/operations/nodes',
  validateSearch: urlState,
  component: lazyPart(() => import('../operations/nodes/nodes-page.tsx'), 'NodesPage'),
});

const sources = createRoute({
  getParentRoute: () => signedIn,
  path: '/operations/catalog/{-$tab}',
  validateSearch: urlState,
  component: lazyPart(() => import('../operations/catalog/sources-page.tsx'), 'SourcesPage'),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/operations/audit',
  validateSearch: urlState,
  component: lazyPart(() => import('../operations/audit/audit-page.tsx'), 'AuditPage'),
});

const tokens = createRoute({
  getParentRoute: () => signedIn,
  path: '/operations/tokens',
  validateSearch: urlState,
  component: lazyPart(() => import('../operations/tokens/tokens-page.tsx'), 'TokensPage'),
});

const reference = createRoute({
  getParentRoute: () => signedIn,
  path: '/reference',
  validateSearch: urlState,
  component: lazyPart(() => import('../reference/reference-page.tsx'), 'ReferencePage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyPart(() => import('../account/account-page.tsx'), 'AccountPage'),
});

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    home,
    catalog,
    register,
    entity,
    apps,
    app,
    requests,
    consoleApis,
    consoleNewApi,
    consoleApi,
    consoleBackends,
    consoleBackend,
    consoleDomains,
    nodes,
    sources,
    audit,
    tokens,
    reference,
    account,
  ]),
]);

/** The router of the portal: every page by its path, each loaded when it is first gone to. */
export function createPortalRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: PageFailed,
    defaultPendingComponent: PageLoading,
    defaultPendingMs: 200,
    defaultPendingMinMs: 0,
    defaultNotFoundComponent: NotFound,
    // The URL holds plain text, readable and typed by hand: ?kind=API&owner=team-pets.
    stringifySearch: (search) => {
      const text = new URLSearchParams(
        Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
      ).toString();
      return text === '' ? '' : `?${text}`;
    },
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
