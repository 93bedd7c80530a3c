import type { GatewayErrorCode } from './errors.ts';

/** What each error of the gateway means and what to do, for those who call an API and those who own it. Public: nothing of who was refused. */
export const ERROR_EXPLANATIONS: Record<GatewayErrorCode, string> = {
  'request.malformed':
    'The request is not valid HTTP, so it was not passed on. Look at what the client or a proxy before the gateway sends: often a broken body or length.',
  'request.invalid-path':
    'The path cannot be read unambiguously, because of encoded slashes, dots or broken percent signs. Encode each segment of the path once.',
  'request.timeout':
    'The request did not arrive completely in time. Send the body without pauses, or in smaller pieces; look at the network of the client.',
  'request.body-too-large':
    'The body is larger than the API allows. Send less at a time; the owner of the API can raise the limit of the request-size policy or of the gateway.',
  'request.uri-too-long': 'The address with its query is too long. Send what is long in the body.',
  'request.unsupported-media-type': 'The API does not take bodies of this Content-Type. Send one that its definition lists.',
  'request.expectation-failed': 'The request has an Expect field that the gateway does not know. Leave it out, or send 100-continue.',
  'request.misdirected':
    'The request names another host than the one that its TLS connection was made for. Open a connection of its own for each host; a client that shares connections between hosts has to be told not to.',
  'request.headers-too-large': 'The header fields are too large, often because of cookies. Send fewer or shorter ones.',
  'route.not-found':
    'No operation of the API has this path. Compare path, base path and environment with the definition that is published there.',
  'route.method-not-allowed': 'The path exists, but not with this method. The Allow field of the answer lists the methods that do.',
  'access.forbidden':
    'The caller may not use the API from where it calls: its address is not allowed, or the API is served only under its own host names. Ask the owner of the API.',
  'auth.certificate-required':
    'The host is served only to clients that show a certificate, and none came. Give the client its certificate and key; a proxy on the way that ends TLS does not pass one on.',
  'auth.certificate-invalid':
    'The client certificate is not accepted: it has expired, is not valid yet, was revoked, or comes from an authority that this host does not trust. Use a current one, or ask who runs the gateway.',
  'auth.missing':
    'The request carries no credentials that this API takes. Send the AppCode (Authorization: APPCODE …) or sign the request; a proxy on the way may have removed the field.',
  'auth.malformed':
    'Credentials came, but cannot be read: a field of the signature is missing, doubled or not of its form, or several kinds were sent at once. The answer names which.',
  'auth.invalid': 'There is no such AppKey, or it has expired after a rotation. Use the key that the app has now.',
  'auth.invalid-code': 'There is no such AppCode, or it has expired after a rotation. Use the code that the app has now.',
  'auth.signature-mismatch':
    'The signature was made with another secret, or over another text than the one that arrived. Compare the string in X-Ca-Error-Message of the answer with the one that was signed: most often the order or spelling of parameters, a changed Accept or Content-Type, or an old AppSecret.',
  'auth.timestamp-expired':
    'X-Ca-Timestamp is more than 15 minutes from the time of the gateway. Set the clock of the client, and sign each request anew.',
  'auth.nonce-required':
    'This API wants signatures that cover X-Ca-Nonce and X-Ca-Timestamp. Send both and list them in X-Ca-Signature-Headers.',
  'auth.nonce-used':
    'The same X-Ca-Nonce was sent before. Make a new nonce for every request, retries included; if nobody did, a request was repeated by somebody else.',
  'auth.body-mismatch': 'Content-MD5 is not that of the body. Compute it over the bytes as they are sent, in base64.',
  'auth.not-authorized':
    'The app is known, but not authorized for this API in this environment, or no longer. Request access for this environment, or ask the owner of the API.',
  'auth.unavailable':
    'The gateway could not check credentials at that moment. Try again; if it lasts, the operator of the gateway has to look.',
  'limit.exceeded':
    'More requests came than the API allows in this time. Wait as long as Retry-After says and send more slowly, or ask the owner of the API for a higher limit.',
  'gateway.internal': 'The gateway itself failed. Give the request id to its operator, who finds the cause in the log.',
  'gateway.misconfigured':
    'The API cannot be served as it is published, such as with an empty stage variable. Its owner has to correct and publish it.',
  'gateway.draining': 'The gateway was just starting or stopping. Try again.',
  'backend.failed':
    'The service behind the API could not be reached, or broke off its answer. Try again if the call may be repeated; the owner of the API looks at the backend service.',
  'backend.unavailable':
    'No target of the backend service is healthy, or all are busy. Try again later; the owner of the API looks at the health of its targets.',
  'backend.timeout':
    'The service behind the API did not answer in time. What it was asked may still be going on there: repeat only what may be done twice.',
};
