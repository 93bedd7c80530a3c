import { describe, expect, test } from 'vitest';
import { parseTemplate, TEMPLATE_SEGMENTS_MAX } from './path-template.ts';
import { RoutingError } from './routing-error.ts';

describe('a path template', () => {
  test('is read into text, parameters and a greedy parameter', () => {
    expect(parseTemplate('/users/{user-id}/files/{path+}')).toEqual({
      text: '/users/{user-id}/files/{path+}',
      segments: [{ static: 'users' }, { param: 'user-id' }, { static: 'files' }, { greedy: 'path' }],
      parameterNames: ['user-id', 'path'],
      trailingSlash: false,
      catchAll: false,
    });
  });

  test('keeps a slash at its end apart from its segments; the root has neither', () => {
    expect(parseTemplate('/a/')).toMatchObject({ segments: [{ static: 'a' }], trailingSlash: true });
    expect(parseTemplate('/')).toMatchObject({ segments: [], trailingSlash: false, catchAll: false });
  });

  test('has its text in the form in which request paths come', () => {
    expect(parseTemplate('/caf\u00e9 au lait/%61%2fb/a|b').segments).toEqual([
      { static: 'caf%C3%A9%20au%20lait' },
      { static: 'a%2Fb' },
      { static: 'a%7Cb' },
    ]);
  });

  test('may be the catch-all route of an HTTP API', () => {
    expect(parseTemplate('$default')).toMatchObject({ segments: [], catchAll: true });
  });

  const refused: readonly [reason: string, templates: readonly string[]][] = [
    ['begin with a slash', ['', 'pets', '{id}', '$other']],
    ['empty segment', ['//', '/a//b', '//a', '/a//']],
    ['whole segment', ['/x{id}', '/{id}.json', '/{a}{b}', '/{a', '/a}', '/{{a}}', '/{a}-{b}']],
    ['must end with', ['/{proxy+}/a', '/{proxy+}/', '/{a+}/{b}']],
    ['twice', ['/{id}/x/{id}', '/{id}/{id+}']],
    ['name a parameter', ['/{}', '/{+}', '/{a b}', '/{a++}', `/{${'a'.repeat(129)}}`, '/{a\n}']],
    ['request path can have', ['/..', '/a/.', '/a?b=c', '/a#b', '/%', '/%zz', '/a\nb', '/%00', '/a\\b', '/\ud800', '/..;x']],
    ['segments', ['/a'.repeat(TEMPLATE_SEGMENTS_MAX + 1)]],
  ];
  for (const [reason, templates] of refused) {
    test(`is refused with its text and the reason: ${reason}`, () => {
      for (const template of templates) {
        const refusal = refusalOf(template);
        expect(refusal?.code, template).toBe('route.invalid-template');
        expect(refusal?.message, template).toContain(`The path template ${template} must`);
        expect(refusal?.message, template).toContain(reason);
      }
    });
  }
});

function refusalOf(template: string): RoutingError | undefined {
  try {
    parseTemplate(template);
    return undefined;
  } catch (error) {
    if (error instanceof RoutingError) return error;
    throw error;
  }
}
