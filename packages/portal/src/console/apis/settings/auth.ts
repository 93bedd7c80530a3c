import { isRecord } from '../../schema-form/json-schema.ts';

export type AppCode = 'disabled' | 'header' | 'header-and-query';

/** How callers are asked who they are. `definition`: as the document says. */
export interface AuthChoice {
  kind: 'definition' | 'none' | 'app';
  appCode: AppCode;
  signature: boolean;
  requireNonce: boolean;
  forwardCredentials: boolean;
}

const USUAL: Omit<AuthChoice, 'kind'> = { appCode: 'header-and-query', signature: true, requireNonce: false, forwardCredentials: false };

/** Reads `auth` of an API, whether it is a word or has settings. */
export function toAuthChoice(auth: unknown): AuthChoice {
  if (auth === undefined || auth === null) return { kind: 'definition', ...USUAL };
  if (!isRecord(auth)) return { kind: auth === 'none' ? 'none' : 'app', ...USUAL };
  const { appCode = USUAL.appCode, signature = true, requireNonce = false, forwardCredentials = false } = auth as Partial<AuthChoice>;
  return { kind: 'app', appCode, signature, requireNonce, forwardCredentials };
}

/** As it is written: no more than what is not as usual. */
export function fromAuthChoice({
  kind,
  ...settings
}: AuthChoice): 'none' | 'app' | ({ kind: 'app' } & Partial<Omit<AuthChoice, 'kind'>>) | undefined {
  if (kind === 'definition') return undefined;
  if (kind === 'none') return 'none';
  const said = Object.entries(settings).filter(([name, value]) => value !== USUAL[name as keyof typeof USUAL]);
  return said.length === 0 ? 'app' : { kind: 'app', ...Object.fromEntries(said) };
}

/** Why nobody could call it; undefined: apps can. */
export function authProblem({ kind, appCode, signature, requireNonce }: AuthChoice): string | undefined {
  if (kind !== 'app') return undefined;
  if (appCode === 'disabled' && !signature) return 'Neither an AppCode nor a signature is accepted: nobody could call it.';
  return requireNonce && !signature ? 'Nonces belong to signatures, which are not accepted.' : undefined;
}
