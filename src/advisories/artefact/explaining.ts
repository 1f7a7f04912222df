import { existsSync } from 'node:fs';
import { AdvisoriesError } from '../../errors.ts';

/** Says of every refusal what was refused, and of a database in use that it stays. A refusal within another says it once. */
export async function explaining<T>(called: string, database: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AdvisoriesError) || error.code !== 'advisories.refused') throw error;
    if (error.cause instanceof AdvisoriesError && error.cause.code === 'advisories.refused') throw error;
    const stays = database !== undefined && existsSync(database) ? ' The database in use stays.' : '';
    const words = `${called} was refused: ${error.message}.${stays}`;
    throw new AdvisoriesError('advisories.refused', words, { cause: error });
  }
}
