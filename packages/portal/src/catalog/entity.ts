/** A record of the catalog, in Backstage's format; lists hold only what their `fields` ask for. */
export interface Entity {
  apiVersion?: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    title?: string;
    description?: string;
    tags?: string[];
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    links?: { url: string; title?: string; icon?: string; type?: string }[];
  };
  spec?: Record<string, unknown>;
  relations?: { type: string; targetRef: string }[];
  status?: { items?: { type: string; level: string; message: string; error?: { name?: string; message?: string } }[] };
}

/** `kind:namespace/name` in lower-case kind, as references are compared. */
export function refOf({ kind, metadata }: Pick<Entity, 'kind' | 'metadata'>): string {
  return `${kind.toLowerCase()}:${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** A text of the spec, such as its type; undefined where it is none. */
export function specText(entity: Pick<Entity, 'spec'>, name: string): string | undefined {
  const value = entity.spec?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** What this entity refers to in this way, such as `ownedBy`. */
export function related(entity: Pick<Entity, 'relations'>, type: string): string[] {
  return (entity.relations ?? []).flatMap((relation) => (relation.type === type ? [relation.targetRef] : []));
}
