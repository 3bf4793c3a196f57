import { ORPCError } from '@orpc/server'
import { isStoreFailure, UserFacingError } from '../lib/errors.ts'

/** What a client gets for an error, in the form that oRPC's clients read. */
export type ErrorAnswer = {
  defined: boolean
  code: string
  status: number
  message: string
  data?: unknown
}

const statuses = new Map<string, number>([
  ['store-unavailable', 503],
  ['store-full', 507],
  ['forge-unavailable', 503],
  ['stream-cut', 503],
  ['server-stopping', 503],
  ['document-too-large', 413],
  ['body-too-large', 413],
  ['bundle-too-large', 413],
  ['bundle-quota', 409],
  ['person-exists', 409],
  ['document-busy', 409],
  ['dataset-changed', 409],
  ['gate-walls', 409],
  ['code-walls', 409],
  ['gate-passed', 409],
  ['gates-waiting', 409],
  ['gate-decided', 409],
  ['gate-asked-already', 409],
  ['gate-outdated', 409],
  ['example-changed', 409],
  ['hidden-shown', 409],
  ['split-taken', 409],
  ['start-key-taken', 409],
  ['reference-changed', 409],
  ['anchor-marked', 409],
  ['example-settled', 409],
  ['label-set-changed', 409],
  ['label-sets-changed', 409],
  ['labels-not-handed-in', 409],
  ['label-sets-too-few', 409],
  ['texts-limit', 403],
  ['split-not-yours', 403],
  ['change-moved', 409],
  ['change-not-open', 409],
  ['changes-not-configured', 409],
  ['gate-not-passed', 409],
  ['gate-not-let-in', 409],
  ['gate-not-merged', 409],
  ['not-overridable', 409],
  ['nothing-to-retry', 409],
  ['too-many-commits', 409],
  ['draft-outdated', 409],
  ['agent-not-on-branch', 409],
  ['own-change', 403],
  ['approver-needed', 403],
  ['custodian-needed', 403],
  ['change-not-yours', 403],
  ['session-needed', 403],
  ['figures-not-yours', 403],
  ['audit-not-whole', 403],
  ['permission-not-yours', 403],
  ['document-not-yours', 403],
])

/** Nothing failed: what was under way is ended. */
const endings = new Set(['stream-cut', 'server-stopping'])

/** Codes say what; how they are told over HTTP follows from the code. */
function statusOf(code: string): number {
  const status = statuses.get(code)
  if (status !== undefined) return status
  if (code.endsWith('-not-found')) return 404
  return code.startsWith('document-') ? 422 : 400
}

/**
 * Only the message of a UserFacingError, and what the contract defines, leaves the server; anything
 * else is a code and the id of the request, under which the log has more.
 * @returns `log`: whether it is one for the log
 */
export function answerFor(thrown: unknown, request: string): { answer: ErrorAnswer; log: boolean } {
  const error = storeErrorIn(thrown) ?? thrown
  if (error instanceof UserFacingError) {
    const { code, message } = error
    const status = statusOf(code)
    return {
      answer: { defined: false, code, status, message },
      log: status >= 500 && !endings.has(code),
    }
  }
  if (error instanceof ORPCError && error.status < 500) {
    const { code, status, message, data, defined } = error
    return {
      answer: { defined, code, status, message: sentenceFor(code, message), data },
      log: false,
    }
  }
  const message = `Something went wrong inside Proofloop. Its log has more under ${request}.`
  const answer = { defined: false, code: 'internal', status: 500, message, data: { request } }
  return { answer, log: true }
}

/** Libraries that use the store wrap what it says into errors of their own. */
function storeErrorIn(error: unknown): UserFacingError | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (isStoreFailure(inner)) return inner
  }
  return null
}

function sentenceFor(code: string, message: string): string {
  if (code === 'BAD_REQUEST' && message === 'Input validation failed') {
    return 'The request is not as the API page describes it; see `data.issues`.'
  }
  return message
}

export const unauthorized: ErrorAnswer = {
  defined: true,
  code: 'UNAUTHORIZED',
  status: 401,
  message: 'Sign in, or send an API key.',
}

/** @param permission what the procedure asks for, as the API page says, too */
export function forbidden(permission: string): ErrorAnswer {
  return {
    defined: true,
    code: 'FORBIDDEN',
    status: 403,
    message: `You do not have the right to do this: it takes ${permission}.`,
    data: { permission },
  }
}

export const notFound: ErrorAnswer = {
  defined: true,
  code: 'NOT_FOUND',
  status: 404,
  message: 'There is no such thing, or you may not see it.',
}
