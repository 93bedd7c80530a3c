import { bodyRules } from './body-rules.ts';
import { gatewayRules } from './gateway-rules.ts';
import { operationRules } from './operation-rules.ts';
import { parameterRules } from './parameter-rules.ts';
import { responseRules } from './response-rules.ts';
import type { Direction, Rule, SchemaRule } from './rule.ts';
import { schemaRules } from './schema-rules.ts';
import { securityRules } from './security-rules.ts';

/** Rules that are the same in both directions, by area. */
export const PLAIN_RULES = { ...operationRules, ...parameterRules, ...bodyRules, ...responseRules, ...securityRules, ...gatewayRules };

export type PlainRuleId = keyof typeof PLAIN_RULES;
export type SchemaRuleId = keyof typeof schemaRules;
export type RuleId = PlainRuleId | `${Direction}-${SchemaRuleId}`;

/** Every rule by its id. */
export const RULES: ReadonlyMap<string, Rule> = new Map([
  ...Object.entries<Rule>(PLAIN_RULES),
  ...Object.entries<SchemaRule>(schemaRules).flatMap(([id, rule]) =>
    (['request', 'response'] as const)
      .filter((direction) => rule.only === undefined || rule.only === direction)
      .map((direction): [string, Rule] => [`${direction}-${id}`, toRule(rule, direction)]),
  ),
]);

function toRule({ kind, breaks, when, message }: SchemaRule, direction: Direction): Rule {
  return { breaking: breaks === 'both' || breaks === direction, kind, when, message };
}
