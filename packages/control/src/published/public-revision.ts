import type { MockIntegrationUse, RouteSnapshot } from '@gatehouse/contract';
import type { RevisionTexts } from '../import/compare-revisions.ts';
import type { RevisionContent } from '../snapshot/revision-content.ts';
import { type Document, toPublicDocument } from './public-document.ts';

const ANY_INTEGRATION: MockIntegrationUse = { kind: 'mock', status: 200, headers: {}, bodies: [] };

/**
 * What of a revision is compared for callers: its public document, where it is, how it answers errors and whom it lets in. What is not
 * in here cannot be told: backends, addresses, variables, policies, timeouts.
 */
export function toPublicRevision({ content, document }: Pick<RevisionTexts, 'content' | 'document'>): RevisionTexts {
  const { revision } = JSON.parse(content) as RevisionContent;
  const shown: RevisionContent = {
    revision: {
      api: revision.api,
      basePath: revision.basePath,
      errorProfile: revision.errorProfile,
      timeouts: {},
      policies: [],
      authentication: revision.authentication ?? null,
      routes: revision.routes.map(toPublicRoute),
      ...(revision.domainsOnly === true ? { domainsOnly: true } : {}),
    },
    variables: {},
  };
  return {
    content: JSON.stringify(shown),
    document: JSON.stringify(toPublicDocument(JSON.parse(document) as Document)),
    backends: {},
  };
}

function toPublicRoute({ method, path, operationId, authentication }: RouteSnapshot): RouteSnapshot {
  return {
    method,
    path,
    ...(operationId === undefined ? {} : { operationId }),
    ...(authentication === undefined ? {} : { authentication }),
    integration: ANY_INTEGRATION,
    policies: [],
  };
}
