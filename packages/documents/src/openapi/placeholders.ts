/** What a text with placeholders became. */
export interface Substituted {
  text: string;
  /** Names without a value; they still stand in the text as they were. */
  unset: string[];
}

/**
 * Terraform's `templatefile` and CloudFormation's `Fn::Sub` fill `${name}` before Amazon API Gateway sees a definition, and
 * `$${name}` is Terraform's way to write a literal `${name}`. `${stageVariables.x}` belongs to the gateway and stays.
 */
const PLACEHOLDER = /(\$?)\$\{([^{}$]{1,128})\}/g;

export function substitute(text: string, parameters: Readonly<Record<string, string>>): Substituted {
  const unset: string[] = [];
  if (!text.includes('${')) return { text, unset };
  const substituted = text.replace(PLACEHOLDER, (whole: string, escaped: string, name: string) => {
    if (escaped !== '') return whole.slice(1);
    if (isOfTheGateway(name)) return whole;
    const key = name.trim();
    if (Object.hasOwn(parameters, key)) return parameters[key] as string;
    unset.push(key);
    return whole;
  });
  return { text: substituted, unset };
}

/** References that a mapping template or a URI resolves per request. */
function isOfTheGateway(name: string): boolean {
  return /^\s*(?:stageVariables\b|context\.|input\.|util\.)/.test(name);
}
