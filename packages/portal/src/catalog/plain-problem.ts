/**
 * What is wrong with a document, without what of it is for programs: the catalog says it in the words of Backstage, such as `InputError:
 * Processor BuiltinKindsEntityProcessor threw an error while validating the entity api:default/a; caused by TypeError: /spec must have
 * required property 'owner' - missingProperty: owner`.
 */
export function plainProblem(message: string): string {
  const causes = message.split('; caused by ');
  const cause = causes.at(-1) ?? message;
  return cause.replace(/^[A-Za-z]{0,40}Error: /, '').replace(/ - missingProperty: \w{1,60}/, '');
}
