import type { BackendType } from './backend-types.ts';

/**
 * Everything that one gateway needs, for every environment. Immutable, hashed and numbered.
 * It is plain JSON: built by whoever decides what is live, compiled by the gateway.
 */
export interface Snapshot {
  /** Version of this shape. A gateway refuses a number that it does not know. */
  format: 1;
  /** Grows with every change. */
  number: number;
  /** SHA-256 (hex) of the canonical JSON of everything but `number` and `hash`. */
  hash: string;
  environments: string[];
  /** Where a request goes that names no environment. */
  defaultEnvironment: string;
  backends: BackendSnapshot[];
  revisions: ApiRevisionSnapshot[];
  publications: PublicationSnapshot[];
  domains: DomainSnapshot[];
  /** Policies of every API, outermost first. */
  policies: PolicyUse[];
  /** Error profile of answers that belong to no API. */
  errorProfile: ErrorProfileName;
  /** Defaults that an API, a backend or an integration overrides. */
  timeouts: Timeouts;
}

/** One policy where it is attached: its name and its configuration, already valid for its schema. */
export interface PolicyUse {
  name: string;
  config: unknown;
  /** Where it was written, for error messages, such as `gatehouse.yaml:12:7`. */
  at?: string;
}

export type ErrorProfileName = 'problem' | 'aws-rest' | 'aws-http' | 'alibaba';

/** Milliseconds; 0 switches one off; absent means: ask the next level up. */
export interface Timeouts {
  /** Until a connection to the target stands (waiting for a free one included). */
  connectMs?: number;
  /** From the last progress in sending the request until the response's head has arrived. */
  responseMs?: number;
  /** Longest pause between two pieces of the response's body. */
  idleMs?: number;
  /** From the beginning until the response's last byte, tries included; 0 for streams. */
  totalMs?: number;
}

export interface BackendSnapshot {
  /** Never changes; what integrations refer to, and what the state of its targets is known by. */
  id: string;
  /** May change; for people: metrics and logs. */
  name: string;
  type: BackendType;
  /** Key: environment. */
  environments: Record<string, BackendDefinition>;
}

export interface BackendDefinition {
  /** Empty where `service` finds them, and where the gateway answers itself (`mock`). */
  targets: TargetDefinition[];
  service?: ServiceDefinition;
  mock?: MockDefinition;
  loadBalancing: 'round-robin' | 'least-requests';
  timeouts: Timeouts;
  retry: RetryDefinition;
  ejection: EjectionDefinition;
  healthCheck?: HealthCheckDefinition;
  /** Largest number of connections that one thread opens to one target. */
  connectionsMax: number;
  /** `target`: the target's own host is sent as Host. `client`: the host that the client asked for. */
  hostHeader: 'target' | 'client';
  /** What is spoken to the targets; absent: http1. */
  protocol?: 'http1' | 'http2';
  tls?: BackendTls;
  /** Responses are kept and given to others who ask the same, as HTTP allows it (RFC 9111); absent: none are. */
  cache?: CacheDefinition;
}

/** What is kept of a backend's responses, in each thread's memory. */
export interface CacheDefinition {
  /** How long a response counts as fresh that says nothing about it itself; 0: not at all. */
  maxAgeMs: number;
  /** For so long after that it is used when the backend fails, unless it forbids it. */
  staleIfErrorMs: number;
  /** Of all responses together. */
  bytesMax: number;
  /** Of the body of one. */
  entryBytesMax: number;
  /** Names of request fields by which responses differ even if they do not say so. */
  vary: string[];
}

/** How the connections to a backend's https targets are made. PEM texts. */
export interface BackendTls {
  /** Trusted instead of the public ones. */
  ca?: string;
  /** SNI, and the name that the certificate is checked for; absent: the host of the target's URL. */
  serverName?: string;
  insecureSkipVerify?: boolean;
  /** Shown to the backend; with its private key, a secret. */
  certificate?: string;
  key?: string;
}

/** DNS records that name the targets; the gateway asks for them. */
export interface ServiceDefinition {
  /** DNS name in full. */
  name: string;
  record: 'srv' | 'a';
  /** With record: a. */
  port?: number;
  /** The targets are called with HTTPS. */
  https: boolean;
  /** How often the records are asked for again. */
  refreshMs: number;
}

/** What the gateway answers itself on every route of a backend. */
export interface MockDefinition {
  /** Lower-case name to value; laid over those of the example. */
  headers: Record<string, string>;
  /** Absent: the example of the operation (`HttpIntegrationUse.example`). */
  answer?: { status: number; body?: { contentType: string; text: string } };
}

export interface TargetDefinition {
  /** `http://…`, `https://…` or `unix:/absolute/path:/base`; see `parseTargetUrl`. Its path is put before the request's path. */
  url: string;
  /** 1 to 1000. */
  weight: number;
  /** Value of the Host field, where it is not that of the URL. */
  host?: string;
}

export interface RetryDefinition {
  /** Further tries after the first, each on another target where there is one. 0 switches retries off. */
  attempts: number;
  /** Share of requests, 0 to 1, that may be retries before retrying stops (a floor of three a second stays). */
  budget: number;
}

