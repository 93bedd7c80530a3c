import type { GatewayErrorCode } from '@gatehouse/contract';
import type { CallResult } from '../server/call-api.ts';

/** What a refusal or failure of the gateway means for who calls, and what to do. */
export interface Explanation {
  meaning: string;
  advice: string;
  /** An app that is authorized would help. */
  needsAccess: boolean;
}

type Texts = readonly [meaning: string, advice: string];

const CREDENTIALS: Texts = [
  'The credentials in the request are not valid.',
  'Choose one of your apps above and take credentials out of the headers: from here, the gateway knows who you are without them.',
];
const MALFORMED: Texts = ['The request cannot be read as it is.', 'Look at its path, headers and body.'];
const CERTIFICATE: Texts = [
  'The API wants a client certificate.',
  'It cannot be called from here: call it with your certificate from where you have it. The code samples show the rest.',
];

/** By code; each gateway error has its words, the compiler sees to it. */
const TEXTS: Record<GatewayErrorCode, Texts> = {
  'request.malformed': MALFORMED,
  'request.invalid-path': ['The path is not valid.', 'Look at the values of the path parameters.'],
  'request.timeout': ['The request did not arrive in time.', 'Try again.'],
  'request.body-too-large': ['The body is larger than the API takes.', 'Send less at once.'],
  'request.uri-too-long': ['Path and query are too long together.', 'Send fewer or shorter parameters.'],
  'request.unsupported-media-type': ['The API does not read bodies of this media type.', 'Choose another media type for the body.'],
  'request.expectation-failed': ['The `Expect` header asks for what is not possible.', 'Take it out.'],
  'request.misdirected': ['The `Host` header names a host that is not served here.', 'Take it out.'],
  'request.headers-too-large': ['The headers are too large.', 'Send fewer or shorter ones.'],
  'route.not-found': [
    'The gateway has no such operation in this environment.',
    'Look at the path parameters. If they are right, what is published here does not have the operation that the document shows.',
  ],
  'route.method-not-allowed': ['The path exists, but not with this method.', 'What is published here does not have this operation.'],
  'access.forbidden': ['A rule of the API does not let you in, such as one on addresses.', 'Ask the team that owns the API.'],
  'auth.missing': [
    'The API wants to know which app calls.',
    'Choose one of your apps above that is authorized, or request access for one.',
  ],
  'auth.malformed': CREDENTIALS,
  'auth.invalid': CREDENTIALS,
  'auth.invalid-code': CREDENTIALS,
  'auth.signature-mismatch': CREDENTIALS,
  'auth.timestamp-expired': CREDENTIALS,
  'auth.nonce-required': CREDENTIALS,
  'auth.nonce-used': CREDENTIALS,
  'auth.body-mismatch': ['The body does not fit the `Content-MD5` header.', 'Take the header out.'],
  'auth.not-authorized': [
    'The app is not authorized for this API in this environment.',
    'Request access for it, or choose one that is authorized.',
  ],
  'auth.unavailable': [
    'Credentials cannot be checked at the moment.',
    'Try again in a moment; if it stays, tell whoever runs the gateway.',
  ],
  'auth.certificate-required': CERTIFICATE,
  'auth.certificate-invalid': CERTIFICATE,
  'limit.exceeded': ['More requests came than the API takes from a caller.', 'Wait as long as `Retry-After` says, then try again.'],
  'gateway.internal': ['The gateway itself failed.', 'Tell whoever runs it, with the request id.'],
  'gateway.misconfigured': ['The API is not configured correctly.', 'Tell the team that owns it, with the request id.'],
  'gateway.draining': ['The gateway node is shutting down.', 'Try again: another one answers.'],
  'backend.failed': [
    'The service behind the API could not be reached, or broke off.',
    'Try again; if it stays, tell the team that owns the API.',
  ],
  'backend.unavailable': [
    'No instance of the service behind the API is healthy, or it is left in peace after many failures.',
    'Try again in a minute; if it stays, tell the team that owns the API.',
  ],
  'backend.timeout': ['The service behind the API did not answer in time.', 'Try again; if it stays, tell the team that owns the API.'],
};

/** The code at the beginning of a trace's sentence: `403 auth.not-authorized: …`. */
const CODE = /^\d{3} ([a-z]{1,32}(?:[.-][a-z]{1,32}){1,4}):/;

/** Explains why the gateway, and not the service behind it, answered as it did; undefined when it did not. */
export function explainRefusal({ response, trace }: Pick<CallResult, 'response' | 'trace'>): Explanation | undefined {
  if (response.status === 0) {
    return {
      meaning: 'There was no answer in time.',
      advice: 'Try again. A stream that never ends cannot be shown here: call it with the code samples.',
      needsAccess: false,
    };
  }
  for (const { outcome, detail } of trace) {
    if (outcome !== 'refused' && outcome !== 'failed') continue;
    const code = CODE.exec(detail)?.[1] ?? '';
    if (!isCode(code)) continue;
    const [meaning, advice] = TEXTS[code];
    return { meaning, advice, needsAccess: code === 'auth.missing' || code === 'auth.not-authorized' };
  }
  return undefined;
}

function isCode(code: string): code is GatewayErrorCode {
  return Object.hasOwn(TEXTS, code);
}
