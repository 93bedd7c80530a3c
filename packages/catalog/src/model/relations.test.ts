import { describe, expect, it } from 'vitest';
import type { Entity } from './entity.ts';
import { relationsOf } from './relations.ts';

function entity(kind: string, spec: Record<string, unknown>, namespace = 'ns'): Entity {
  return { apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name: 'It', namespace }, spec };
}

/** `source type target`, sorted. */
function lines(kind: string, spec: Record<string, unknown>): string[] {
  const { relations } = relationsOf(entity(kind, spec));
  return (relations ?? []).map(({ sourceRef, type, targetRef }) => `${sourceRef} ${type} ${targetRef}`).sort();
}

describe('relations', () => {
  it('go both ways, with the default kind of the field and the namespace of the entity', () => {
    const spec = {
      owner: 'Team-A',
      system: 'other/shop',
      subcomponentOf: 'whole',
      providesApis: ['API:default/Pets'],
      consumesApis: ['frobs'],
      dependsOn: ['resource:db'],
      dependencyOf: ['component:front'],
    };
    expect(lines('Component', spec)).toEqual([
      'api:default/pets apiProvidedBy component:ns/it',
      'api:ns/frobs apiConsumedBy component:ns/it',
      'component:ns/front dependsOn component:ns/it',
      'component:ns/it consumesApi api:ns/frobs',
      'component:ns/it dependencyOf component:ns/front',
      'component:ns/it dependsOn resource:ns/db',
      'component:ns/it ownedBy group:ns/team-a',
      'component:ns/it partOf component:ns/whole',
      'component:ns/it partOf system:other/shop',
      'component:ns/it providesApi api:default/pets',
      'component:ns/whole hasPart component:ns/it',
      'group:ns/team-a ownerOf component:ns/it',
      'resource:ns/db dependencyOf component:ns/it',
      'system:other/shop hasPart component:ns/it',
    ]);
  });

  it.each<[kind: string, spec: Record<string, unknown>, own: string[]]>([
    ['API', { owner: 'a', system: 's' }, ['api:ns/it ownedBy group:ns/a', 'api:ns/it partOf system:ns/s']],
    ['System', { owner: 'user:jane', domain: 'd' }, ['system:ns/it ownedBy user:ns/jane', 'system:ns/it partOf domain:ns/d']],
    ['Domain', { owner: 'a', subdomainOf: 'd' }, ['domain:ns/it ownedBy group:ns/a', 'domain:ns/it partOf domain:ns/d']],
    [
      'Group',
      { parent: 'p', children: ['c'], members: ['jane'] },
      ['group:ns/it childOf group:ns/p', 'group:ns/it hasMember user:ns/jane', 'group:ns/it parentOf group:ns/c'],
    ],
    ['User', { memberOf: ['a'] }, ['user:ns/it memberOf group:ns/a']],
    ['Template', { owner: 'a' }, ['template:ns/it ownedBy group:ns/a']],
    ['AiResource', { type: 'plugin', skills: ['s'] }, ['airesource:ns/it hasPart airesource:ns/s']],
    ['Location', { owner: 'a', target: 'x' }, []],
  ])('of %s come from its own fields', (kind, spec, own) => {
    expect(lines(kind, spec).filter((line) => line.split(' ')[0]?.endsWith('/it'))).toEqual(own);
    expect(lines(kind, spec)).toHaveLength(2 * own.length);
  });

  it('declared twice are one relation', () => {
    expect(lines('User', { memberOf: ['a', 'Group:NS/A'] })).toHaveLength(2);
  });

  it('to something without a kind are refused where the field gives none', () => {
    expect(relationsOf(entity('Component', { dependsOn: ['resource:a', 'db'] })).problem).toEqual({
      name: 'InputError',
      message:
        'Processor BuiltinKindsEntityProcessor threw an error while postprocessing; caused by Error: Entity reference "db" had missing or empty kind (e.g. did not start with "component:" or similar)',
      path: ['spec', 'dependsOn', 1],
      cause: { name: 'Error', message: expect.any(String) },
    });
    expect(relationsOf(entity('Resource', { dependencyOf: [5] })).problem).toBeDefined();
  });
});
