import { type RawBuilder, sql } from 'kysely';

type ColumnType = RawBuilder<unknown>;

/** Column types that are not the same in both databases, by what is kept in them. Values have the same form in both. */
export interface ColumnTypes {
  /** An identifier that the program gives: text, as `text`. */
  id: ColumnType;
  /** Text; sorted and compared by code point, so that both databases page alike. */
  text: ColumnType;
  /** An integer up to 2^53. */
  integer: ColumnType;
  /** 0 or 1; `true` and `false` may be given. */
  boolean: ColumnType;
  /** Milliseconds since 1970 UTC. */
  timestamp: ColumnType;
  /** JSON as text, byte for byte as it was written: `JSON.stringify` in, `JSON.parse` out. */
  json: ColumnType;
  /** Bytes: Uint8Array in, Uint8Array out. */
  bytes: ColumnType;
}

const SQLITE: ColumnTypes = {
  id: sql`text`,
  text: sql`text`,
  integer: sql`integer`,
  boolean: sql`integer`,
  timestamp: sql`integer`,
  json: sql`text`,
  bytes: sql`blob`,
};

const POSTGRES: ColumnTypes = {
  // The database's own collation ("Zebra" after "apple", or before it) differs by installation.
  id: sql`text collate "C"`,
  text: sql`text collate "C"`,
  integer: sql`bigint`,
  boolean: sql`smallint`,
  timestamp: sql`bigint`,
  // Not jsonb: it reorders the keys and refuses \u0000.
  json: sql`json`,
  bytes: sql`bytea`,
};

export function columnTypes(dialect: 'sqlite' | 'postgres'): ColumnTypes {
  return dialect === 'sqlite' ? SQLITE : POSTGRES;
}
