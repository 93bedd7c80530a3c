/** The part of a configuration that decides base paths. */
export interface BasePathConfig {
  readonly apis: readonly unknown[];
}

/** Where an API is found below its environment: its `basePath`, else `/` when it is the only API, else `/` and its name. */
export function effectiveBasePath(config: BasePathConfig, api: { readonly name: string; readonly basePath?: string | undefined }): string {
  return api.basePath ?? (config.apis.length === 1 ? '/' : `/${api.name}`);
}
