import { Authority } from '../../lib/authority/authority.ts';
import { tableClient } from './table-client.ts';

/** Where the authority record lives, as every function that asks it has it in its environment. */
export interface AuthorityEnvironment {
  readonly AUTHORITY_TABLE: string;
  readonly AUTHORITY_REGION: string;
}

/** The estate's authority record in the region that this function is to ask. */
export function estateAuthority(environment: AuthorityEnvironment, estate: string): Authority {
  const client = tableClient({ region: environment.AUTHORITY_REGION });
  return new Authority({ client, tableName: environment.AUTHORITY_TABLE, estate });
}
