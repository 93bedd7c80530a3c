import { ownValue } from '../../openapi/definition-document.ts';
import { type DefinitionView, entriesOf, itemsOf, textOf } from '../definition-view.ts';
import type { Operation } from './operations.ts';

/** One scheme as a requirement asks for it. */
export interface RequiredScheme {
  name: string;
  scopes: ReadonlySet<string>;
}

/** Schemes that a caller must satisfy together, by what they ask of the caller: renaming a scheme changes nothing. */
export type Requirement = ReadonlyMap<string, RequiredScheme>;

export interface Security {
  /** Whether callers without credentials are let in. */
  isOpen: boolean;
  /** Any of them is enough. */
  alternatives: readonly Requirement[];
}

/** What an operation asks of its callers: its own `security`, or that of the document. */
export function readSecurity({ definition, value }: Operation): Security {
  const written = itemsOf(ownValue(value, 'security') ?? ownValue(definition.root, 'security'));
  const all = written.map((requirement) => readRequirement(requirement, definition));
  const alternatives = all.filter((requirement) => requirement.size > 0);
  return { isOpen: all.length === 0 || alternatives.length < all.length, alternatives };
}

export function requirementLabel(requirement: Requirement): string {
  return [...requirement.values()].map(({ name }) => name).join(' and ');
}

/** All security schemes of a definition, references followed. */
export function securitySchemes(definition: DefinitionView): Map<string, unknown> {
  const owner = definition.version === '2.0' ? definition.root : ownValue(definition.root, 'components');
  const key = definition.version === '2.0' ? 'securityDefinitions' : 'securitySchemes';
  return new Map(entriesOf(definition.child(owner, key)).map(([name, written]) => [name, definition.resolve(written)]));
}

function readRequirement(written: unknown, definition: DefinitionView): Requirement {
  const requirement = new Map<string, RequiredScheme>();
  for (const [name, scopes] of entriesOf(written)) {
    const texts = itemsOf(scopes).filter((scope) => typeof scope === 'string');
    requirement.set(whatIsAsked(name, definition), { name, scopes: new Set(texts) });
  }
  return requirement;
}

/** What a scheme asks for, the same in 2.0 and 3.x. */
function whatIsAsked(name: string, definition: DefinitionView): string {
  const owner = definition.version === '2.0' ? definition.root : ownValue(definition.root, 'components');
  const scheme = definition.resolve(
    ownValue(definition.child(owner, definition.version === '2.0' ? 'securityDefinitions' : 'securitySchemes'), name),
  );
  const type = textOf(scheme, 'type') ?? `undeclared ${name}`;
  switch (type) {
    case 'basic':
      return 'http basic';
    case 'http':
      return `http ${textOf(scheme, 'scheme')?.toLowerCase()}`;
    case 'apiKey': {
      const place = textOf(scheme, 'in');
      const key = textOf(scheme, 'name') ?? '';
      return `apiKey ${place} ${place === 'header' ? key.toLowerCase() : key}`;
    }
    case 'openIdConnect':
      return `openIdConnect ${textOf(scheme, 'openIdConnectUrl')}`;
    default:
      return type;
  }
}
