/** What a filter asks of an entity. Keys and values are in lower case. */
export type Condition =
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition }
  /** Has the key. */
  | { key: string }
  | { key: string; values: readonly string[] }
  | { key: string; prefix: string }
  /** The value contains the text. */
  | { key: string; part: string }
  /** Has a relation whose type is one of `types` and whose target is one of `targets`; absent: any. */
  | { types: readonly string[] | undefined; targets: readonly string[] | undefined }
  /** Has an array at the key that contains the text. */
  | { key: string; item: string };

/** The field to order by; entities without it come last, in both directions. */
export interface OrderField {
  field: string;
  order: 'asc' | 'desc';
}
