import type { ApiDocument } from '../document/api-document.ts';
import { asFields, asList, asText, asWord, fieldOf } from '../document/value.ts';

export interface Server {
  /** With the defaults of its variables. */
  url: string;
  description: string | undefined;
}

/** What a document says of the API as a whole. */
export interface About {
  title: string | undefined;
  version: string | undefined;
  summary: string | undefined;
  description: string | undefined;
  license: string | undefined;
  contact: { name: string | undefined; url: string | undefined; email: string | undefined } | undefined;
  termsOfService: string | undefined;
  docs: string | undefined;
  servers: readonly Server[];
}

/** Reads the head of an OpenAPI or AsyncAPI document. */
export function readAbout(document: ApiDocument): About {
  const info = document.fields(document.at(['info']));
  const contact = asFields(info.contact);
  return {
    title: asText(info.title),
    version: asWord(info.version),
    summary: asText(info.summary),
    description: asText(info.description),
    license: asText(fieldOf(asFields(info.license), 'name')),
    contact: contact === undefined ? undefined : { name: asText(contact.name), url: toLink(contact.url), email: asText(contact.email) },
    termsOfService: toLink(info.termsOfService),
    docs: toLink(fieldOf(asFields(document.at(['externalDocs'])), 'url')),
    servers: document.at(['swagger']) === undefined ? toServers(document.at(['servers'])) : toV2Servers(document),
  };
}

/** Only what a browser may follow without harm. */
export function toLink(value: unknown): string | undefined {
  const text = asText(value);
  return text !== undefined && /^https?:\/\//i.test(text) ? text : undefined;
}

function toServers(given: unknown): Server[] {
  return asList(given).flatMap((server) => {
    const fields = asFields(server);
    const url = asText(fieldOf(fields, 'url'));
    if (fields === undefined || url === undefined) return [];
    const variables = asFields(fields.variables);
    const filled = url.replaceAll(
      /\{([^{}]{1,100})\}/g,
      (whole, name: string) => asWord(fieldOf(asFields(fieldOf(variables, name)), 'default')) ?? whole,
    );
    return [{ url: filled, description: asText(fields.description) }];
  });
}

function toV2Servers(document: ApiDocument): Server[] {
  const host = asText(document.at(['host']));
  const basePath = asText(document.at(['basePath'])) ?? '';
  if (host === undefined) return basePath === '' ? [] : [{ url: basePath, description: undefined }];
  const schemes = asList(document.at(['schemes'])).flatMap((scheme) => asText(scheme) ?? []);
  return (schemes.length > 0 ? schemes : ['https']).map((scheme) => ({ url: `${scheme}://${host}${basePath}`, description: undefined }));
}
