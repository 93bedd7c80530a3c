import { z } from 'zod';
import { suggest } from './nearest.ts';

/** What the entry of a `policies` list needs to know of a policy. */
export interface PolicyEntryKind {
  /** The key in the configuration, such as `rate-limit`. */
  name: string;
  /** One sentence for editors. */
  summary: string;
  config: z.ZodType;
}

/** One use of a policy: its name and its configuration, valid for the policy's schema. */
export interface PolicyEntry {
  name: string;
  config: unknown;
}

/**
 * The schema of one entry of a `policies` list: a map with exactly one key, the policy's name, and its configuration below.
 * `{ cors: { … } }` becomes `{ name: 'cors', config: { … } }`. An unknown policy is an error, never skipped.
 */
export function createPolicyEntrySchema(kinds: readonly PolicyEntryKind[]): z.ZodType<PolicyEntry> {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  return new PolicyEntrySchema({ type: 'custom', kinds, byName });
}

interface PolicyEntryDef extends z.core.$ZodTypeDef {
  kinds: readonly PolicyEntryKind[];
  byName: ReadonlyMap<string, PolicyEntryKind>;
}

interface PolicyEntryType extends z.ZodType<PolicyEntry> {
  _zod: z.ZodType<PolicyEntry>['_zod'] & { def: PolicyEntryDef };
}

/**
 * A schema type of its own and not a union: of the one policy that is named, the problems come out one by one, each with its
 * full path, and not as "no alternative matches".
 */
const PolicyEntrySchema = z.core.$constructor<PolicyEntryType, PolicyEntryDef>('GatehousePolicyEntry', (inst, def) => {
  z.ZodType.init(inst, def);
  inst._zod.parse = (payload, context) => {
    const input = payload.value;
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      const example = `${def.kinds[0]?.name ?? 'name'}: { … }`;
      payload.issues.push(issue(inst, input, [], `must be a map with one key, the name of a policy, such as ${example}`));
      return payload;
    }
    const [name, second] = Object.keys(input);
    if (name === undefined || second !== undefined) {
      const message =
        name === undefined
          ? 'must name a policy'
          : `one entry names one policy, and this names "${name}" and "${second}"; begin "${second}" with a dash of its own`;
      const path = second === undefined ? [] : [second];
      payload.issues.push(issue(inst, input, path, message, 'config.policy-entry'));
      return payload;
    }
    const kind = def.byName.get(name);
    if (kind === undefined) {
      const names = [...def.byName.keys()];
      const known = suggest(name, names) || `; the policies are ${names.join(', ')}`;
      payload.issues.push(issue(inst, input, [name], `unknown policy "${name}"${known}`, 'config.unknown-policy'));
      return payload;
    }
    const finish = (result: z.core.ParsePayload) => {
      payload.issues.push(...z.core.util.prefixIssues(name, result.issues));
      payload.value = { name, config: result.value };
      return payload;
    };
    const result = kind.config._zod.run({ value: Reflect.get(input, name), issues: [] }, context);
    return result instanceof Promise ? result.then(finish) : finish(result);
  };
  inst._zod.processJSONSchema = (context, json, params) => {
    json.oneOf = def.kinds.map((kind) => ({
      type: 'object',
      description: kind.summary,
      properties: { [kind.name]: z.core.process(kind.config, context, { ...params, path: [...params.path, 'oneOf', kind.name] }) },
      required: [kind.name],
      additionalProperties: false,
    }));
  };
});

/** `problemCode`: the message is a whole sentence, reported under that code at the key. */
function issue(inst: z.core.$ZodType, input: unknown, path: PropertyKey[], message: string, problemCode?: string): z.core.$ZodRawIssue {
  return {
    code: 'custom',
    input,
    inst,
    path,
    message,
    continue: false,
    params: problemCode === undefined ? {} : { problemCode, atKey: true },
  };
}
