/** What is wrong with the URL of a target as far as it can be told while it is typed; the server looks closer. */
export function urlProblem(text: string): string | undefined {
  if (text === '') return undefined;
  if (/^unix:\//i.test(text)) return undefined;
  const url = URL.parse(text);
  if (!/^https?:\/\//i.test(text) || url === null) return 'A whole URL, such as http://10.0.0.1:8080/base';
  if (url.username !== '' || url.password !== '') return 'No user and password: they would be shown to everybody who sees this page';
  if (url.search !== '' || url.hash !== '') return 'No query (?) and no fragment (#)';
  return undefined;
}
