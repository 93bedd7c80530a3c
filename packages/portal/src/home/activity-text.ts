import type { Activity } from './server/activity.ts';

const VERBS: Record<string, string> = {
  'apis.publish': 'published',
  'apis.rollback': 'rolled back',
  'apis.unpublish': 'unpublished',
  'apis.put': 'changed the draft of',
  'apis.delete': 'deleted',
  'backends.create': 'created backend service',
  'backends.define': 'changed backend service',
  'backends.undefine': 'removed a definition of backend service',
  'backends.update': 'changed backend service',
  'backends.delete': 'deleted backend service',
  'apps.create': 'created app',
  'apps.update': 'changed app',
  'apps.delete': 'deleted app',
  'apps.rotate': 'rotated the credentials of app',
  'apps.authorize': 'authorized app',
  'apps.unauthorize': 'took an authorization from app',
  'domains.put': 'changed domain',
  'domains.delete': 'deleted domain',
  'tokens.create': 'made an access token',
  'tokens.revoke': 'revoked an access token',
  'nodes.forget': 'forgot a gateway node',
  'access-requests.create': 'asked for access',
  'access-requests.approve': 'approved a request',
  'access-requests.reject': 'rejected a request',
};

const NAMELESS: ReadonlySet<string> = new Set(['tokens', 'sessions', 'nodes']);

/** `bootstrap published petstore`, with where it leads. */
export function describeActivity({ action, resource }: Pick<Activity, 'action' | 'resource'>): {
  verb: string;
  name: string;
  path: string | undefined;
} {
  const slash = resource.indexOf('/');
  const kind = slash < 0 ? resource : resource.slice(0, slash);
  // Of what has no name but a number, the number tells people nothing.
  const name = slash < 0 || NAMELESS.has(kind) ? '' : resource.slice(slash + 1);
  const encoded = encodeURIComponent(name);
  const paths: Record<string, string> = {
    apis:
      action.startsWith('apis.p') || action.startsWith('apis.r') || action.startsWith('apis.u')
        ? `/catalog/default/api/${encoded}/versions`
        : '',
    apps: `/apps/${encoded}`,
    backends: `/console/backends/${encoded}`,
    domains: '/console/domains',
    'access-requests': '/requests',
  };
  const path = paths[kind];
  return { verb: VERBS[action] ?? action, name, path: path === undefined || path === '' || name === '' ? undefined : path };
}
