import { toConfigJsonSchema } from '@gatehouse/documents';
import { configSchema } from '@gatehouse/server';

/** `gatehouse schema`: the JSON Schema of the configuration, for editors. */
export function schemaCommand(): number {
  process.stdout.write(`${JSON.stringify(toConfigJsonSchema(configSchema), null, 2)}\n`);
  return 0;
}
