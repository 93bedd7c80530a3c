export { describeDatabases, describePostgres, type OpenTestDatabase } from './describe-databases.ts';
export { ensureDebianPackage } from './install-package.ts';
export { OWNER_VARIABLE, stopSharedCluster } from './shared-cluster.ts';
export { type RunningPostgres, startPostgres } from './start-postgres.ts';
export { createTestDatabase, type Dialect, type TestDatabase } from './test-database.ts';
