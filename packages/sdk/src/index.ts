export * from './management/index.ts';
export * from './onboarding/index.ts';
