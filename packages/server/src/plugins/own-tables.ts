import {
  type AlterTableNode,
  type CreateIndexNode,
  IdentifierNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type QueryId,
  type SchemableIdentifierNode,
  TableNode,
  WithSchemaPlugin,
} from 'kysely';

/** Cannot be the name of a schema: PostgreSQL has none with this character. */
const OWN = '\u0000own';

/** PostgreSQL cuts longer names off without an error, and two names may then be one. */
const NAME_BYTES_MAX = 63;

/**
 * What the tables of a plugin begin with. Names of plugins have no two dashes in a row, so the first two underscores end the name: no plugin
 * can reach what another has called its own.
 */
export function tablePrefix(plugin: string): string {
  return `plugin_${plugin.replaceAll('-', '_')}__`;
}

/** The name that a plugin's table or index has in the database. Throws `RangeError` when it would be too long. */
export function ownName(prefix: string, name: string): string {
  const full = prefix + name;
  if (Buffer.byteLength(full) <= NAME_BYTES_MAX) return full;
  throw new RangeError(`The name "${name}" is too long: with "${prefix}" before it, it has more than ${NAME_BYTES_MAX} bytes`);
}

/**
 * For Kysely: every table that a query names is the plugin's own. Kysely's own plugin for schemas finds the names that are tables, and not
 * aliases or common table expressions; what it marks is then given the prefix.
 */
export function ownTables(prefix: string): KyselyPlugin[] {
  const transformer = new Prefixing(prefix);
  return [
    new WithSchemaPlugin(OWN),
    {
      transformQuery: ({ node, queryId }) => transformer.transformNode(node, queryId),
      transformResult: async ({ result }) => result,
    },
  ];
}

class Prefixing extends OperationNodeTransformer {
  readonly #prefix: string;

  constructor(prefix: string) {
    super();
    this.#prefix = prefix;
  }

  protected override transformSchemableIdentifier(node: SchemableIdentifierNode, queryId?: QueryId): SchemableIdentifierNode {
    const transformed = super.transformSchemableIdentifier(node, queryId);
    const { schema, identifier } = transformed;
    if (schema === undefined) return transformed;
    // Tables of a schema that the query names itself are others' tables.
    if (schema.name !== OWN) throw new Error(`A plugin has its own tables only, not "${schema.name}.${identifier.name}"`);
    return { kind: 'SchemableIdentifierNode', identifier: this.#own(identifier) };
  }

  protected override transformCreateIndex(node: CreateIndexNode, queryId?: QueryId): CreateIndexNode {
    const transformed = super.transformCreateIndex(node, queryId);
    return { ...transformed, name: this.#own(transformed.name) };
  }

  protected override transformAlterTable(node: AlterTableNode, queryId?: QueryId): AlterTableNode {
    const transformed = super.transformAlterTable(node, queryId);
    const { renameTo } = transformed;
    // A new name is none that the plugin for schemas looks at.
    return renameTo === undefined || renameTo.table.schema !== undefined
      ? transformed
      : { ...transformed, renameTo: TableNode.create(ownName(this.#prefix, renameTo.table.identifier.name)) };
  }

  #own({ name }: IdentifierNode): IdentifierNode {
    return IdentifierNode.create(ownName(this.#prefix, name));
  }
}
