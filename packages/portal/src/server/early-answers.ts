/** What public/start.js has asked for already, by address. */
const early = globalThis as { gatehouseEarlyAnswers?: Record<string, Promise<Response>> };

/** The answer to a question that was asked before the portal's code had come; each is given once. */
export function takeEarlyAnswer(url: string): Promise<Response> | undefined {
  const answer = early.gatehouseEarlyAnswers?.[url];
  if (answer !== undefined) delete early.gatehouseEarlyAnswers?.[url];
  return answer;
}
