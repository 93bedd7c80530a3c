import type { OutputFile } from '../entity/create-entities.ts';
import { sendRequest } from '../http-request.ts';
import { OnboardRefusal, toOneLine } from '../refusal.ts';
import { type GatehouseTargetOptions, type Target, TargetRefusal, type WriteState } from './target.ts';

const ANSWER_BYTES_MAX = 1024 * 1024;

/**
 * Pushes entities: `PUT /api/v1/catalog/entities/{source}` with `{ entities }`. `If-None-Match` carries the SHA-256 of the body: a control
 * plane that has it already answers 412 or 304 and does nothing. Throws `OnboardRefusal` for a URL or token that cannot be one.
 */
export function createGatehouseTarget({ url, token }: GatehouseTargetOptions): Target {
  const base = toBase(url);
  if (token === undefined || !/^[\x21-\x7e]{1,4096}$/.test(token)) {
    throw new OnboardRefusal(['the access token of Gatehouse is missing or cannot be one: set GATEHOUSE_TOKEN']);
  }
  const toUrl = (file: OutputFile) => new URL(`${base.pathname}/catalog/entities/${encodeURIComponent(file.path)}`, base.origin);
  return {
    name: base.origin,
    takes: 'push',
    placeOf: (file) => toUrl(file).href,
    async write(file, signal) {
      const { status, body } = await sendRequest({
        url: toUrl(file),
        method: 'PUT',
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: 'application/json, application/problem+json',
          'Content-Type': file.mediaType,
          'Content-Length': file.bytes.length,
          'If-None-Match': `"${file.hash}"`,
          'User-Agent': 'gatehouse-sdk',
        },
        body: file.bytes,
        bytesMax: ANSWER_BYTES_MAX,
        signal,
      });
      return toState(status, parse(body));
    },
  };
}

function toState(status: number, answer: Record<string, unknown>): WriteState {
  if (status === 304 || status === 412) return 'unchanged';
  if (status === 200 || status === 201 || status === 204) {
    // The answer is no error: what has no other source was stored.
    const held = (Array.isArray(answer.conflicts) ? answer.conflicts : []).filter((ref) => typeof ref === 'string').slice(0, 3);
    if (held.length > 0) throw new TargetRefusal(`another source has ${toOneLine(held.join(', '))} already: remove it there first`);
    return answer.changed === false ? 'unchanged' : 'written';
  }
  const message = `it answered ${status}${describe(answer)}`;
  // A redirect would carry the token elsewhere.
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429;
  throw isPassing
    ? new Error(message)
    : new TargetRefusal(status >= 300 && status < 400 ? `${message}: redirects are not followed` : message);
}

/** What a problem document says, the first three problems in it included. */
function describe({ detail, title, problems }: Record<string, unknown>): string {
  const text = typeof detail === 'string' ? detail : typeof title === 'string' ? title : undefined;
  const more = (Array.isArray(problems) ? problems : []).slice(0, 3).flatMap((problem: unknown) => {
    const message = typeof problem === 'object' && problem !== null && 'message' in problem ? problem.message : undefined;
    return typeof message === 'string' ? [message] : [];
  });
  const parts = [...(text === undefined ? [] : [text]), ...more];
  return parts.length === 0 ? '' : ` (${toOneLine(parts.join('; '))})`;
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function toBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    // Not quoted: with user and password in it, it is a secret.
    throw new OnboardRefusal(['the URL of Gatehouse must be an absolute http or https URL without user, password, query and fragment']);
  }
  url.pathname = `${url.pathname.replace(/\/{1,8}$/, '').replace(/\/api\/v1$/, '')}/api/v1`;
  return url;
}
