import { GATEWAY_ERRORS, type GatewayErrorKind } from '@gatehouse/contract';
import { Reply } from '../exchange/reply.ts';
import type { ErrorProfile } from './error-profile.ts';

/**
 * Amazon API Gateway's form for REST APIs: `{"message": …}` with `x-amzn-ErrorType` and `x-amzn-RequestId`.
 * Source: "Gateway response types" of the developer guide, and recordings of the service.
 */
export const awsRestProfile: ErrorProfile = {
  name: 'aws-rest',
  render(error, _exchange, requestId) {
    const kind: GatewayErrorKind = GATEWAY_ERRORS[error.code];
    const fields = ['Content-Type', 'application/json', 'x-amzn-RequestId', requestId];
    if (kind.aws?.errorType !== undefined) fields.push('x-amzn-ErrorType', kind.aws.errorType);
    return new Reply(
      kind.aws?.status ?? error.status,
      [...fields, ...error.fields],
      JSON.stringify({ message: kind.aws?.message ?? kind.title }),
    );
  },
};

/** The form for HTTP APIs: fewer error types, `apigw-requestid`, and 404 `Not Found` where REST says 403. */
export const awsHttpProfile: ErrorProfile = {
  name: 'aws-http',
  render(error, _exchange, requestId) {
    const kind: GatewayErrorKind = GATEWAY_ERRORS[error.code];
    const fields = ['Content-Type', 'application/json', 'apigw-requestid', requestId, 'x-amzn-RequestId', requestId];
    const status = kind.aws?.httpStatus ?? kind.aws?.status ?? error.status;
    const errorType = HTTP_ERROR_TYPES[status] ?? kind.aws?.errorType;
    if (errorType !== undefined) fields.push('x-amzn-ErrorType', errorType);
    const message = kind.aws?.httpMessage ?? kind.aws?.message ?? kind.title;
    return new Reply(status, [...fields, ...error.fields], JSON.stringify({ message }));
  },
};

const HTTP_ERROR_TYPES: Record<number, string> = { 404: 'NotFoundException', 503: 'ServiceUnavailableException' };
