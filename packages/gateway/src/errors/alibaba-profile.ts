import { GATEWAY_ERRORS, type GatewayErrorKind } from '@gatehouse/contract';
import { Reply } from '../exchange/reply.ts';
import type { ErrorProfile } from './error-profile.ts';

/** Longest message, so that what a caller sent and gets back cannot burst the header limits of his client. */
const MESSAGE_LENGTH_MAX = 2048;

/** The field of a reply that an error brings itself, because only it knows what to say: the server's string to sign. */
const MESSAGE_FIELD = 'X-Ca-Error-Message';

/**
 * Alibaba Cloud API Gateway's form: everything is in the header, the body is empty. A client tells the gateway's errors from the backend's
 * by `X-Ca-Error-Code`, which is never empty. https://www.alibabacloud.com/help/en/api-gateway (error codes).
 */
export const alibabaProfile: ErrorProfile = {
  name: 'alibaba',
  render(error, _exchange, requestId) {
    const { alibaba }: GatewayErrorKind = GATEWAY_ERRORS[error.code];
    const fields = ['X-Ca-Request-Id', requestId, 'X-Ca-Error-Code', alibaba.code];
    if (!error.fields.includes(MESSAGE_FIELD)) {
      fields.push(MESSAGE_FIELD, toFieldText(alibaba.message.replace('{detail}', () => error.detail ?? '').trim()));
    }
    return new Reply(alibaba.status ?? error.status, [...fields, ...error.fields]);
  },
};

/** The field by which every profile gives back the string that the gateway would have signed, as Alibaba's client libraries expect it. */
export function stringToSignFields(stringToSign: string): readonly string[] {
  const text = toFieldText(`Invalid Signature, Server StringToSign:\`${stringToSign.slice(0, MESSAGE_LENGTH_MAX).replaceAll('\n', '#')}`);
  return [MESSAGE_FIELD, `${text}\``];
}

/** A text as a field value: printable ASCII, of a bounded length. */
function toFieldText(text: string): string {
  return text.slice(0, MESSAGE_LENGTH_MAX).replace(/[^ -~]/g, '?');
}
