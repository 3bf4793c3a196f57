import { z } from 'zod'

/** A person may hold several; what each may do is one table, in `access/`. */
export const Role = z.enum(['engineer', 'reviewer', 'approver', 'custodian', 'operator', 'admin'])
export type Role = z.infer<typeof Role>

/**
 * What a procedure asks for. It says which verbs somebody may use; which rows they then see follows
 * from who they are and is decided where rows are read.
 */
export const Permission = z.enum([
  'documents:read',
  'documents:upload',
  'documents:assign',
  'documents:forget',
  'reviews:read',
  'reviews:run',
  'verdicts:write',
  'flows:read',
  'flows:draft',
  'evaluations:read',
  'evaluations:run',
  'datasets:read',
  'datasets:write',
  'datasets:export',
  /** Asks the gate about versions, and hears one bit. */
  'gates:run',
  /** Figures of what was measured on hidden examples. */
  'gates:read',
  /** Which versions others are compared with. */
  'gates:write',
  'changes:read',
  /** Proposes changes, closes and retries own ones. */
  'changes:write',
  /** Decides about changes of others. */
  'changes:approve',
  'agreement:read',
  'exports:read',
  'budgets:read',
  'budgets:write',
  'people:read',
  'people:write',
  'keys:own',
  'settings:read',
  'settings:write',
  'operations:read',
  'environments:read',
  /** Sends something to each model, and so costs a little. */
  'environments:check',
  'audit:read',
])
export type Permission = z.infer<typeof Permission>

/** `evaluation` is what engineers work with; the others are hidden from them. */
export const Split = z.enum(['evaluation', 'test', 'audit'])
export type Split = z.infer<typeof Split>

const Share = z.number().min(0).max(1)

/** How groups of documents are shared out; together 1. */
export const SplitShares = z
  .strictObject({ evaluation: Share, test: Share, audit: Share })
  .refine(
    ({ evaluation, test, audit }) => Math.abs(evaluation + test + audit - 1) < 1e-9,
    'the shares must add up to 1',
  )
export type SplitShares = z.infer<typeof SplitShares>

/** Documents of these splits; with an assignee only those that are assigned to them. */
export type DocumentScope = { splits: Split[]; assignee?: string }
