import type { Implementation } from '../operation/implementation.ts';
import { deleteDomain } from './delete-domain.ts';
import type { DomainsDependencies } from './dependencies.ts';
import { getDomain } from './get-domain.ts';
import { listDomains } from './list-domains.ts';
import { putDomain } from './put-domain.ts';

/** Hosts of one's own, and what their paths lead to. */
export function domainsOperations(dependencies: DomainsDependencies): Implementation[] {
  return [listDomains(dependencies), getDomain(dependencies), putDomain(dependencies), deleteDomain(dependencies)];
}
