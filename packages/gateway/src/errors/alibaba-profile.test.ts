import { GATEWAY_ERRORS, type GatewayErrorCode } from '@gatehouse/contract';
import { describe, expect, test } from 'vitest';
import { isFieldValue } from '../exchange/fields.ts';
import { ErrorReply } from '../exchange/reply.ts';
import { alibabaProfile, stringToSignFields } from './alibaba-profile.ts';

function render(error: ErrorReply): Record<string, string> {
  const { fields, status } = alibabaProfile.render(error, null, 'request-1');
  const entries = fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : []));
  return { status: String(status), ...Object.fromEntries(entries) };
}

describe('the alibaba profile', () => {
  test.each(Object.keys(GATEWAY_ERRORS) as GatewayErrorCode[])('has a code of six characters and a message for %s', (code) => {
    const { 'X-Ca-Error-Code': shown, 'X-Ca-Error-Message': message, 'X-Ca-Request-Id': id } = render(new ErrorReply(code));
    expect(shown).toMatch(/^[A-Z]\d{3}[A-Z0-9]{2}$/);
    expect(message).toMatch(/^[ -~]+$/);
    expect(message).not.toContain('{');
    expect(id).toBe('request-1');
  });

  test('says what is wrong where there is something to say', () => {
    expect(render(new ErrorReply('request.invalid-path', { detail: 'The path goes above the root.' }))).toMatchObject({
      status: '400',
      'X-Ca-Error-Message': 'Invalid Request Path `The path goes above the root.`',
    });
  });

  test('gives back the string to sign with # for line ends, on one line, of a bounded length', () => {
    const text = `GET\n\n\n\n\n/a?b=\r\n${'\u4f60'.repeat(5000)}`;
    const error = new ErrorReply('auth.signature-mismatch', { fields: stringToSignFields(text) });
    const message = render(error)['X-Ca-Error-Message'] ?? '';
    expect(message).toMatch(/^Invalid Signature, Server StringToSign:`GET#####\/a\?b=\?#\?{100,}`$/);
    expect(message.length).toBeLessThan(2100);
    expect(isFieldValue(message)).toBe(true);
    expect(alibabaProfile.render(error, null, '').fields.filter((name) => name === 'X-Ca-Error-Message')).toHaveLength(1);
  });
});
