import type { RouteAuthentication } from '@gatehouse/contract';
import type { RequestStep } from '../compile/compiled.ts';
import { PolicyConfigError, type Services } from '../pipeline/policy-kind.ts';
import { AppAuthentication, AUTHENTICATION, type AuthenticatedPlace } from './app-authentication.ts';

/**
 * The step that authenticates the callers of a route. Throws `PolicyConfigError` for what this gateway does not know: a route that
 * is to be guarded in a way that nobody understands is not served at all.
 */
export function compileAuthentication(settings: RouteAuthentication, place: AuthenticatedPlace, services: Services): RequestStep {
  if (settings.kind !== 'app') throw new PolicyConfigError(`there is no authentication "${String(settings.kind)}"`);
  if (!settings.signature && settings.appCode === 'disabled')
    throw new PolicyConfigError('it takes neither signatures nor AppCodes, so nobody could ever call');
  const authentication = new AppAuthentication(settings, place, services);
  return { policy: AUTHENTICATION, run: (exchange) => authentication.run(exchange), bodyBytesMax: -1 };
}
