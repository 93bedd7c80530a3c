import type { Problem } from '@gatehouse/contract';
import { SnapshotPacker } from '@gatehouse/gateway';
import { snapshotOfFile } from './file-snapshot.ts';
import { ConfigurationLoader } from './load-configuration.ts';

/** Everything that is wrong, or worth knowing, about a configuration and its API definitions; also what only shows when it is compiled. */
export async function checkConfiguration(
  files: readonly string[],
  env: Record<string, string | undefined> = process.env,
): Promise<Problem[]> {
  const { parts, problems } = await new ConfigurationLoader().load(files, env);
  return parts === undefined ? problems : [...problems, ...new SnapshotPacker().pack(snapshotOfFile(parts, 1)).problems];
}
