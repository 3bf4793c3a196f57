import type { ForgeCheckName } from '../forge.ts'

const prefix = 'proofloop/'

/** As GitHub shows a check of ours, and as a rule of a branch requires it. */
export function ourName(name: ForgeCheckName): string {
  return `${prefix}${name}`
}

export function isOurName(name: string): boolean {
  return name.startsWith(prefix)
}

/** @param ours number of an App, or its client id; null: we are none */
export function isOurApp(
  app: { id: number; client_id?: string | undefined } | null | undefined,
  ours: string | null,
): boolean {
  if (ours === null || app === null || app === undefined) return false
  return String(app.id) === ours || app.client_id === ours
}
