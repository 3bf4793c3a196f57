import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { ORPCError, type AnyRouter } from '@orpc/server'
import { UserFacingError } from '../lib/errors.ts'
import { answerFor } from './answer-errors.ts'
import { refuseNul } from './refuse-nul.ts'
import type { RequestContext } from './request-context.ts'

/** Is told of an error of which the log is to have more than the answer. */
type OnFailure = (error: unknown) => void
type HandlerContext = RequestContext & { onFailure: OnFailure }

/** Answers the contract's addresses; the gate stands before it. */
export function createApiHandler(router: AnyRouter) {
  const called = new WeakSet<object>()
  const handler = new OpenAPIHandler(router, {
    clientInterceptors: [
      (options) => {
        called.add(options.context)
        refuseNul(options.input)
        return options.next()
      },
    ],
    interceptors: [
      async (options) => {
        const { request, onFailure } = options.context as HandlerContext
        try {
          return await options.next()
        } catch (thrown) {
          // Before a procedure is called, only the body is read.
          const error = called.has(options.context) ? thrown : bodyMalformed(thrown)
          const { answer, log } = answerFor(error, request)
          if (log) onFailure(error)
          const { code, ...rest } = answer
          throw new ORPCError(code, rest)
        }
      },
    ],
    eventIteratorKeepAliveInterval: 15_000,
  })
  return async (
    request: Request,
    context: RequestContext,
    onFailure: OnFailure,
  ): Promise<Response | null> => {
    const told: HandlerContext = { ...context, onFailure }
    const { matched, response } = await handler.handle(request, { prefix: '/api', context: told })
    return matched ? response : null
  }
}

function bodyMalformed(cause: unknown): UserFacingError {
  return new UserFacingError(
    'body-malformed',
    'The body cannot be read. Send JSON, whole and not compressed, with Content-Type: application/json.',
    { cause },
  )
}
