/** What to do with a link for a password. */
export function linkLabel(name: string, { mailed }: { mailed: boolean }): string {
  return mailed
    ? `A mail is on its way to ${name}. If it does not come, send this yourself:`
    : `Send this to ${name}:`
}
