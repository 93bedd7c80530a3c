import type { OnboardAdapter } from '../adapters/adapter.ts';
import { readDefinition } from '../definition/read-definition.ts';
import { readMetadata } from '../metadata/read-metadata.ts';

/** The paths of the document that an adapter leads to, with their methods in order. */
export async function readForTest(adapter: OnboardAdapter): Promise<Record<string, string[]>> {
  const metadata = readMetadata({ name: 'test', owner: 'team' }, {});
  const definition = await readDefinition(adapter, metadata, { bytesMax: 2 ** 24, signal: new AbortController().signal });
  const document = JSON.parse(definition.bytes.toString('utf8')) as { paths: Record<string, Record<string, unknown>> };
  return Object.fromEntries(
    Object.entries(document.paths).map(([path, item]) => [
      path,
      Object.keys(item)
        .filter((key) => key !== 'parameters')
        .toSorted(),
    ]),
  );
}
