import type { Place } from '@gatehouse/contract';
import { ManagementError, type ManagementProblem } from '@gatehouse/sdk/management';

/** Runs a call whose body was read from files: what is refused of it gets the places in those files. */
export async function withPlaces<T>(call: Promise<T>, toPlaced: (problem: ManagementProblem) => ManagementProblem): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error;
    const { status, code, detail, requestId, extras } = error;
    throw new ManagementError({ status, code, detail, requestId, extras, problems: error.problems.map(toPlaced) });
  }
}

/** Gives problems of the request's body their places in the file that the body was read from. */
export function placedBy(placeOf: (path: readonly (string | number)[]) => Place): (problem: ManagementProblem) => ManagementProblem {
  return (problem) => {
    const [part, ...path] = problem.path ?? [];
    return part === 'body' ? { ...problem, place: placeOf(path) } : problem;
  };
}
