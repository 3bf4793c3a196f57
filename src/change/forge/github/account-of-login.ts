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
export function loginOfAddress(address: string): string | null {
  return /^(?:\d+\+)?([a-z\d][a-z\d-]*)@users\.noreply\.github\.com$/iu.exec(address)?.[1] ?? null
}
