import type { KyselyPlugin, PluginTransformQueryArgs, PluginTransformResultArgs, QueryResult, RootOperationNode, UnknownRow } from 'kysely';

const READING: ReadonlySet<RootOperationNode['kind']> = new Set<RootOperationNode['kind']>(['SelectQueryNode', 'RawNode']);

/** Refuses statements that write before they are sent, with a message that names the way to write. */
export class ReadOnlyPlugin implements KyselyPlugin {
  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    if (!READING.has(node.kind)) throw new Error('This is for reading: write in a transaction (database.transaction)');
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}
