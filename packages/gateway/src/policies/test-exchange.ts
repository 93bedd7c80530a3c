import { createNonceMemory, NonceTable } from '../authentication/nonce-table.ts';
import { ProcessNonces } from '../authentication/nonces.ts';
import { CredentialStore } from '../credentials/credential-store.ts';
import { CredentialTable } from '../credentials/credential-table.ts';
import { Exchange, type RequestBody } from '../exchange/exchange.ts';
import { Fields } from '../exchange/fields.ts';
import type { PolicyKind, PolicySteps, Services } from '../pipeline/policy-kind.ts';
import { createRateTable, rateTableBytes } from '../shared/shared-rate-table.ts';

/** An exchange as a policy meets it; for tests. */
export function createTestExchange(request: { method?: string; fields?: string[]; client?: string; body?: RequestBody } = {}): Exchange {
  const { method = 'GET', fields = [], client = '203.0.113.9', body = null } = request;
  const head = {
    method,
    target: '/',
    protocol: 'HTTP/1.1',
    fields: new Fields(fields),
    body,
    peerAddress: client,
    encrypted: false,
    upgrade: '',
  };
  return new Exchange('request-1', 0, head, false, client, 'http', 'example.com');
}

/** Services with a rate table, credentials and nonces of their own and a clock that stands still until it is set; for tests. */
export function createTestServices(): Services & { nowMs: number; store: CredentialStore } {
  const store = new CredentialStore({ readers: 1 });
  const rates = createRateTable(new SharedArrayBuffer(rateTableBytes(1024)), 0);
  return {
    rates,
    store,
    credentials: new CredentialTable(store.buffer, 0),
    nonces: new ProcessNonces(new NonceTable(createNonceMemory(), 0)),
    nowMs: 1_800_000_000_000,
    now() {
      return this.nowMs;
    },
  };
}

/** Parses a configuration as the gateway does and compiles the policy; for tests. */
export function compilePolicy(
  kind: PolicyKind,
  config: unknown,
  services: Services = createTestServices(),
  id = 'pets/test/policies[0]',
): PolicySteps {
  return kind.compile(kind.config.parse(config), { id }, services);
}