export interface EjectionDefinition {
  /** Failures in a row after which a target gets no traffic; 0 never ejects. */
  failures: number;
  /** For how long; doubles with each ejection that follows at once, up to ten times. */
  durationMs: number;
  /** Largest share of targets, 0 to 1, that may be out at a time. */
  shareMax: number;
}

export interface HealthCheckDefinition {
  path: string;
  intervalMs: number;
  timeoutMs: number;
  /** Good answers in a row until an unhealthy target is used again. */
  healthyAfter: number;
  /** Bad answers in a row until a target is no longer used. */
  unhealthyAfter: number;
}

/** An API as it was published once: immutable and content-hashed. */
export interface ApiRevisionSnapshot {
  /** Unique in the snapshot; what publications point at. */
  id: string;
  api: string;
  owner?: string;
  /** `/` or `/petstore`: begins with a slash, ends without one. */
  basePath: string;
  errorProfile: ErrorProfileName;
  timeouts: Timeouts;
  policies: PolicyUse[];
  /** Who may call; null or absent: anybody. A route may say otherwise. */
  authentication?: RouteAuthentication | null;
  routes: RouteSnapshot[];
  /** The default endpoint is off: reachable through `domains` only (`disableExecuteApiEndpoint`). */
  domainsOnly?: boolean;
}

export interface PublicationSnapshot {
  /** Hash of everything that the publication is compiled from: its revision, variables, backends, and what is global. */
  fingerprint: string;
  revision: string;
  environment: string;
  /** Stage variables. */
  variables: Record<string, string>;
}

export interface DomainSnapshot {
  /** Lower case, without port; `*.example.com` stands for one label more. */
  host: string;
  mappings: { /** Without slashes at its ends; empty for everything. */ path: string; api: string; environment: string }[];
}

/** Upper-case method name, or `ANY` for those that no other route at that path names. */
export type RouteMethod = string;

export interface RouteSnapshot {
  method: RouteMethod;
  /** Template as in OpenAPI: `/pets/{id}`, greedy at the end `{proxy+}`. Relative to the API's base path. */
  path: string;
  operationId?: string;
  integration: IntegrationUse;
  policies: PolicyUse[];
  /** Absent: as its API says. Null: anybody may call. */
  authentication?: RouteAuthentication | null;
  /** Where it was written, for error messages. */
  at?: string;
}

/** How a route reaches its backend. */
export type IntegrationUse = HttpIntegrationUse | MockIntegrationUse;

export interface HttpIntegrationUse {
  kind: 'http';
  /** A backend by its id: the operation's path is appended to the target's. Excludes `uri`. */
  backend?: string;
  /**
   * Absolute URI template. `${stageVariables.name}` anywhere, the host included; `{name}` and `{name+}` in the path
   * are path parameters of the integration (filled by `parameters`, else by the route's parameter of the same name).
   */
  uri?: string;
  /** Path template for `backend`; absent: the path that the client asked for, without the base path. */
  path?: string;
  /** Method towards the backend; absent: the client's. */
  method?: string;
  /**
   * `true` (a proxy): headers, query and body are passed on and `parameters` are laid over them.
   * `false` (AWS type `http`): of query and headers only what `parameters` name is passed on, and the body.
   */
  passThrough: boolean;
  parameters: ParameterMapping[];
  timeouts?: Timeouts;
  tls?: { serverName?: string; insecureSkipVerify?: boolean };
  /** What the operation's definition gives as an example, where the backend may be one that the gateway answers for itself. */
  example?: MockIntegrationUse;
}

/** One entry of a parameter mapping, `integration.request.header.x-a: method.request.header.b`. */
export interface ParameterMapping {
  in: 'path' | 'query' | 'header';
  name: string;
  from: ValueExpression;
}

/**
 * Where a value comes from, in Amazon API Gateway's words:
 * `method.request.path|querystring|multivaluequerystring|header|multivalueheader.NAME`, `stageVariables.NAME`, `context.NAME`, `'literal'`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export type ValueExpression = string;

export interface MockIntegrationUse {
  kind: 'mock';
  /** Status of the answer, when none of `responses` is picked. */
  status: number;
  /** Lower-case name to value expression. */
  headers: Record<string, ValueExpression>;
  /**
   * Bodies by media type, picked by the request's Accept, the first otherwise. `$context.x`, `$stageVariables.x` and
   * `$input.params('x')` in them are replaced when `template` is true.
   */
  bodies: { contentType: string; text: string }[];
  template?: boolean;
}

/** How callers of a route are authenticated. */
export interface RouteAuthentication {
  kind: 'app';
  /** Whether an AppCode may be sent, and where; `X-Api-Key` counts as a header. */
  appCode: 'disabled' | 'header' | 'header-and-query';
  /** AppKey signatures are accepted. */
  signature: boolean;
  /** A signed request without a nonce is refused. */
  requireNonce: boolean;
  /** Credentials go on to the backend; otherwise they are removed. */
  forwardCredentials: boolean;
}
