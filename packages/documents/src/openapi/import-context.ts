import type { ErrorProfileName, PolicyUse } from '@gatehouse/contract';
import type { Cursor } from './definition-document.ts';
import type { AuthSetting } from './gatehouse-auth.ts';
import type { PathTemplate } from './path-template.ts';
import { substitute } from './placeholders.ts';
import type { References } from './references.ts';
import type { Report } from './report.ts';
import type { StageVariableUses } from './stage-variables.ts';

export type OpenApiVersion = '2.0' | '3.0' | '3.1';

/** Validates a `policies` list; supplied from outside because the schemas of policies live with the policies. */
export type ValidatePolicies = (value: unknown) => {
  policies: PolicyUse[];
  issues: readonly { path: readonly (string | number)[]; message: string }[];
};

/** What the steps of one import share. */
export interface ImportContext {
  readonly report: Report;
  readonly references: References;
  readonly version: OpenApiVersion;
  /** The document uses `x-amazon-apigateway-*`: it says what the gateway does, and not only what the service offers. */
  readonly isAws: boolean;
  readonly errorProfile: ErrorProfileName;
  readonly backend: string | undefined;
  /** See `ImportOptions`. */
  readonly exampleBackends: ReadonlySet<string>;
  readonly parameters: Readonly<Record<string, string>>;
  /** What the person who publishes says about credentials: `auth` of the API in the configuration. */
  readonly auth: AuthSetting | undefined;
  /** `x-gatehouse-auth` of the document itself. */
  readonly documentAuth: AuthSetting | undefined;
  readonly ignoreExtensions: ReadonlySet<string>;
  readonly stageVariables: StageVariableUses;
  readonly validatePolicies: ValidatePolicies;
}

/** One operation on its way to becoming a route. */
export interface OperationScope {
  method: string;
  template: PathTemplate;
  /** The operation, references followed. */
  operation: Cursor;
  /** The whole document, for what operations inherit from it. */
  root: Cursor;
}

/**
 * The text of a value that the gateway acts on, its placeholders filled. Undefined when it is no text or a placeholder has no
 * value; both are reported.
 */
export function readText(cursor: Cursor, context: ImportContext): string | undefined {
  if (typeof cursor.value !== 'string') {
    context.report.error('definition.wrong-type', `"${String(cursor.key)}" must be a text`, cursor);
    return undefined;
  }
  const { text, unset } = substitute(cursor.value, context.parameters);
  if (unset.length === 0) return text;
  const names = [...new Set(unset)];
  context.report.error(
    'definition.unset-parameter',
    `${names.map((name) => `\${${name}}`).join(', ')} has no value: set parameters.${names[0]} on the API (and write $\${…} for a literal \${…})`,
    cursor,
  );
  return undefined;
}

/** As `readText`, for texts that YAML authors also write as numbers, such as status codes. */
export function readScalarText(cursor: Cursor, context: ImportContext): string | undefined {
  return typeof cursor.value === 'number' ? String(cursor.value) : readText(cursor, context);
}
