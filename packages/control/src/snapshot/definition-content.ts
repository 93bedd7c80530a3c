import type { BackendDefinition, DefinitionKind, NetworkAccess } from '@gatehouse/contract';
import type { InstallationKey } from '../secrets/installation-key.ts';

/** What is kept of a definition: as gateways use it, but for the network that it leads to, which is named and may move. */
export interface DefinitionContent extends BackendDefinition {
  network?: { name: string; https: boolean };
}

/** The type that a definition is of. */
export function kindOfContent({ network, service, mock }: DefinitionContent): DefinitionKind {
  if (mock !== undefined) return 'mock';
  if (service !== undefined) return 'service-discovery';
  return network === undefined ? 'http' : 'vpc';
}

/** As gateways use it; undefined when there is no such network (any more). */
export function resolveNetwork(
  { network, ...definition }: DefinitionContent,
  networks: readonly NetworkAccess[],
): BackendDefinition | undefined {
  if (network === undefined) return definition;
  const access = networks.find(({ name }) => name === network.name);
  if (access === undefined) return undefined;
  const host = access.host.includes(':') ? `[${access.host}]` : access.host;
  const serverName = access.serverName === undefined || !network.https ? {} : { serverName: access.serverName };
  const tls = { ...serverName, ...definition.tls };
  return {
    ...definition,
    targets: [{ url: `${network.https ? 'https' : 'http'}://${host}:${access.port}`, weight: 1 }],
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
  };
}

/** Where a definition stands: sealed there, its private key opens nowhere else. */
export interface DefinitionPlace {
  /** Id of the backend service. */
  backendId: string;
  environment: string;
}

/** A definition as its table holds it (JSON): the private key is sealed. */
export function sealContent(content: DefinitionContent, key: InstallationKey, place: DefinitionPlace): string {
  const { tls } = content;
  if (tls?.key === undefined) return JSON.stringify(content);
  return JSON.stringify({ ...content, tls: { ...tls, key: key.seal(tls.key, contextOf(place)) } });
}

/** Undoes `sealContent`. Throws `SealedTextError`. */
export function openContent(text: string, key: InstallationKey, place: DefinitionPlace): DefinitionContent {
  const content = JSON.parse(text) as DefinitionContent;
  const { tls } = content;
  return tls?.key === undefined ? content : { ...content, tls: { ...tls, key: key.open(tls.key, contextOf(place)) } };
}

/** A text that is the same for two definitions that differ in their private keys at most: those look different each time they are sealed. */
export function withoutKey(content: DefinitionContent): string {
  return JSON.stringify({ ...content, ...(content.tls === undefined ? {} : { tls: { ...content.tls, key: undefined } }) });
}

function contextOf({ backendId, environment }: DefinitionPlace): string {
  return `backend/${backendId}/${environment}/tls.key`;
}
