import type { DomainSnapshot } from '@gatehouse/contract';
import type { StoredSettings } from '../schema/read-settings.ts';
import type { DefinitionContent } from '../snapshot/definition-content.ts';

/** What gatehouse.yaml declares, checked and with definitions imported: what the control plane is to hold as managed by the file. */
export interface FileResources {
  settings: StoredSettings;
  backends: FileBackend[];
  apis: FileApi[];
  apps: FileApp[];
  domains: DomainSnapshot[];
  /** Also what is published is removed when the file no longer has it. */
  prune: boolean;
}

export interface FileBackend {
  name: string;
  type: string;
  description: string | null;
  owner: string | null;
  /** By environment. `written`: as it stands in the file, but for the private key. */
  environments: Record<string, { written: unknown; definition: DefinitionContent }>;
}

export interface FileApi {
  name: string;
  title: string | null;
  description: string | null;
  owner: string | null;
  group: string | null;
  basePath: string;
  /** As it stands in the file, without the definition. */
  draft: Record<string, unknown>;
  /** Where the definition is, as the file says; the document itself when it is inline. */
  definition: string;
  /** The bundled OpenAPI document, JSON. */
  document: string;
  /** JSON of a `RevisionContent` whose integrations refer to backends by name: the file knows no ids. */
  content: string;
  operations: number;
  /** Environments. */
  publish: string[];
}

export interface FileApp {
  name: string;
  owner: string | null;
  description: string | null;
  /** Absent: made up when the app is first seen, and kept. */
  appKey?: string;
  appSecret?: string;
  appCode?: string;
  authorizations: { api: string; environment: string }[];
}
