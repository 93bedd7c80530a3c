import type { GatewayLog } from '@gatehouse/gateway/threads';
import { PORTAL_FILES } from '@gatehouse/portal';
import { PortalFiles } from './portal-files.ts';

/** The portal that was built; says in the log when there is none. */
export async function openPortal(log: GatewayLog): Promise<PortalFiles> {
  const portal = await PortalFiles.open(PORTAL_FILES);
  if (!portal.built) log.warn({}, 'The portal is not built and not served: npm run build');
  return portal;
}
