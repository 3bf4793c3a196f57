import type { Permission, Role } from '../schema/access.ts'

/** What each role may do. Which rows it then sees is decided by `document-rights.ts`. */
const table: Record<Role, readonly Permission[]> = {
  engineer: [
    'documents:read',
    'documents:upload',
    'documents:forget',
    'reviews:read',
    'reviews:run',
    'flows:read',
    'flows:draft',
    'evaluations:read',
    'evaluations:run',
    'gates:run',
    'changes:read',
    'changes:write',
    'datasets:read',
    'agreement:read',
    'exports:read',
    'budgets:read',
    'settings:read',
    'keys:own',
  ],
  reviewer: [
    'documents:read',
    'documents:upload',
    'reviews:read',
    'reviews:run',
    'verdicts:write',
    'flows:read',
    'exports:read',
    'budgets:read',
    'keys:own',
  ],
  approver: [
    'flows:read',
    'gates:read',
    'changes:read',
    'changes:approve',
    'agreement:read',
    'keys:own',
  ],
  custodian: [
    'documents:read',
    'documents:upload',
    'documents:assign',
    'documents:forget',
    'reviews:read',
    'reviews:run',
    'flows:read',
    'datasets:read',
    'datasets:write',
    'datasets:export',
    'gates:read',
    'gates:write',
    'changes:read',
    'changes:approve',
    'agreement:read',
    'exports:read',
    'people:read',
    'settings:read',
    'keys:own',
  ],
  operator: [
    'flows:read',
    'changes:read',
    'operations:read',
    'environments:read',
    'environments:check',
    'settings:read',
    'settings:write',
    'budgets:read',
    'budgets:write',
    'keys:own',
  ],
  admin: ['people:read', 'people:write', 'settings:read', 'audit:read', 'keys:own'],
}

export function permissionsOf(roles: readonly Role[]): Set<Permission> {
  return new Set(roles.flatMap((role) => table[role]))
}

/**
 * Whether the gate keeps from somebody all but its answer, whatever they are besides: an engineer may be who
 * wrote the change. Where one person holds every role, nothing is kept from them.
 */
export function hearsAnswersAlone(roles: readonly Role[]): boolean {
  return roles.includes('engineer') && conflictOf(roles) === null
}

/**
 * How much is hidden follows from the shares of the splits and from how much is open: nothing for who writes
 * prompts, whatever they are besides. Told to custodians, and to who sets them.
 */
export function seesSplitShares({
  roles,
  permissions,
}: {
  roles: readonly Role[]
  permissions: ReadonlySet<Permission>
}): boolean {
  if (hearsAnswersAlone(roles)) return false
  return roles.includes('custodian') || permissions.has('settings:write')
}

/**
 * Whether somebody judges documents without knowing which of them are measured on. Where one person holds every
 * role, they know.
 */
export function judgesBlindly(roles: readonly Role[]): boolean {
  return roles.includes('reviewer') && !roles.includes('custodian')
}

/**
 * Who writes prompts must not see what is hidden to measure them: an engineer may be neither
 * custodian nor reviewer, but where one person is all there is (solo mode).
 */
export function conflictOf(roles: readonly Role[]): [Role, Role] | null {
  if (!roles.includes('engineer')) return null
  const other = roles.find((role) => role === 'custodian' || role === 'reviewer')
  return other === undefined ? null : ['engineer', other]
}
