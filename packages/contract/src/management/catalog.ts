import { z } from 'zod';
import { operation } from './common.ts';

export const pushEntities = operation({
  id: 'catalog.push',
  method: 'PUT',
  path: '/catalog/entities/{source}',
  summary:
    'Makes these entities all that a source has in the catalog; what it had before and has no more is removed. All of it or nothing.',
  access: 'developer',
  params: z.strictObject({ source: z.string().min(1).max(200) }),
  body: z.strictObject({
    entities: z
      .array(z.record(z.string(), z.unknown()))
      .max(1_000)
      .meta({ description: "In Backstage's format; definitions stand in them." }),
  }),
  result: z.strictObject({
    changed: z.boolean(),
    entities: z.array(z.string()).meta({ description: 'References, kind:namespace/name.' }),
    removed: z.array(z.string()),
    conflicts: z.array(z.string()).meta({ description: 'References that belong to another source, which keeps them.' }),
  }),
  statuses: [200],
  errors: ['definition.invalid'],
});
