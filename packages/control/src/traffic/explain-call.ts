import { ERROR_EXPLANATIONS } from '@gatehouse/contract';

/** What an error code of the gateway means and what to do. A node may be a version ahead, and its errors with it. */
export function explainCode(code: string): string {
  const explanations: Readonly<Record<string, string>> = ERROR_EXPLANATIONS;
  return Object.hasOwn(explanations, code)
    ? (explanations[code] as string)
    : `The gateway answered with the error ${code}, which is not known here.`;
}

/** The client did not wait: see nginx, from which the status is. */
const CLIENT_CLOSED_REQUEST = 499;

/** What came of a call and what to do, for people; null: it went well. */
export function explainCall({ status, code }: { status: number; code: string | null }): string | null {
  if (code !== null) return explainCode(code);
  if (status < 400) return null;
  if (status === CLIENT_CLOSED_REQUEST) {
    return 'The client closed the connection before the answer came. Give it more time, if the API needs that; otherwise the client was stopped.';
  }
  if (status >= 500)
    return `The service behind the API answered with ${status}: it failed by itself. Tell the owner of the API, with the request id.`;
  return `The service behind the API refused the request with ${status}; the gateway let it through. What is wrong with it stands in the body of the answer.`;
}
