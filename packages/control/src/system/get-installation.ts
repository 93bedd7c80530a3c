import { portal } from '@gatehouse/contract/management';
import type { RegionRule } from '../backends/add-backend.ts';
import { type Implementation, implement } from '../operation/implementation.ts';
import { backendTypeViews } from './backend-types.ts';
import type { GatewayUrls } from './gateway-urls.ts';

export interface InstallationDependencies {
  version: string;
  addresses: Pick<GatewayUrls, 'all'>;
  regionRule(): RegionRule;
}

export function getInstallation({ version, addresses, regionRule }: InstallationDependencies): Implementation {
  // The same as long as the process runs.
  const types = backendTypeViews();
  return implement(portal.getInstallation, async () => {
    const { region = null, forbiddenBackendTypes } = regionRule();
    const backendTypes = types.map((view) => ({ ...view, forbidden: forbiddenBackendTypes.includes(view.type) }));
    return { body: { version, gatewayUrls: await addresses.all(), region, backendTypes } };
  });
}
