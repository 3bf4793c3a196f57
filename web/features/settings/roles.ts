import type { Role } from '../../../src/schema/access.ts'

/** A role that is added is missing here when it compiles. */
const words: Record<Role, string> = {
  engineer: 'Engineer: prompts, evaluations',
  reviewer: 'Reviewer: judges issues',
  approver: 'Approver: decides on changes',
  custodian: 'Custodian: sees and assigns all documents',
  operator: 'Operator: settings, budgets',
  admin: 'Admin: people and roles',
}

export const roles = Object.entries(words).map(([value, label]) => ({
  value: value as Role,
  label,
}))
