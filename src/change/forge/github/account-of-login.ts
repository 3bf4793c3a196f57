import type { GitHubForgeSettings } from '../../../schema/change-settings.ts'

/**
 * Who somebody on GitHub is here, as the server's configuration says: mail address or id of an account. Null:
 * nobody. GitHub takes logins in capitals and small letters for the same.
 */
export function accountOfLogin(
  { people }: Pick<GitHubForgeSettings, 'people'>,
  login: string,
): string | null {
  const wanted = login.toLowerCase()
  const found = Object.entries(people).find(([name]) => name.toLowerCase() === wanted)
  return found?.[1] ?? null
}

/**
 * Whom GitHub gives an address that nobody writes to: `ID+LOGIN` or `LOGIN` before the host. Null: it is somebody's own,
 * or of the page.
 */
export function loginOfAddress(
  address: string,
  { apiUrl }: Pick<GitHubForgeSettings, 'apiUrl'>,
): string | null {
  // Logins of managed users end in an underscore and the short name of their enterprise.
  const [, login = null, host = ''] =
    /^(?:\d+\+)?([a-z\d][a-z\d_-]*)@users\.noreply\.(.+)$/iu.exec(address) ?? []
  return host.toLowerCase() === hostOf(apiUrl) ? login : null
}

/** GitHub Enterprise Server answers below `/api` of its own host, and the others at `api.` before it. */
function hostOf(apiUrl: string): string {
  const { hostname, pathname } = new URL(apiUrl)
  return pathname.startsWith('/api/') ? hostname : hostname.replace(/^api\./u, '')
}
