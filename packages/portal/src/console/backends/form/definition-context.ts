import { createContext, useContext } from 'react';
import { ServerError } from '../../../server/server-error.ts';
import type { Definition, Path } from './definition.ts';

/** What the fields of the form share. */
export interface DefinitionFields {
  definition: Definition;
  set(path: Path, value: unknown): void;
  /** The whole of it anew. */
  replace(definition: Definition): void;
  /** What the server said about the value at a path, or below it where it has no field of its own. */
  problemOf(path: Path): string | undefined;
  /** Says what is wrong with something that cannot be put into the definition as it was typed; undefined: nothing any more. */
  fault(name: string, message: string | undefined): void;
}

export const DefinitionContext = createContext<DefinitionFields | undefined>(undefined);

export function useDefinition(): DefinitionFields {
  const fields = useContext(DefinitionContext);
  if (fields === undefined) throw new Error('A field of a definition stands outside of its form');
  return fields;
}

/** What a refusal says about the value at a path of the request's body; undefined when it says nothing about it. */
export function problemAt(error: unknown, path: Path): string | undefined {
  if (!(error instanceof ServerError)) return undefined;
  const wanted = ['body', ...path];
  const found = error.problems.find(
    ({ path: at }) => at !== undefined && at.length === wanted.length && wanted.every((step, index) => String(at[index]) === String(step)),
  );
  return found === undefined ? undefined : sentence(found.message);
}

/** Messages go on from the name of a value: "must be …". */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
