import { expect, test } from 'vitest';
import { isIdentityTemplate, parseMappingTemplate } from './mapping-template.ts';

test.each([
  ['{"statusCode": 200}', '{"statusCode": 200}', false],
  ['<p style="color: #333">5 $ or $5.00, $100</p>', '<p style="color: #333">5 $ or $5.00, $100</p>', false],
  ['$unknown.thing stays', '$unknown.thing stays', false],
  ['<a href="/$context.stage/pets/">', '<a href="/$context.stage/pets/">', true],
  ['$context.identity.sourceIp.', '$context.identity.sourceIp.', true],
  ['${context.stage}/x and ${stageVariables.url}', '$context.stage/x and $stageVariables.url', true],
  [`$input.params("a")$input.params('b')`, `$input.params('a')$input.params('b')`, true],
  ['{"data": $input.params(\\"data\\")}', `{"data": $input.params('data')}`, true],
])('%s is carried over', (template, text, hasReferences) => {
  expect(parseMappingTemplate(template)).toMatchObject({ text, hasReferences });
});

test.each([
  ['#set($x = 1)', '#set'],
  ['{ #if($a) 1 #end }', '#if'],
  ['#foreach($i in $list)', '#foreach'],
  ['## a comment', '##'],
  [`$input.json('$')`, `$input.json('$')`],
  ['$input.body', '$input.body'],
  ['$input.params()', '$input.params()'],
  ['$util.escapeJavaScript($x)', '$util.escapeJavaScript($x)'],
  ['$!context.stage', '$!context.stage'],
  ['${context.stage}x', '${context.stage}'],
  ['$context', '$context'],
])('%s is refused, never printed as text', (template, unsupported) => {
  expect(parseMappingTemplate(template)).toEqual({ unsupported });
});

test('a template that hands the body on is recognised', () => {
  expect(["$input.json('$')", ' $input.body\n', '$input.json("$")'].map(isIdentityTemplate)).toEqual([true, true, true]);
  expect(["$input.json('$.a')", '{ "a": $input.body }'].map(isIdentityTemplate)).toEqual([false, false]);
});
