import { type FieldLine, MessageSyntaxError } from '../support/http-message.ts';
import { type HttpResponse, parseResponse } from '../support/http-response.ts';
import type { Reading } from '../support/memory-server.ts';
import { answerOf, type SeenRequest } from '../support/recording-handler.ts';
import type { ExpectedMessage } from './message-generator.ts';

/** Findings of one kind are one mistake, and told once. */
export interface Difference {
  kind: string;
  detail: string;
}

/**
 * What is wrong with how ours read a connection, beside how the reference (llhttp, strict) read the same bytes; undefined when nothing.
 * Ours may refuse what the reference accepts. What ours hands over, the reference must hand over too, and it must be the same.
 */
export function compareReadings(ours: Reading, reference: Reading): Difference | undefined {
  for (const [i, request] of ours.requests.entries()) {
    const other = reference.requests[i];
    if (other === undefined) return { kind: 'accepted what llhttp refuses', detail: `${request.method} ${request.target}` };
    const difference = compareHeads(request, other) ?? compareBodies(request, other);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function compareHeads(ours: SeenRequest, other: SeenRequest): Difference | undefined {
  return (
    unlessSame('method', ours.method, other.method) ??
    unlessSame('target', ours.target, other.target) ??
    unlessSame('protocol', ours.protocol, other.protocol) ??
    unlessSame('fields', toText(ours.fields), toText(other.fields))
  );
}

function compareBodies(ours: SeenRequest, other: SeenRequest): Difference | undefined {
  const [mine, theirs] = [ours.body.toString('latin1'), other.body.toString('latin1')];
  if (ours.state !== 'complete') return unlessSame('part of a body', mine, theirs.slice(0, mine.length));
  if (other.state !== 'complete') return { kind: 'took a body for whole that llhttp did not', detail: `${ours.method} ${ours.target}` };
  const difference = unlessSame('body', mine, theirs);
  if (difference !== undefined) return difference;
  // Trailers that mean something to framing, routing or authentication are left out (RFC 9110 section 6.5.1).
  let at = 0;
  for (const line of ours.trailers) {
    while (at < other.trailers.length && toText([other.trailers[at] ?? ['', '']]) !== toText([line])) at++;
    if (at++ >= other.trailers.length) return unlessSame('trailers', toText(ours.trailers), toText(other.trailers));
  }
  return undefined;
}

function unlessSame(what: string, ours: string, other: string): Difference | undefined {
  return ours === other ? undefined : { kind: `read another ${what}`, detail: `${show(ours)}; llhttp: ${show(other)}` };
}

/** What is wrong with how a connection was answered, whatever was sent; undefined when nothing. */
export function checkAnswers({ requests, answers, closed }: Reading): Difference | undefined {
  if (!closed) return { kind: 'the connection stays open although the client has ended', detail: '' };
  const finals: HttpResponse[] = [];
  try {
    for (let at = 0; at < answers.length; ) {
      const method = requests[finals.length]?.method ?? 'GET';
      const parsed = parseResponse(answers, at, method, true);
      if (parsed === undefined) return { kind: 'half an answer', detail: show(answers.toString('latin1', at)) };
      const { response, next } = parsed;
      // A refusal of HEAD has no body either, and what was refused was not handed over.
      const isBodiless = response.body.length === 0 && response.status >= 400;
      if (next === -1 && !isBodiless) return { kind: 'half an answer', detail: show(answers.toString('latin1', at)) };
      at = next === -1 ? answers.length : next;
      if (response.status >= 200) finals.push(response);
    }
  } catch (error) {
    if (!(error instanceof MessageSyntaxError)) throw error;
    return { kind: 'an answer is not valid', detail: error.message };
  }
  for (const [i, response] of finals.entries()) {
    const difference = checkAnswer(response, requests[i], i === finals.length - 1);
    if (difference !== undefined) return difference;
  }
  const whole = requests.filter(({ state }) => state === 'complete').length;
  const answered = finals.filter(({ status }) => status < 400).length;
  if (answered < whole) return { kind: 'a whole request got no answer', detail: `${answered} of ${whole}` };
  const open = requests.find(({ ended }) => ended !== 1);
  return open === undefined ? undefined : { kind: `an exchange ended ${open.ended} times`, detail: `${open.method} ${open.target}` };
}

function checkAnswer(response: HttpResponse, request: SeenRequest | undefined, isLast: boolean): Difference | undefined {
  const detail = `${response.status} ${show(response.text)} for ${request?.method} ${request?.target}`;
  if (response.status >= 400) {
    if (!isLast) return { kind: 'something follows a refusal', detail };
    return response.header('connection')?.toLowerCase() === 'close' ? undefined : { kind: 'a refusal does not close', detail };
  }
  if (request?.state !== 'complete') return { kind: 'an answer without a whole request', detail };
  const { status, text } = answerOf(request);
  const isRight = response.status === status && (request.method === 'HEAD' || response.text === (text ?? ''));
  return isRight ? undefined : { kind: 'the answer to another request', detail };
}

/** Whether a reading is exactly what a generated, valid text means; undefined when it is. */
export function compareWithExpected(reading: Reading, expected: readonly ExpectedMessage[]): Difference | undefined {
  const shown = (messages: readonly (SeenRequest | ExpectedMessage)[]) =>
    JSON.stringify(
      messages.map(({ method, target, fields, body, trailers }) => [
        method,
        target,
        toText(fields),
        body.toString('latin1'),
        toText(trailers),
      ]),
    );
  const mine = shown(reading.requests.filter(({ state }) => state === 'complete'));
  const theirs = shown(expected);
  return mine === theirs ? undefined : { kind: 'read a valid message as another', detail: `${mine}; it means ${theirs}` };
}

/** Two readings of the same bytes in other pieces: the same requests, or something depends on how the network cuts. */
export function comparePieces(whole: Reading, cut: Reading): Difference | undefined {
  const shown = ({ requests }: Reading) =>
    JSON.stringify(
      requests.map(({ method, target, fields, body, trailers, state }) => [
        method,
        target,
        fields,
        state === 'complete' ? body.toString('latin1') : '',
        trailers,
        state,
      ]),
    );
  const [mine, other] = [shown(whole), shown(cut)];
  return mine === other ? undefined : { kind: 'read another thing in several pieces', detail: `${other}; in one piece: ${mine}` };
}

function toText(fields: readonly FieldLine[]): string {
  return JSON.stringify(fields.map(([name, value]) => [name.toLowerCase(), value]));
}

export function show(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
