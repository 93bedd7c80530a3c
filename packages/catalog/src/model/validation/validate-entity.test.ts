import {
  apiEntityV1alpha1Validator,
  type Entity as BackstageEntity,
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  domainEntityV1alpha1Validator,
  EntityPolicies,
  entityEnvelopeSchemaValidator,
  FieldFormatEntityPolicy,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  makeValidator,
  NoForeignRootFieldsEntityPolicy,
  resourceEntityV1alpha1Validator,
  SchemaValidEntityPolicy,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import { aiResourceEntityV1alpha1Validator } from '@backstage/catalog-model/alpha';
import { describe, expect, it } from 'vitest';
import { breakInOnePlace, createRandom, validDocument } from './entity-fixture.ts';
import { validateEntity, validateEnvelope } from './validate-entity.ts';

const backstagePolicies = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(makeValidator()),
]);
const backstageEnvelope = entityEnvelopeSchemaValidator();
const backstageKinds = [
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  resourceEntityV1alpha1Validator,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
  domainEntityV1alpha1Validator,
  aiResourceEntityV1alpha1Validator,
];

/** What Backstage's own package says: the innermost error text, `unknown kind`, or the entity that it accepts. */
async function askBackstage(document: unknown): Promise<{ entity: unknown } | { message: string }> {
  try {
    const entity = await backstagePolicies.enforce(backstageEnvelope(structuredClone(document)) as BackstageEntity);
    for (const validator of backstageKinds) if (await validator.check(entity as BackstageEntity)) return { entity };
    return { message: 'unknown kind' };
  } catch (error) {
    return { message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function askUs(document: unknown): { entity: unknown } | { message: string } {
  const { entity, problem } = validateEntity(document);
  if (problem === undefined) return { entity };
  return { message: problem.cause === undefined ? 'unknown kind' : `${problem.cause.name}: ${problem.cause.message}` };
}

describe('a document', () => {
  it("has the verdict, the words and the result of Backstage's own package", async () => {
    const random = createRandom(20_261);
    const messages = new Set<string>();
    let accepted = 0;
    for (let round = 0; round < 1_500; round++) {
      const document = validDocument(random);
      const [broken, what] = round % 5 === 0 ? [document, 'nothing'] : breakInOnePlace(document, random);
      const theirs = await askBackstage(broken);
      expect({ what, broken, verdict: askUs(broken) }).toEqual({ what, broken, verdict: theirs });
      if ('message' in theirs) messages.add(theirs.message.replaceAll(/"[^"]*"/g, '""').slice(0, 60));
      else accepted++;
    }
    // The comparison means something only while both verdicts, and many ways to be wrong, are met.
    expect(accepted).toBeGreaterThan(300);
    expect(messages.size).toBeGreaterThan(60);
  });

  it('that is no map is refused', () => {
    for (const value of [null, 'text', 1, []]) {
      expect(validateEnvelope(value).problem?.message).toBe('<root> must be object - type: object');
    }
  });

  it('of an unknown kind or version is refused in the words that people search for', () => {
    const message = (kind: string, apiVersion: string) =>
      validateEntity({ apiVersion, kind, metadata: { name: 'x' }, spec: {} }).problem?.message;
    const text = (ref: string) => `No processor recognized the entity ${ref} as valid, possibly caused by a foreign kind or apiVersion`;
    expect(message('Robot', 'backstage.io/v1alpha1')).toBe(text('robot:default/x'));
    expect(message('Component', 'backstage.io/v9')).toBe(text('component:default/x'));
    expect(message('Template', 'backstage.io/v1alpha1')).toBe(text('template:default/x'));
  });

  it('says at which stage it was refused, and where the spot is', () => {
    const component = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'x' },
      spec: { type: 'service', owner: 'a' },
    };
    expect(validateEntity(component).problem).toMatchObject({
      name: 'InputError',
      message:
        "Processor BuiltinKindsEntityProcessor threw an error while validating the entity component:default/x; caused by TypeError: /spec must have required property 'lifecycle' - missingProperty: lifecycle",
      path: ['spec'],
    });
    const tagged = { ...component, metadata: { name: 'x', tags: ['ok', 'Not OK'] } };
    expect(validateEntity(tagged).problem).toMatchObject({
      message: expect.stringMatching(/^Policy check failed for component:default\/x; caused by Error: "tags\.1" is not valid; /),
      path: ['metadata', 'tags', 1],
    });
  });

  it('of megabytes in a wrong place gives an error text of one screen', () => {
    const name = 'x'.repeat(5_000_000);
    const { problem } = validateEntity({ apiVersion: 'backstage.io/v1alpha1', kind: 'System', metadata: { name }, spec: { owner: 'a' } });
    expect(problem?.cause?.message.length).toBeLessThan(1_000);
  });
});

describe('a template', () => {
  const template = (spec: Record<string, unknown>) =>
    validateEntity({ apiVersion: 'scaffolder.backstage.io/v1beta3', kind: 'Template', metadata: { name: 'x' }, spec }).problem?.cause
      ?.message;

  it('needs steps, each with an action', () => {
    expect(template({ type: 'service', steps: [{ action: 'fetch:plain', if: true }], parameters: [{ title: 'a' }] })).toBeUndefined();
    expect(template({ type: 'service' })).toBe("/spec must have required property 'steps' - missingProperty: steps");
    expect(template({ type: 'service', steps: [{ id: 'a' }] })).toBe(
      "/spec/steps/0 must have required property 'action' - missingProperty: action",
    );
  });
});

describe('an API of type mcp-server', () => {
  const api = (spec: Record<string, unknown>) =>
    validateEntity({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: { name: 'x' },
      spec: { type: 'mcp-server', lifecycle: 'a', owner: 'b', ...spec },
    }).problem?.cause?.message;

  it('has remotes, or a definition as before there were remotes', () => {
    expect(api({ remotes: [{ type: 'sse', url: 'http://a' }] })).toBeUndefined();
    expect(api({ definition: 'text' })).toBeUndefined();
    expect(api({})).toBe("/spec must have required property 'remotes' - missingProperty: remotes");
    expect(api({ remotes: [] })).toBe('/spec/remotes must NOT have fewer than 1 items - limit: 1');
  });
});
