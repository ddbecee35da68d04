import type { Accounts } from '../../accounts/accounts.ts';
import type { ProviderSignIn } from '../../accounts/provider-sign-in.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Config } from '../../config.ts';
import type { Route } from '../../http/route.ts';
import type { ManageDeps } from '../manage/manage-page.ts';
import { accountPageRoutes } from './account-page.ts';
import { confirmRoutes } from './confirm-page.ts';
import { linkRoutes } from './link-page.ts';

/** What the pages of one's own account are made with. */
export interface AccountDeps extends Pick<ManageDeps, 'door' | 'views' | 'publicUrl'> {
  readonly accounts: Accounts;
  readonly audit: Pick<AuditLog, 'list'>;
  readonly providers: ProviderSignIn;
  readonly config: Config;
}

/** One's own account: what it may do, where it is signed in, its password, and the links by which one is set. */
export function accountRoutes(deps: AccountDeps): readonly Route[] {
  return [...accountPageRoutes(deps), ...confirmRoutes(deps), ...linkRoutes(deps)];
}
